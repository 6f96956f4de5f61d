"""Starts and ends while calls fail. A process starts and ends once, so each failing call has a process of its own.

A program is a function of programs.py or a Java program of FaultPrograms. Its first action has a failing call; its
second action has to succeed. It prints a line about each, with the exception that was raised ("first: ", "second: ").
At the end of the process the library writes the calls that were met to a file (src/test/faults/fault.c).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from faults.library import LIBRARY, Window
from support.places import ROOT

SECONDS_A_PROCESS_MAY_TAKE = 120
CLASS_PATH = [ROOT / "target" / "test-classes"]
CANNOT_TRY_AGAIN = "IllegalStateException: Python could not be started, and a process cannot try again: "
JAVA_EXCEPTIONS = [
    "java.lang.IllegalStateException",
    "java.lang.OutOfMemoryError",
    "org.bufferbridge.PythonException",
    "org.bufferbridge.BufferException",
]

ALL_CALLS = "all"
FIRST_OF_SITE = "the first of each site"
OF_NEW_SITES = "the first of each site that no other program and no scenario reaches"


@dataclass(frozen=True)
class Program:
    """A program that runs in a process of its own."""

    name: str
    key: str
    hosted_by_java: bool = False
    at_load: bool = False
    """Whether the calls are counted from the moment the library is loaded."""
    status: int = 0
    shown: tuple[str, ...] = ()
    """Texts that stdout has to contain. If one is missing, stderr has to report an ignored exception."""
    calls: str = ALL_CALLS
    """The functions whose calls fail."""
    twice: bool = False
    """The library reports a failure by calls that can fail too, so a second failure is tried among them."""
    counted: bool = True
    """Whether the library has to have released everything at the end."""
    python_options: tuple[str, ...] = ()
    environment: dict[str, str] = field(default_factory=dict)


@dataclass
class Outcome:
    """The outcome of one process."""

    failures: int = 0
    offset: int = 0
    balances: list[int] = field(default_factory=list)
    order: list[int] = field(default_factory=list)
    """The site of each call."""
    sites: list[tuple[str, int, int, int]] = field(default_factory=list)
    breaches: list[tuple[str, str, int]] = field(default_factory=list)
    first: str = ""
    second: str = ""
    problem: str = ""


# The library registers with the JVM at a safepoint while it is being loaded. C2 loads libraries when it starts. It
# would wait for the loader's lock while the JVM waits for C2, so only C1 compiles.
FOREIGN_JVM = {"BB_FAULT_JVM": "1", "JAVA_TOOL_OPTIONS": "-XX:TieredStopAtLevel=1"}

PROGRAMS = [
    Program("the start of the JVM", "start", at_load=True),
    Program(
        "the end of Python", "python-ends", counted=False, shown=("Java's hook",), python_options=("-X", "faulthandler")
    ),
    Program("the exit of the process", "exits", counted=False),
    Program("System.exit", "java-ends", counted=False, status=7, shown=("Java's hook",)),
    Program("the start of CPython", "start", hosted_by_java=True, at_load=True),
    Program("Java's first calls of Python", "use", calls=FIRST_OF_SITE, hosted_by_java=True),
    Program("the end of CPython", "close", hosted_by_java=True),
    Program("what comes after the end", "shut", hosted_by_java=True),
    Program("a start that the JVM refuses", "refused-start", calls=OF_NEW_SITES),
    Program("a start after one that the JVM refused", "start-again", calls=OF_NEW_SITES),
    Program("a JVM that is only tried", "try-jvm", calls=OF_NEW_SITES, counted=False),
    Program("the start beside a libjvm that is loaded", "beside", calls=OF_NEW_SITES),
    Program("joining the JVM of another bridge", "adopt", calls=OF_NEW_SITES, twice=True, environment=FOREIGN_JVM),
    Program(
        "joining it on a thread without class loader",
        "adopt-without-loader",
        calls=OF_NEW_SITES,
        environment=FOREIGN_JVM,
    ),
    Program("what a process meets once", "once", calls=OF_NEW_SITES),
    Program("a thread's first export by upcall stub", "stubs", calls=OF_NEW_SITES, environment={"BB_FAULT_STUBS": "1"}),
]


def _java() -> list[str]:
    jars = ROOT / "target" / "jars"
    path = [
        ROOT / "target" / "classes",
        ROOT / "target" / "test-classes",
        jars / "jna-jpms.jar",
        jars / "commons-lang3.jar",
    ]
    return [
        str(Path(os.environ["JAVA_HOME"], "bin", "java")),
        "-ea",
        "-Xmx64m",
        "-XX:+UseG1GC",
        "-XX:TieredStopAtLevel=1",
        "-XX:-CreateCoredumpOnCrash",
        "--enable-native-access=ALL-UNNAMED",
        f"-Dbufferbridge.library={LIBRARY}",
        f"-Dbufferbridge.test.python={sys.executable}",
        "-cp",
        ":".join(map(str, path)),
        "org.bufferbridge.fixtures.processes.FaultPrograms",
    ]


def run(program: Program, window: Window) -> Outcome:
    """Runs a program while the calls of the window fail."""
    numbers = map(str, (window.n, window.last or window.n, window.second))
    with tempfile.TemporaryDirectory(prefix="bufferbridge-fault-") as folder:
        report = Path(folder, "report.json")
        environment = {**os.environ, **program.environment, "BB_FAULT_REPORT": str(report)}
        if program.hosted_by_java:
            environment["BB_FAULT_JVM"] = "1"
            command = _java()
        else:
            command = [sys.executable, *program.python_options, "-m", "faults.programs"]
        if program.at_load:
            environment["BB_FAULT_ARM"] = f"{window.n} {window.last or window.n}"
        try:
            child = subprocess.run(
                [*command, program.key, *numbers],
                capture_output=True,
                text=True,
                cwd=folder,
                timeout=SECONDS_A_PROCESS_MAY_TAKE,
                env=environment,
                check=False,
            )
        except subprocess.TimeoutExpired as late:
            return Outcome(problem=f"it did not end: {late.stdout!r} {late.stderr!r}")
        if child.returncode != program.status or not report.exists():
            return Outcome(problem=f"exit status {child.returncode}: {child.stdout}{child.stderr}")
        found = json.loads(report.read_text())
    outcome = Outcome(
        found["failures"], found["offset"], found["balances"], found["order"], found["sites"], found["breaches"]
    )
    said = dict(line.split(": ", 1) for line in child.stdout.splitlines() if line.startswith(("first: ", "second: ")))
    shown = all(text in child.stdout for text in program.shown) or "Exception ignored" in child.stderr
    if said.keys() != {"first", "second"} or not shown:
        outcome.problem = f"it did not say all it had to: {child.stdout}{child.stderr}"
        return outcome
    outcome.first, outcome.second = said["first"], said["second"]
    outcome.problem = _problem(program, outcome)
    if outcome.problem:
        outcome.problem += f"\n{child.stdout}{child.stderr}"
    return outcome


def chosen_calls(program: Program, order: list[int], failed: set[int]) -> list[int]:
    """The numbers, from 1, of the calls to make fail."""
    if program.calls == ALL_CALLS:
        return list(range(1, len(order) + 1))
    first = {site: number for number, site in reversed(list(enumerate(order, 1)))}
    return sorted(number for site, number in first.items() if program.calls == FIRST_OF_SITE or site not in failed)


def _problem(program: Program, outcome: Outcome) -> str:
    kind, _, message = outcome.first.partition(": ")
    if program.hosted_by_java and kind and (kind not in JAVA_EXCEPTIONS or message in ("", "null")):
        return f"it raised {outcome.first}"
    if not program.hosted_by_java and kind in (
        "SystemError",
        "AssertionError",
        "NameError",
        "TypeError",
        "AttributeError",
    ):
        return f"it raised {outcome.first}"
    if outcome.second and not (outcome.first and CANNOT_TRY_AGAIN in outcome.second):
        return f"after {outcome.first!r} it raised {outcome.second}"
    return ""
