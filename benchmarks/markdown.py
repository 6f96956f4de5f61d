"""The figures of results.json that have a target, as the table of docs/reference/performance.md.

markdown.py          prints the table
markdown.py write    writes it into the page, in place of the table that is there
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "results" / "results.json"
PAGE = HERE.parent / "docs" / "reference" / "performance.md"
HEAD = "| figure | median | quartiles | target | |\n|---|---|---|---|---|\n"


def _is_ratio(figure: dict[str, Any]) -> bool:
    """Whether that figure is a ratio, as `Row.is_ratio` says."""
    return figure["measured"]["control"] is not None or figure["against"] is not None


def _shown(figure: dict[str, Any], value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:.3g}" if _is_ratio(figure) else f"{value:,.0f} {figure['unit']}"


def table(figures: list[dict[str, Any]]) -> str:
    """The text of the table, with a line for each group."""
    title, lines = "", []
    for figure in figures:
        if figure["target"] is None:
            continue
        if figure["title"] != title:
            title = figure["title"]
            lines.append(f"| **{title}** | | | | |\n")
        median, lower, upper = (_shown(figure, figure[key]) for key in ("ratio", "lower", "upper"))
        verdict = figure["verdict"] if figure["verdict"] != "MISS" else "**miss**"
        target = f"{figure['target']:g}" if _is_ratio(figure) else _shown(figure, figure["target"])
        name = re.sub(r"\w+(\[\])+", r"`\g<0>`", figure["name"])  # else brackets would be links
        lines.append(f"| {name} | {median} | {lower} .. {upper} | {target} | {verdict} |\n")
    return HEAD + "".join(lines)


def written(page: str, text: str) -> str:
    """The page with that table in place of its own, which ends with an empty line."""
    before, head, rest = page.partition(HEAD)
    if not head:
        raise SystemExit(f"{PAGE.name} has no table that begins with {HEAD.splitlines()[0]!r}")
    return before + text + "\n" + rest.partition("\n\n")[2]


def main(*arguments: str) -> None:
    text = table(json.loads(RESULTS.read_text(encoding="utf-8"))["figures"])
    if arguments == ("write",):
        PAGE.write_text(written(PAGE.read_text(encoding="utf-8"), text), encoding="utf-8")
    else:
        print(text, end="")


if __name__ == "__main__":
    main(*sys.argv[1:])
