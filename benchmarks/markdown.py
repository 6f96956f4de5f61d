"""Prints the figures of results.json that have a target, as a table for docs/reference/performance.md."""

from __future__ import annotations

import json
from pathlib import Path

RESULTS = Path(__file__).resolve().parent / "results" / "results.json"


def main() -> None:
    title = ""
    print("| figure | median | quartiles | target | |\n|---|---|---|---|---|")
    for figure in json.loads(RESULTS.read_text())["figures"]:
        if figure["target"] is None:
            continue
        if figure["title"] != title:
            title = figure["title"]
            print(f"| **{title}** | | | | |")
        ratio, lower, upper = (
            f"{figure[key]:.3g}" if figure[key] is not None else "-" for key in ("ratio", "lower", "upper")
        )
        verdict = figure["verdict"] if figure["verdict"] != "MISS" else "**miss**"
        print(f"| {figure['name']} | {ratio} | {lower} .. {upper} | {figure['target']:g} | {verdict} |")


if __name__ == "__main__":
    main()
