"""Runs COUNT process ends of all kinds, several at once, and prints their outcomes: `make exits`."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from support.exit_kinds import KINDS, Kind
from support.exit_runs import Outcome, run


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int, help="how many processes, of all kinds in turn")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="how many at once")
    parser.add_argument("--seed", type=int, default=0, help="decides when signals are sent")
    parser.add_argument("--only", action="append", help="a kind's name; may be repeated")
    arguments = parser.parse_args()
    kinds = [kind for kind in KINDS if not arguments.only or kind.name in arguments.only]
    chosen = [(kinds[i % len(kinds)], arguments.seed + i) for i in range(arguments.count)]
    started = time.monotonic()
    with ThreadPoolExecutor(arguments.jobs) as executor:
        outcomes = list(executor.map(lambda each: shown(run(*each)), chosen))
    report(outcomes, kinds, time.monotonic() - started)


def shown(outcome: Outcome) -> Outcome:
    if outcome.failure:
        print(f"{outcome.kind.name}: {outcome.failure}", flush=True)
    return outcome


def report(outcomes: list[Outcome], kinds: list[Kind], seconds: float) -> None:
    print(f"{'kind':45} {'exit code':>9} {'processes':>9} {'failures':>8} {'longest s':>9}")
    of_kind = Counter(outcome.kind.name for outcome in outcomes)
    failed = Counter(outcome.kind.name for outcome in outcomes if outcome.failure)
    for kind in kinds:
        longest = max((o.seconds for o in outcomes if o.kind is kind), default=0.0)
        print(f"{kind.name:45} {kind.status!s:>9} {of_kind[kind.name]:9} {failed[kind.name]:8} {longest:9.1f}")
    failures = sum(failed.values())
    print(f"exits: {len(outcomes)} processes, {len(of_kind)} kinds, {failures} failures, {seconds:.0f} s")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
