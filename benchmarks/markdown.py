"""Prints the figures of results.json that have a target, as a table for docs/reference/performance.md."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).resolve().parent / "results" / "results.json"


def _is_ratio(figure: dict[str, Any]) -> bool:
    """Whether that figure is a ratio, as `Row.is_ratio` says."""
    return figure["measured"]["control"] is not None or figure["against"] is not None


def _shown(figure: dict[str, Any], value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:.3g}" if _is_ratio(figure) else f"{value:,.0f} {figure['unit']}"


def main() -> None:
    title = ""
    print("| figure | median | quartiles | target | |\n|---|---|---|---|---|")
    for figure in json.loads(RESULTS.read_text())["figures"]:
        if figure["target"] is None:
            continue
        if figure["title"] != title:
            title = figure["title"]
            print(f"| **{title}** | | | | |")
        median, lower, upper = (_shown(figure, figure[key]) for key in ("ratio", "lower", "upper"))
        verdict = figure["verdict"] if figure["verdict"] != "MISS" else "**miss**"
        target = f"{figure['target']:g}" if _is_ratio(figure) else _shown(figure, figure["target"])
        print(f"| {figure['name']} | {median} | {lower} .. {upper} | {target} | {verdict} |")


if __name__ == "__main__":
    main()
