"""Fails each call in turn: `make faults`. Ends with an error if the library does not handle a failure.

    python -m faults [SCENARIO ...]      runs the scenarios whose name contains a given word; without a word, all

For every scenario of scenarios.py, n counts up until no call is left. The n-th call that can fail does so, alone and
then together with all later calls. Each time the following has to hold. A Python exception was raised, or the failure
did no harm and the result is right. No export, no lease, no reference and no block is left. No exception is pending in
the JVM. The same scenario, run again, succeeds.

Starts and ends (children.py) have a process for each n; Python starts some of these processes, and Java others. If the
library recovers from a failure by other calls, a second failure is tried among these calls.
"""

from __future__ import annotations

import contextlib
import gc
import sys
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from faults import children, sites
from faults.children import Program
from faults.library import ALL, LIBRARY, Window
from support.places import ROOT

if TYPE_CHECKING:
    from faults.scenarios import Scenario
from faults.findings import CRITICALS, Run, place_of_cached
from faults.state import BALANCES, balances, breaches, disarm, met_sites, native
from faults.table import add_sites, table

SECONDS_AFTER = 8  # after a failing call, a second failure is tried at each of so many calls
OF_CLASSES = 16  # global references to classes at their first use, such as those of exceptions; they are kept


def windows(of: Scenario | Program, n: int) -> list[Window]:
    seconds = range(n + 1, n + 1 + SECONDS_AFTER) if of.twice else ()
    return [Window(n), Window(n, last=ALL), *(Window(n, second=second) for second in seconds)]


# ---------------------------------------------------------------------------------------------------------- scenarios


def attempt(scenario, number: int) -> str | None:
    """None, or the text of the exception that was raised; the exception itself does not survive."""
    try:
        scenario.run(number)
    except Exception as error:
        name = type(error).__name__
        text = "".join(traceback.format_exception(error)) if name in CRITICALS else name
        error.__traceback__ = None
        return text if name in CRITICALS else name
    return None


def settle() -> None:
    """Waits until Java's collector has nothing more to free."""
    import bufferbridge as bb

    seen = None
    while seen != balances():
        seen = balances()
        gc.collect()
        bb.jclass("org.bufferbridge.fixtures.memory.Memories").collectGarbage()
        time.sleep(0.03)


def clean(scenario) -> None:
    if scenario.clean is not None:
        scenario.clean()


def left_behind(expected: list[int]) -> str | None:
    """The exports, leases and memory that are wrongly left. Java's collector runs only if there are any."""
    import bufferbridge as bb

    memories = bb.jclass("org.bufferbridge.fixtures.memory.Memories")
    leaks = bb.jclass("org.bufferbridge.Leaks")
    problems = ""
    for _ in range(40):
        gc.collect()
        out = [bb.exports(), bb.leases(), leaks.liveExports()]
        now = balances()
        if out == [[], [], 0] and now[1:] == expected[1:] and now[0] <= expected[0]:
            return None  # fewer blocks are no leak: the record of an export may be kept for the next one
        problems = f"exports {out[0]}, leases {out[1]}, exports in Java {out[2]}; " + ", ".join(
            f"{name} {there} where {required} are required"
            for name, there, required in zip(BALANCES, now, expected, strict=True)
            if there != required
        )
        memories.collectGarbage()
        time.sleep(0.01)
    return problems


def one_fault(run: Run, scenario, number: int, window: Window, expected: list[int]) -> int:
    """Runs a scenario with one fault. Returns how many calls failed."""
    where = f"{scenario.name}, call {window}"
    window.arm()
    raised = attempt(scenario, number)
    failures, stray = disarm()
    offset = native.bb_fault_failed_offset()
    clean(scenario)
    if failures == 0 and raised is None:
        return 0
    run.runs += 1
    if failures:
        where += f" ({place_of_cached(offset)})"
    if raised is None:
        run.borne[offset] += 1
    else:
        run.raised[raised.splitlines()[-1].split(":")[0] if "\n" in raised else raised] += 1
    if raised is not None and "\n" in raised:
        run.find(where, raised)
    if stray is not None:
        run.find(where, f"an exception stayed set: {stray}")
    again = attempt(scenario, number)
    if again is not None:
        run.find(where, f"the next run raised {again}")
    problem = left_behind(expected)
    if problem is not None and not scenario.fresh:
        problem = repeated(scenario, number, window)
    if problem is not None:
        run.find(where, problem)
    return failures


def repeated(scenario, number: int, window: Window) -> str | None:
    """Runs it again: things at their first use, such as classes of exceptions, are kept once; a leak leaks again."""
    before = balances()
    window.arm()
    attempt(scenario, number)
    disarm()
    clean(scenario)
    return left_behind(before)


def grown_blocks(scenario, number: int, n: int) -> int:
    """How many Python blocks a hundred runs with the same fault leave behind; a few are in CPython's own caches."""

    def growth(runs: int, settles: bool = False) -> int:
        collect = settle if settles else gc.collect
        collect()
        before = sys.getallocatedblocks()
        for _ in range(runs):
            native.bb_fault_arm(n, n)
            attempt(scenario, number)
            disarm()
            clean(scenario)
            attempt(scenario, number)
        collect()
        return sys.getallocatedblocks() - before

    growth(2)
    if min(growth(3), growth(3)) < 3:
        return 0
    growth(500)
    # An exception that Java has seen stays until Java's collector runs.
    return min(growth(100), growth(100, settles=True), growth(100, settles=True))


def run_scenario(run: Run, scenario) -> int:
    """How many calls were made to fail."""
    number = 0
    for _ in range(3 if not scenario.fresh else 1):
        problem = attempt(scenario, number)
        if problem is not None:
            run.find(scenario.name, f"without a fault: {problem}")
            return 0
    number += scenario.fresh
    settle()
    before = balances()
    attempt(scenario, number)
    number += scenario.fresh
    settle()
    each = [now - then for now, then in zip(balances(), before, strict=True)]
    if not scenario.fresh and any(each):
        run.find(scenario.name, f"without a fault it leaves {dict(zip(BALANCES, each, strict=True))}")
        return 0
    n = 1
    while True:
        failed = 0
        for window in windows(scenario, n):
            expected = [now + change for now, change in zip(balances(), each, strict=True)]
            failed += one_fault(run, scenario, number, window, expected)
            number += scenario.fresh
            if not scenario.fresh and not scenario.slow and window == Window(n) and failed:
                if (blocks := grown_blocks(scenario, number, n)) > 80:
                    run.find(f"{scenario.name}, call {n}", f"100 runs leave {blocks} Python blocks behind")
        if not failed:
            return n - 1
        n += 1


# --------------------------------------------------------------------------------------------- processes of their own


def run_children(run: Run, program: Program, totals: dict[int, list]) -> int:
    """How many calls were made to fail."""
    whole = children.run(program, Window(ALL))
    if whole.problem or whole.first:
        run.find(program.name, f"without a fault: {whole.first}; {whole.problem}")
        return 0
    failed_sites = {offset for offset, (_, _, failed) in totals.items() if failed}
    numbers = children.chosen_calls(program, whole.order, failed_sites)
    chosen = [window for n in numbers for window in windows(program, n)]
    failed_calls = 0
    with ThreadPoolExecutor(2) as pool:
        outcomes = pool.map(lambda window: children.run(program, window), chosen)
        for window, outcome in zip(chosen, outcomes, strict=True):
            failed_calls += window == Window(window.n) and outcome.failures > 0
            judge_child(run, program, totals, window, outcome, whole.balances)
    return failed_calls


def judge_child(run: Run, program: Program, totals: dict[int, list], window: Window, outcome, most: list[int]) -> None:
    where = f"{program.name}, call {window}"
    if outcome.problem:
        run.find(where, outcome.problem)
    if not outcome.failures:
        return
    where += f" ({place_of_cached(outcome.offset)})"
    run.runs += 1
    add_sites(totals, outcome.sites)
    for function, rule, at in outcome.breaches:
        run.find(where, f"{function} at {place_of_cached(at)} {rule}")
    if outcome.first:
        run.raised[outcome.first.split(":")[0].rpartition(".")[2]] += 1
    else:
        run.borne[outcome.offset] += 1
    more = [
        f"{name} {there}, {allowed} at most are required"
        for name, there, allowed in zip(BALANCES, outcome.balances, most, strict=True)
        if there > allowed + (OF_CLASSES if name == "global references" else 0)
    ]
    if more and program.counted:
        run.find(where, ", ".join(more))


# ---------------------------------------------------------------------------------------------------------- the table


def main(words: list[str]) -> int:
    unknown = sites.unclassified(LIBRARY)
    if unknown:
        print(
            "these functions have neither a stand-in in src/test/faults nor a place among those that cannot fail in"
            f" python-tests/faults/sites.py: {', '.join(unknown)}"
        )
        return 1
    import bufferbridge as bb

    assert Path(bb.__file__).parent == LIBRARY.parent, f"{bb.__file__} is not the fault build"
    bb.start(
        classpath=[ROOT / "target" / "test-classes", ROOT / "target" / "examples-classes"],
        options=["-ea", "-Xmx64m", "-Xms64m", "-XX:-OmitStackTraceInFastThrow", "-Dbufferbridge.maxPinnedArrays=6"],
    )
    from faults.scenarios import all_scenarios

    run = Run()
    totals: dict[int, list] = {}
    scenarios = all_scenarios()
    with contextlib.suppress(MemoryError):
        bb.empty(2**62)  # Python keeps the class that is raised if memory ran out
    left_behind(balances())
    gc.freeze()
    chosen = [one for one in scenarios if not words or any(word in one.name for word in words)]
    failed_calls = 0
    started = time.monotonic()
    for scenario in chosen:
        before, found, begun = run.runs, len(run.findings), time.monotonic()
        calls = run_scenario(run, scenario)
        failed_calls += calls
        print(
            f"  {scenario.name}: {calls} calls, {run.runs - before} runs, {len(run.findings) - found} findings,"
            f" {time.monotonic() - begun:.1f} s",
            flush=True,
        )
    add_sites(totals, met_sites())
    programs = [one for one in children.PROGRAMS if not words or any(word in one.name for word in words)]
    for program in programs:
        before, found, begun = run.runs, len(run.findings), time.monotonic()
        calls = run_children(run, program, totals)
        failed_calls += calls
        print(
            f"  {program.name}, each in a process of its own: {calls} calls, {run.runs - before} runs,"
            f" {len(run.findings) - found} findings, {time.monotonic() - begun:.1f} s",
            flush=True,
        )
    run.findings.extend(f"{function} at {place_of_cached(at)} {rule}" for function, rule, at in breaches())
    lines, count, never, missed = table(totals, run.borne)
    if not words:
        print("\n".join(lines))
        print(
            f"sites: {count} found, {count - never} of them failed,"
            f" {never - missed} out of this run's reach, {missed} missed"
        )
    print(
        f"raised: {dict(run.raised.most_common())};"
        f" without an exception, with the right result: {sum(run.borne.values())}"
    )
    ok = not run.findings and (bool(words) or not missed)
    print(
        f"faults: {failed_calls} calls in {len(chosen)} scenarios and {len(programs)} starts and ends failed"
        f" in {run.runs} runs,"
        f" {len(run.findings)} findings,"
        f" {time.monotonic() - started:.0f} s"
    )
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
