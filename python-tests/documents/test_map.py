"""The places in the sources that docs/design/architecture.md and CONTRIBUTING.md name: each is defined where they say.

The map goes on in the heads of the C files. Each says what the file owns, and its threads.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from support.places import ROOT

ARCHITECTURE = ROOT / "docs" / "design" / "architecture.md"
CONTRIBUTING = ROOT / "CONTRIBUTING.md"

# What the documents name of the JDK, of the C library and of Python. Every other class has to be one of ours.
FOREIGN = {"Integer", "Py_buffer", "Runnable", "System"}

# The folders that a path in a document may begin in.
BASES = [
    ROOT / base
    for base in (
        "",
        "src/main/c",
        "src/main/java/org/bufferbridge",
        "src/main/java/org/bufferbridge/internal",
        "src/main/python/bufferbridge",
        "src/test/java/org/bufferbridge",
        "docs",
    )
]


def sources() -> dict[str, str]:
    """The name and the text of each source file that the documents can name."""
    paths = [
        path
        for folder in ("python-tests", "src/test", "tools", "include", "src/main")
        for path in (ROOT / folder).rglob("*")
    ]
    return {path.name: path.read_text() for path in paths if path.suffix in (".c", ".h", ".java", ".py", ".pyi")}


def named(document: Path) -> list[str]:
    """The texts between backquotes outside of code blocks."""
    prose = re.sub(r"^```.*?^```$", "", document.read_text(), flags=re.MULTILINE | re.DOTALL)
    return re.findall(r"`([^`\n]+)`", prose)


def is_defined(name: str, file: str, text: str) -> bool:
    """Whether the text of a file defines the name: a function, a macro, a class, a field or a constant."""
    if file.endswith((".c", ".h")):
        definition = rf"^(?:#define {name}\b|[A-Za-z]\w*\b[^;=]*\b{name}\b\s*[(=;\[{{])"
    elif file.endswith((".py", ".pyi")):
        definition = rf"^\s*(?:def|class) {name}\b|^{name}\b.*="
    else:
        declared = rf"(?<!return)(?<!new)(?<!throw)(?<!else)[\w>\]] {name}\s*(?:[(=;]|$)"
        definition = rf"^(?!\s*(?://|\*)).*(?:{declared}|\b(?:class|record|enum|interface) {name}\b)|^\s+{name}[,;(] *$"
    return re.search(definition, text, re.MULTILINE) is not None


def wrong_places(names: list[str], texts: dict[str, str]) -> list[str]:
    """The names, such as `export.c:bb_getbuffer` and `exports/pin.c`, that lead to nothing."""
    wrong = []
    for name in names:
        path, _, place = name.partition(":")
        if not re.fullmatch(r"[\w./-]+\.(c|h|java|pyi?)", path) or (place and not re.fullmatch(r"\w+", place)):
            continue
        file = path.rpartition("/")[2]
        is_there = any((base / path).is_file() for base in BASES) if "/" in path else file in texts
        if not is_there or (place and not is_defined(place, file, texts[file])):
            wrong.append(name)
    return wrong


def wrong_members(names: list[str], texts: dict[str, str]) -> list[str]:
    """The names, such as `Export.acquire` and `Pins.require()`, that no class of ours defines."""
    wrong = []
    for name in names:
        member = re.fullmatch(r"([A-Z]\w+)\.(\w+)(?:\([^)]*\))?", name)
        if member is None or member[1] in FOREIGN or member[2] in ("java", "md"):
            continue
        file = f"{member[1]}.java"
        if not is_defined(member[2], file, texts.get(file, "")):
            wrong.append(name)
    return wrong


DOCUMENTS = pytest.mark.parametrize("document", [ARCHITECTURE, CONTRIBUTING], ids=["architecture", "contributing"])


@DOCUMENTS
def test_every_place_that_is_named_is_in_its_source(document: Path) -> None:
    assert wrong_places(named(document), sources()) == []


@DOCUMENTS
def test_every_java_member_that_is_named_is_in_its_class(document: Path) -> None:
    assert wrong_members(named(document), sources()) == []


@DOCUMENTS
def test_every_c_name_is_in_the_sources(document: Path) -> None:
    names = {name for name in named(document) if re.fullmatch(r"(bb|BB)_\w+", name)}
    text = "\n".join(text for file, text in sources().items() if file.endswith((".c", ".h")))
    assert {name for name in names if not re.search(rf"\b{name}\b", text)} == set()


@pytest.mark.parametrize(
    "name",
    [
        "export.c:bb_nowhere",
        "nowhere.c:bb_getbuffer",
        "exports/lease.c",
        "export.c:bb_record_take",
        "exceptions.py:twin",
    ],
)
def test_a_place_that_is_nowhere_is_noticed(name: str) -> None:
    assert wrong_places([name], sources()) == [name]


@pytest.mark.parametrize("name", ["Export.nowhere", "Nowhere.acquire", "Export.getBuffer", "Exportable.isOfJna"])
def test_a_member_that_is_nowhere_is_noticed(name: str) -> None:
    assert wrong_members([name], sources()) == [name]


def says_owner_and_threads(text: str) -> bool:
    head = text[: text.index("*/")]
    return re.search(r"\b[Oo]wns\b", head) is not None and re.search(r"\bThreads?\b", head) is not None


def test_the_head_of_each_c_file_says_what_it_owns_and_its_threads() -> None:
    folder = ROOT / "src" / "main" / "c"
    silent = [path.name for path in folder.rglob("*.c") if not says_owner_and_threads(path.read_text())]
    assert silent == []


def test_a_head_that_says_neither_is_noticed() -> None:
    assert not says_owner_and_threads("/* A ring. Owns its links. */ /* Threads: any. */")
    assert not says_owner_and_threads("/* A ring. Threads: any. */ /* Owns nothing. */")
