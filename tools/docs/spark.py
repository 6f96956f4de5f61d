"""The tables of docs/guides/spark.md, from benchmarks/results/spark.json, which spark/bench.py writes. A table stands
between the comments of HTML `<!-- table: name -->` and `<!-- end -->`.

spark.py          writes them
spark.py check    fails if they are not up to date
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

from demonstrations import table

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "guides" / "spark.md"
RESULTS = ROOT / "benchmarks" / "results" / "spark.json"
SECONDS = "seconds of wall time and of CPU"
WAYS = ["stock", "in process", "shared", "native"]


def queries(facts: dict[str, Any]) -> str:
    """Seconds of each query and way, and the ratio of stock to each way in process."""
    rows = []
    for name, found in facts[SECONDS].items():
        cells = [", ".join(f"{value:.2f}" for value in found.get(way, [])) for way in WAYS]
        stock = found["stock"]
        ratios = [f"{stock[1] / found[way][1]:.1f}" if way in found else "" for way in ("in process", "shared")]
        rows.append([name, *cells, ", ".join(ratios) if all(ratios) else ""])
    heads = ["stock", "in process", "in process, shared", "native expression", "CPU, stock to in process, to shared"]
    head = f"{facts['rows']:,} rows, batches of {int(facts['batch']):,}, {facts['rounds']} rounds"
    return table([head, *heads], rows)


def together(facts: dict[str, Any]) -> str:
    """How many rows a second one to eight tasks compute, as multiples of one stock task."""
    found = facts[SECONDS]
    kinds = list(dict.fromkeys(name.partition(" ")[2] for name in found))
    rows = []
    for kind in kinds:
        alone = found[f"1 {kind}"]["stock"][0]
        for way in ("stock", "in process"):
            tasks = [1, 2, 4, 8]
            rows.append([f"{kind}, {way}", *(f"{n * alone / found[f'{n} {kind}'][way][0]:.1f}" for n in tasks)])
    return table([f"{facts['rows']:,} rows a task", "1 task", "2 tasks", "4 tasks", "8 tasks"], rows)


def filled(page: str) -> str:
    """The page with the tables of the results."""
    results = json.loads(RESULTS.read_text())

    def made(found: re.Match[str]) -> str:
        facts = results[found[2]]
        return f"{found[1]}\n\n{(together if found[2] == 'together' else queries)(facts)}\n\n<!-- end -->"

    return re.sub(r"(<!-- table: (\w+) -->).*?<!-- end -->", made, page, flags=re.DOTALL)


def main(*arguments: str) -> None:
    page = PAGE.read_text(encoding="utf-8")
    if arguments != ("check",):
        PAGE.write_text(filled(page), encoding="utf-8")
    elif filled(page) != page:
        raise SystemExit(
            f"{PAGE.relative_to(ROOT)} has not the figures of {RESULTS.relative_to(ROOT)}; run tools/docs/spark.py"
        )


if __name__ == "__main__":
    main(*sys.argv[1:])
