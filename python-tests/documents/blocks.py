"""The blocks of code in README.md and in the pages of docs, with what stands around them.

What a block shows is the text of the block `text` that follows it. Otherwise it is the comments at its end, or those
behind its lines that print. `...` stands for anything. A last comment `# ValueError: text` says what the block raises.

A comment of HTML before a block says why the block is not run with its page:

    <!-- needs: pyarrow, polars -->        it is run where these modules are installed
    <!-- run by: python-tests/x.py -->     that test runs it
    <!-- not run: the reason -->           it cannot be run
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from support.places import ROOT

README = ROOT / "README.md"
PAGES = [README, *sorted((ROOT / "docs").rglob("*.md"))]
# What the fences name: languages, and the texts that other tests read.
LANGUAGES = {"python", "java", "sh", "xml", "c", "text", "toml", "packages", "layers"}

_BLOCK = re.compile(
    r"(?:^<!-- (?P<mark>needs|run by|not run): (?P<reason>[^\n]*) -->\n\n?)?"
    r"^```(?P<language>\w*)(?P<rest>[^\n]*)\n(?P<code>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
_COMMENT = {"python": "#", "java": "//"}
_PRINTS = {"python": r"\s*print\(", "java": r"\s*(?:System\.out|out)\.println\("}


@dataclass(frozen=True)
class Block:
    page: str
    line: int
    language: str
    title: str
    code: str
    mark: str
    reason: str
    text: str | None

    @property
    def name(self) -> str:
        return f"{self.page}:{self.line}"

    @property
    def is_run(self) -> bool:
        return self.language in _COMMENT and self.mark in ("", "needs")

    @property
    def needs(self) -> list[str]:
        return self.reason.split(", ") if self.mark == "needs" else []

    def _comments_at_the_end(self) -> list[str]:
        sign = _COMMENT[self.language] + " "
        found: list[str] = []
        for line in reversed(self.code.rstrip().split("\n")):
            if not line.startswith(sign):
                break
            found.insert(0, line.removeprefix(sign))
        return found

    @property
    def raises(self) -> str | None:
        """The exception that the block shows at its end."""
        last = "\n".join(self._comments_at_the_end())
        return last if re.match(r"[\w.]+(?:Error|Exception|Exit|Interrupt): ", last) else None

    @property
    def shows(self) -> str:
        """The output that the page shows for the block."""
        if self.text is not None:
            return self.text
        if self.raises is None and (comments := self._comments_at_the_end()):
            return "\n".join(comments) + "\n"
        sign = _COMMENT[self.language]
        lines = [line for line in self.code.split("\n") if re.match(_PRINTS[self.language], line)]
        found = [re.search(rf"  ?{sign} (.*)$", line) for line in lines]
        return "".join(comment[1] + "\n" for comment in found if comment)


def blocks_of(page: Path, text: str | None = None) -> list[Block]:
    text = page.read_text() if text is None else text
    found = list(_BLOCK.finditer(text))
    blocks = []
    for index, block in enumerate(found):
        shown = None
        if index + 1 < len(found) and found[index + 1]["language"] == "text" and not found[index + 1]["rest"]:
            between = text[block.end() : found[index + 1].start()]
            if re.fullmatch(r"\s*(?:Output:)?\s*", between):
                shown = found[index + 1]["code"]
        title = re.search(r'title="([^"]*)"', block["rest"])
        start = text[: block.start("code")].count("\n")
        blocks.append(
            Block(
                page=page.relative_to(ROOT).as_posix() if page.is_relative_to(ROOT) else page.name,
                line=start + 1,
                language=block["language"],
                title=title[1] if title else "",
                code=block["code"],
                mark=block["mark"] or "",
                reason=block["reason"] or "",
                text=shown,
            )
        )
    return blocks


def matches(shown: str, found: str) -> bool:
    """Whether the text is what is shown, where `...` stands for anything."""
    pattern = ".*".join(map(re.escape, shown.split("...")))
    return re.fullmatch(pattern, found, re.DOTALL) is not None
