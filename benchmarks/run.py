"""Runs the benchmarks and reports the figures. Each side has a process, and the cases of a group take turns.

python run.py [--rounds N] [--only GROUP ...] [--results FOLDER] [--python VERSION=INTERPRETER ...]
"""

from __future__ import annotations

import argparse
import platform
import random
import sys
import sysconfig
import time
from pathlib import Path

import java_side
from groups import groups
from machine import describe
from processes import CaseFailed, Side
from report import Figure, Round, figure_of, table, write
from rows import OURS, Group

OTHERS = ("jpype", "jpy", "pyjnius", "start", "growth", "arrow")


def sides(pythons: dict[str, str]) -> dict[str, Side]:
    """The sides: bufferbridge in each CPython, and the others in the CPython that runs this file."""
    found = {OURS: Side(OURS, "bufferbridge", [sys.executable])}
    for version, interpreter in pythons.items():
        name = f"{OURS} {version}"
        found[name] = Side(name, "bufferbridge", [interpreter])
    for side in OTHERS:
        found[side] = Side(side, side, [sys.executable])
    # For Jep, where Java hosts Python and does not know the virtual environment.
    found["jep"] = Side("jep", "jep", [str(Path(sys.executable).with_name("jep"))], sysconfig.get_path("purelib"))
    return found


def rounds_of(group: Group, workers: dict[str, Side], rounds: int) -> list[Round]:
    """The nanoseconds by side and case, for each round. The order of the cases changes from round to round."""
    wanted = group.cases()
    for side in {side for side, _ in wanted}:
        workers[side].start()
    cases = [(side, case) for side, case in wanted if workers[side].has(case)]
    order = random.Random(group.name)
    found: list[Round] = []
    for _ in range(rounds):
        times = {}
        for side, case in order.sample(cases, len(cases)):
            try:
                times[side, case] = workers[side].time(case)
            except CaseFailed as failure:
                print(failure)
                cases.remove((side, case))
        found.append(times)
    return [{case: time for case, time in times.items() if case in cases} for times in found]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, help="instead of each group's own number")
    parser.add_argument("--only", nargs="*", default=[], help="names of groups")
    parser.add_argument("--results", type=Path, help="folder for the JSON file")
    parser.add_argument("--python", nargs="*", default=[], help="more CPythons to run in, VERSION=INTERPRETER")
    arguments = parser.parse_args()
    pythons = {platform.python_version(): sys.executable}
    for python in arguments.python:
        version, _, interpreter = python.partition("=")
        pythons.setdefault(version, interpreter)
    # One of each minor version, because 3.11.2 adds nothing to 3.11.7.
    minors = {version.rpartition(".")[0]: version for version in reversed(pythons)}
    pythons = {version: pythons[version] for version in sorted(minors.values())}
    chosen = [group for group in groups(list(pythons)) if not arguments.only or group.name in arguments.only]
    if not arguments.only or "jmh" in arguments.only:
        chosen.append(java_side.group())
    workers = sides(pythons)
    figures: list[Figure] = []
    start = time.monotonic()
    for group in chosen:
        measured = (
            java_side.rounds() if group.name == "jmh" else rounds_of(group, workers, arguments.rounds or group.rounds)
        )
        of_group = [figure_of(row, measured) for row in group.rows]
        print(table(group, of_group), flush=True)
        figures += of_group
    if arguments.results is not None:
        write(arguments.results, chosen, figures, describe(workers))
    for worker in workers.values():
        worker.stop()
    print(f"\n{(time.monotonic() - start) / 60:.1f} minutes")


if __name__ == "__main__":
    main()
