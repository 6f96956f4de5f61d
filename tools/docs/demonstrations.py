"""The tables of docs/guides/demonstrations.md, from benchmarks/results/demonstrations.json. A table stands between the
comments of HTML `<!-- table: name -->` and `<!-- end -->`.

demonstrations.py          writes them
demonstrations.py check    fails if they are not up to date
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "guides" / "demonstrations.md"
RESULTS = ROOT / "benchmarks" / "results" / "demonstrations.json"


def number(value: float) -> str:
    """Two digits, or all of those before the point."""
    return f"{value:.0f}" if value >= 10 or value == 0 else f"{value:.2g}"


def table(heads: list[str], rows: list[list[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def beside(heads: list[str], facts: dict[str, Any], rows: list[tuple[str, str, float, str]]) -> str:
    """A column for each way of `facts`. A row has its name, the fact, what that is divided by, and a unit."""
    return table(
        ["", *heads],
        [
            [what, *(f"{number(way[key] / divisor)} {unit}".strip() for way in facts.values())]
            for what, key, divisor, unit in rows
        ],
    )


def imglib2(facts: dict[str, Any]) -> str:
    ways = ["bufferbridge", "JPype"]
    rows = [
        ("hand the stack over, and take it back", "ms, clean, handing over", 1, "ms"),
        ("subtract the camera's offset, with the handing over", "ms, offset, in all", 1, "ms"),
        ("clean all planes, with the handing over", "ms, clean, in all", 1, "ms"),
        ("bytes copied between Java and numpy", "bytes copied", 1e6, "MB"),
        ("most memory beside the stack, while it is cleaned", "MB of memory, clean", 1, "MB"),
    ]
    return beside(ways, {way: facts[way] for way in ways}, rows)


def jdbc(facts: dict[str, Any]) -> str:
    found = {key.removeprefix("seconds, "): value for key, value in facts.items() if key.startswith("seconds, ")}
    return table([f"{facts['rows']:,} rows", ""], [[way, f"{number(value)} s"] for way, value in found.items()])


def service(facts: dict[str, Any]) -> str:
    rows = [
        ("Python's part of a request, median", "ms, scoring, p50", 1, "ms"),
        ("99 of 100 within", "ms, scoring, p99", 1, "ms"),
        ("the whole request, median", "ms, request, p50", 1, "ms"),
        ("99 of 100 within", "ms, request, p99", 1, "ms"),
        ("requests in a second", "requests in a second", 1, ""),
        ("bytes copied for a request, between Java and Python", "bytes copied", 1e3, "kB"),
    ]
    heads = ["numpy in the service", "a worker behind a socket"]
    return beside(heads, {way: facts[way] for way in ("memory", "socket")}, rows)


TABLES: dict[str, Callable[[dict[str, Any]], str]] = {"imglib2": imglib2, "jdbc": jdbc, "service": service}


def filled(page: str) -> str:
    """The page with the tables of the results."""
    results = json.loads(RESULTS.read_text())

    def made(found: re.Match[str]) -> str:
        return f"{found[1]}\n\n{TABLES[found[2]](results[found[2]])}\n\n<!-- end -->"

    return re.sub(r"(<!-- table: (\w+) -->).*?<!-- end -->", made, page, flags=re.DOTALL)


def main(*arguments: str) -> None:
    page = PAGE.read_text(encoding="utf-8")
    if arguments != ("check",):
        PAGE.write_text(filled(page), encoding="utf-8")
    elif filled(page) != page:
        raise SystemExit(
            f"{PAGE.relative_to(ROOT)} has not the figures of {RESULTS.relative_to(ROOT)}; run"
            " tools/docs/demonstrations.py"
        )


if __name__ == "__main__":
    main(*sys.argv[1:])
