"""README.md and the pages of docs: each block of code does what the page shows, and each link leads to a place."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from documents.blocks import LANGUAGES, PAGES, README, Block, blocks_of, matches
from documents.running import Outcome, outcomes
from support.places import ROOT

BLOCKS = [block for page in PAGES for block in blocks_of(page)]
RUN = [block for block in BLOCKS if block.is_run]
COMMANDS = {"classpath", "demo", "doctor", "include", "warm"}


def complaint(block: Block, outcome: Outcome) -> str:
    """What is wrong with the block; empty if it does what its page shows."""
    if outcome.failure:
        return outcome.failure
    if block.raises is not None and not matches(block.raises, outcome.raised or ""):
        return f"it raises {outcome.raised}, and the page shows {block.raises}"
    if not matches(block.shows, outcome.printed):
        return f"it prints\n{outcome.printed}and the page shows\n{block.shows}"
    return ""


@pytest.mark.parametrize("block", RUN, ids=[block.name for block in RUN])
def test_a_block_does_what_its_page_shows(block: Block) -> None:
    outcome = outcomes(ROOT / block.page)[block.line]
    if outcome.skipped:
        pytest.skip(outcome.skipped)
    assert complaint(block, outcome) == ""


def test_a_block_that_is_not_run_says_why() -> None:
    for block in BLOCKS:
        if block.mark == "not run":
            assert len(block.reason) > 10, block.name
        if block.mark == "run by":
            test = ROOT / block.reason
            assert test.is_file() and Path(block.page).name in test.read_text(), f"{block.name}: {block.reason}"


def test_each_block_names_its_language() -> None:
    assert [block.name for block in BLOCKS if block.language not in LANGUAGES] == []


def test_xml_is_well_formed() -> None:
    for block in BLOCKS:
        if block.language == "xml":
            ElementTree.fromstring(f"<all>{block.code}</all>")


def test_the_commands_of_a_page_are_there() -> None:
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    for block in BLOCKS:
        if block.language == "sh":
            assert {*re.findall(r"-m bufferbridge ([a-z]+)", block.code)} <= COMMANDS, block.name
            assert {*re.findall(r"^make ([a-z-]+)", block.code, re.MULTILINE)} <= {*targets}, block.name


# ------------------------------------------------------------------------------------------------------------- links


def places(page: Path) -> set[str]:
    """The anchors of a page, as GitHub and MkDocs make them of its headings."""
    text = re.sub(r"^```.*?^```$", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    plain = [re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading) for heading in headings]
    made = {re.sub(r"[\s-]+", "-", re.sub(r"[^\w\s-]", "", heading).strip().lower()) for heading in plain}
    return made | {*re.findall(r'<a id="([^"]+)"', text)}


def broken_links(page: Path, text: str) -> list[str]:
    text = re.sub(r"^```.*?^```$|`[^`\n]*`", "", text, flags=re.MULTILINE | re.DOTALL)
    broken = []
    for link in re.findall(r'(?:\]\(|(?:src|href|srcset)=")(?![a-z]+:)([^)"\s]+)', text):
        path, _, place = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (place and target.suffix == ".md" and place not in places(target)):
            broken.append(link)
    return broken


DOCUMENTS = [*PAGES, *ROOT.glob("[A-Z]*.md"), *ROOT.glob("*/README.md"), *(ROOT / ".github").rglob("*.md")]
DOCUMENTS = sorted({*DOCUMENTS})


@pytest.mark.parametrize("page", DOCUMENTS, ids=[page.relative_to(ROOT).as_posix() for page in DOCUMENTS])
def test_links_lead_to_places(page: Path) -> None:
    assert broken_links(page, page.read_text()) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_no_brackets_of_a_java_type_are_taken_for_a_link(page: Path) -> None:
    """`double[][]` is one outside of code, and a warning of the site."""
    text = re.sub(r"^```.*?^```$|`[^`]*`", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)
    assert re.findall(r".*\[\]\[\].*", text) == []


@pytest.mark.parametrize(
    "link", ["[a](docs/nowhere.md)", "[a](CONTRIBUTING.md#nowhere)", "[a](#nowhere)", '<img src="docs/nowhere.svg">']
)
def test_a_link_that_leads_nowhere_is_noticed(link: str) -> None:
    assert len(broken_links(README, f"text {link} text")) == 1


# ----------------------------------------------------------------------------------------- what the machinery notices


def block(page: str) -> Block:
    return blocks_of(ROOT / "page.md", page)[0]


@pytest.mark.parametrize(
    ("page", "outcome"),
    [
        ("```python\nprint(1)  # 1\n```", Outcome("2\n")),
        ("```python\nprint(1)\n```", Outcome("1\n")),
        ("```python\nprint(1)\n```\n\nOutput:\n\n```text\n2\n```", Outcome("1\n")),
        ("```python\nx()\n# ValueError: no\n```", Outcome(raised="ValueError: yes")),
        ("```python\nx()\n# ValueError: no\n```", Outcome()),
        ("```java\nf();\n// 1\n```", Outcome("2\n")),
        ("```python\nx()\n```", Outcome(failure="Traceback")),
    ],
)
def test_a_block_that_does_something_else_is_noticed(page: str, outcome: Outcome) -> None:
    assert complaint(block(page), outcome) != ""


@pytest.mark.parametrize(
    ("page", "outcome"),
    [
        ("```python\nprint(1)  # 1\nprint(2)  # 2\n```", Outcome("1\n2\n")),
        ("```python\nprint(1)\n```\n\nOutput:\n\n```text\n1 ... 3\n```", Outcome("1 2 3\n")),
        ("```python\nx()\n# ValueError: ... no\n```", Outcome(raised="ValueError: 1 is no")),
        ("```java\nf();\n// 1\n// 2\n```", Outcome("1\n2\n")),
    ],
)
def test_a_block_that_does_what_it_shows_is_accepted(page: str, outcome: Outcome) -> None:
    assert complaint(block(page), outcome) == ""
