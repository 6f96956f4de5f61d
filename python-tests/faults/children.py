"""Starts and ends while calls fail. A process starts and ends once, so each failing call has a process of its own.

A program is Python code of this file or a Java program of FaultPrograms. It does something with a failing call, then
something that has to succeed, and says of both what was raised, a line each ("first: ", "second: "). The library
itself reports which calls were met, in a file that it writes when the process ends (src/test/faults/fault.c).
"""

from __future__ import annotations

import ctypes
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from support.places import ROOT

LIBRARY = ROOT / "target" / "faults" / "bufferbridge" / "_native.abi3.so"
SECONDS_A_PROCESS_MAY_TAKE = 120
CLASS_PATH = [ROOT / "target" / "test-classes"]
CANNOT_TRY_AGAIN = "IllegalStateException: Python could not be started, and a process cannot try again: "
JAVA_EXCEPTIONS = ["java.lang.IllegalStateException", "java.lang.OutOfMemoryError", "org.bufferbridge.PythonException",
                   "org.bufferbridge.BufferException"]


ALL = 2**62

ALL_CALLS = "all"
FIRST_OF_SITE = "the first of each site"
OF_NEW_SITES = "the first of each site that no other program and no scenario reaches"


class Window(NamedTuple):
    """Which calls fail: the n-th, and those up to the last-th, or one more."""

    n: int
    last: int = 0
    second: int = 0

    def __str__(self) -> str:
        return f"{self.n}{' and all after it' if self.last else f' and {self.second}' if self.second else ''}"

    def arm(self) -> None:
        if self.second:
            native().bb_fault_arm_two(self.n, self.second)
        else:
            native().bb_fault_arm(self.n, self.last or self.n)

    def arm_this_thread(self) -> None:
        native().bb_fault_arm_thread(self.n, self.last or self.n)


@dataclass(frozen=True)
class Program:
    """What is done in a process of its own."""

    name: str
    key: str
    hosted_by_java: bool = False
    at_load: bool = False
    """The calls are counted from the moment the library is loaded."""
    status: int = 0
    shown: tuple[str, ...] = ()
    """What stdout has to contain; where it is missing, stderr has to tell of an exception that was ignored."""
    calls: str = ALL_CALLS
    """Which calls fail."""
    twice: bool = False
    """A failure is told of on a way of its own, so a second one is made to happen on that way."""
    counted: bool = True
    """At its end the library has given all back."""
    python_options: tuple[str, ...] = ()
    environment: dict[str, str] = field(default_factory=dict)


@dataclass
class Outcome:
    """What came of one process."""

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


# The library takes note of the JVM while it is loaded, at a safepoint. C2 loads libraries in its first moments, and waits for
# the loader's lock while the JVM waits for C2.
FOREIGN_JVM = {"BB_FAULT_JVM": "1", "JAVA_TOOL_OPTIONS": "-XX:TieredStopAtLevel=1"}

PROGRAMS = [
    Program("the start of the JVM", "start", at_load=True),
    Program("the end of Python", "python-ends", counted=False, shown=("Java's hook",), python_options=("-X", "faulthandler")),
    Program("the exit of the process", "exits", counted=False),
    Program("System.exit", "java-ends", counted=False, status=7, shown=("Java's hook",)),
    Program("the start of CPython", "start", hosted_by_java=True, at_load=True),
    Program("Java's first calls of Python", "use", calls=FIRST_OF_SITE, hosted_by_java=True),
    Program("the end of CPython", "close", hosted_by_java=True),
    Program("what comes after the end", "shut", hosted_by_java=True),
    Program("a start after one that the JVM refused", "start-again", calls=OF_NEW_SITES),
    Program("a JVM that is only tried", "try-jvm", calls=OF_NEW_SITES, counted=False),
    Program("the start beside a libjvm that is loaded", "beside", calls=OF_NEW_SITES),
    Program("joining the JVM of somebody else", "adopt", calls=OF_NEW_SITES, twice=True, environment=FOREIGN_JVM),
    Program("joining it on a thread without class loader", "adopt-without-loader", calls=OF_NEW_SITES, environment=FOREIGN_JVM),
    Program("what a process meets once", "once", calls=OF_NEW_SITES),
    Program("a thread's first export by upcall stub", "stubs", calls=OF_NEW_SITES, environment={"BB_FAULT_STUBS": "1"}),
]


# -------------------------------------------------------------------------------------------- the parent


def _java() -> list[str]:
    jars = ROOT / "target" / "jars"
    path = [ROOT / "target" / "classes", ROOT / "target" / "test-classes", jars / "jna.jar", jars / "commons-lang3.jar"]
    return [str(Path(os.environ["JAVA_HOME"], "bin", "java")), "-ea", "-Xmx64m", "-XX:+UseG1GC", "-XX:TieredStopAtLevel=1",
            "-XX:-CreateCoredumpOnCrash", "--enable-native-access=ALL-UNNAMED", f"-Dbufferbridge.library={LIBRARY}",
            f"-Dbufferbridge.test.python={sys.executable}", "-cp", ":".join(map(str, path)), "org.bufferbridge.FaultPrograms"]


def run(program: Program, window: Window) -> Outcome:
    """Runs a program while the window's calls fail."""
    numbers = map(str, (window.n, window.last or window.n, window.second))
    with tempfile.TemporaryDirectory(prefix="bufferbridge-fault-") as folder:
        report = Path(folder, "report.json")
        environment = {**os.environ, **program.environment, "BB_FAULT_REPORT": str(report)}
        if program.hosted_by_java:
            environment["BB_FAULT_JVM"] = "1"
            command = _java()
        else:
            command = [sys.executable, *program.python_options, "-m", "faults.children"]
        if program.at_load:
            environment["BB_FAULT_ARM"] = f"{window.n} {window.last or window.n}"
        try:
            child = subprocess.run([*command, program.key, *numbers], capture_output=True, text=True, cwd=folder,
                                   timeout=SECONDS_A_PROCESS_MAY_TAKE, env=environment, check=False)
        except subprocess.TimeoutExpired as late:
            return Outcome(problem=f"it did not end: {late.stdout!r} {late.stderr!r}")
        if child.returncode != program.status or not report.exists():
            return Outcome(problem=f"exit status {child.returncode}: {child.stdout}{child.stderr}")
        found = json.loads(report.read_text())
    outcome = Outcome(found["failures"], found["offset"], found["balances"], found["order"], found["sites"],
                      found["breaches"])
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
    """The numbers of the calls that are to fail, from 1, given each call's site and the sites that failed already."""
    if program.calls == ALL_CALLS:
        return list(range(1, len(order) + 1))
    first = {site: number for number, site in reversed(list(enumerate(order, 1)))}
    return sorted(number for site, number in first.items() if program.calls == FIRST_OF_SITE or site not in failed)


def _problem(program: Program, outcome: Outcome) -> str:
    kind, _, message = outcome.first.partition(": ")
    if program.hosted_by_java and kind and (kind not in JAVA_EXCEPTIONS or message in ("", "null")):
        return f"it raised {outcome.first}"
    if not program.hosted_by_java and kind in ("SystemError", "AssertionError", "NameError", "TypeError", "AttributeError"):
        return f"it raised {outcome.first}"
    if outcome.second and not (outcome.first and CANNOT_TRY_AGAIN in outcome.second):
        return f"after {outcome.first!r} it raised {outcome.second}"
    return ""


# --------------------------------------------------------------------------------------------- the child


def native() -> ctypes.PyDLL:
    """The library that runs, which has functions for this."""
    library = ctypes.PyDLL(str(LIBRARY))
    for name in ("bb_fault_arm", "bb_fault_arm_two", "bb_fault_arm_thread"):
        getattr(library, name).argtypes = [ctypes.c_int64, ctypes.c_int64]
        getattr(library, name).restype = None
    return library


def _said(which: str, action: Callable[[], object]) -> None:
    text = ""
    try:
        action()
    except BaseException as error:
        text = f"{type(error).__name__}: {error}".replace("\n", " ")
    native().bb_fault_disarm()
    print(f"{which}: {text}", flush=True)


def _start() -> None:
    import bufferbridge as bb

    bb.start(classpath=CLASS_PATH, options=["-ea", "-Xmx64m", "-XX:TieredStopAtLevel=1"])


def _start_and_use() -> None:
    import bufferbridge as bb

    _start()
    assert memoryview(bb.jclass("org.bufferbridge.fixtures.Memories").array("int", 3))[2] == 2


def start(window: Window) -> None:
    """The library is armed as it is loaded."""
    _said("first", _start)
    _said("second", _start_and_use)


def beside(window: Window) -> None:
    from bufferbridge import _jvm

    found, _ = _jvm.find()
    ctypes.CDLL(str(found.library))
    window.arm()
    _said("first", _start)
    _said("second", _start_and_use)


def start_again(window: Window) -> None:
    """The first creation is refused in this process itself, so the second JVM has no class path."""
    import bufferbridge as bb
    from bufferbridge import _check

    _check.require_start = lambda *arguments: None  # type: ignore[assignment]
    try:
        bb.start(options=["-XX:+NoSuch"])
    except RuntimeError as refused:
        assert "NoSuch" in str(refused)
    window.arm()
    _said("first", _start)
    _said("second", _start_and_use)


def try_jvm(window: Window) -> None:
    from bufferbridge import _jvm, _native

    library = str(_jvm.find()[0].library)

    def refused() -> None:
        assert not _native.try_jvm(library, ("-XX:+NoSuch",))

    window.arm()
    _said("first", refused)
    _said("second", refused)


class _JvmArguments(ctypes.Structure):
    """JNI's JavaVMInitArgs, without options."""

    _fields_ = [("version", ctypes.c_int), ("count", ctypes.c_int), ("options", ctypes.c_void_p),
                ("ignore_unrecognized", ctypes.c_ubyte)]  # fmt: skip


def _take_class_loader(env: ctypes.c_void_p) -> None:
    """This thread has no class loader of the code around any more; by the table of JNI's functions."""
    table = ctypes.cast(env, ctypes.POINTER(ctypes.POINTER(ctypes.c_void_p * 230))).contents.contents

    def call(index: int, *arguments: int | bytes | None) -> int:
        return ctypes.CFUNCTYPE(ctypes.c_void_p, *[ctypes.c_void_p] * (len(arguments) + 1))(table[index])(env, *arguments)

    find_class, get_method, call_void, get_static_method, call_static_object = 6, 33, 61, 113, 114
    threads = call(find_class, b"java/lang/Thread")
    current = call(get_static_method, threads, b"currentThread", b"()Ljava/lang/Thread;")
    set_loader = call(get_method, threads, b"setContextClassLoader", b"(Ljava/lang/ClassLoader;)V")
    call(call_void, call(call_static_object, threads, current), set_loader, None)


def adopt(window: Window, has_loader: bool = True) -> None:
    """The library is loaded into a process that has a JVM already."""
    libjvm = ctypes.CDLL(str(Path(os.environ["JAVA_HOME"], "lib", "server", "libjvm.so")), ctypes.RTLD_GLOBAL)
    vm, env, arguments = ctypes.c_void_p(), ctypes.c_void_p(), _JvmArguments(version=0x000A0000)
    assert libjvm.JNI_CreateJavaVM(ctypes.byref(vm), ctypes.byref(env), ctypes.byref(arguments)) == 0
    if not has_loader:
        _take_class_loader(env)
    import bufferbridge as bb

    def join_and_use() -> None:
        bb.adopt(classpath=CLASS_PATH)
        assert memoryview(bb.jclass("org.bufferbridge.fixtures.Memories").global_(16))[2] == 2

    window.arm()
    _said("first", lambda: bb.adopt(classpath=CLASS_PATH))
    _said("second", join_and_use)


def adopt_without_loader(window: Window) -> None:
    adopt(window, has_loader=False)


def _meet() -> None:
    """The first class, arena, numpy value and pinned array of a process."""
    import numpy as np

    import bufferbridge as bb

    memories = bb.jclass("org.bufferbridge.fixtures.Memories")
    arena = memories.shared()
    with memoryview(memories.in_(arena, 16)) as view:
        assert view[3] == 3
    assert bb.jclass("org.bufferbridge.fixtures.Callee").sameInt(np.int64(5)) == 5
    threads = bb.jclass("org.bufferbridge.fixtures.LeaseThreads")
    threads.retainOn(np.ones(3), True)
    threads.closeOn(True)  # a carrier's first way into Python
    with memoryview(memories.array("int", 3)) as view:
        assert view[2] == 2


def once(window: Window) -> None:
    _start()
    window.arm()
    _said("first", _meet)
    _said("second", _meet)


def _has_thread(name: str) -> bool:
    """Whether a thread of this process has that name, of which the kernel knows 15 characters."""
    return any(task.read_text().strip() == name[:15] for task in Path("/proc/self/task").glob("*/comm"))


def stubs(window: Window) -> None:
    """A thread's first export by upcall stub, which looks at the thread's stack."""
    import bufferbridge as bb

    _start()
    exporter = bb.jclass("org.bufferbridge.fixtures.RecordingExporter").ofBytes(16)

    def export() -> None:
        memoryview(exporter).release()
        assert exporter.outstanding() == 0

    def on_a_thread() -> None:
        with ThreadPoolExecutor(1) as pool:
            pool.submit(export).result()

    export()
    while _has_thread("bufferbridge upcalls"):  # which makes the stubs
        time.sleep(0.01)
    window.arm()
    _said("first", on_a_thread)
    _said("second", on_a_thread)


def python_ends(window: Window) -> None:
    import atexit

    from support.exit_kinds import LOAD

    exec(LOAD.replace("OPTIONS", "['-XX:TieredStopAtLevel=1']").replace("EARLY", ""), globals())
    print("\nfirst: \nsecond: ", flush=True)
    atexit.register(window.arm_this_thread)


def exits(window: Window) -> None:
    """All calls of what comes after Python's own functions, on all threads."""
    import atexit

    atexit.register(window.arm)
    _start_and_use()
    print("first: \nsecond: ", flush=True)


def java_ends(window: Window) -> None:
    from support.exit_kinds import LOAD

    exec(LOAD.replace("OPTIONS", "['-XX:TieredStopAtLevel=1']").replace("EARLY", ""), globals())
    import bufferbridge as bb

    exit_ = bb.jclass("java.lang.System").exit
    print("\nfirst: \nsecond: ", flush=True)
    window.arm_this_thread()
    try:
        exit_(7)
    except Exception:
        native().bb_fault_disarm()
        exit_(7)


if __name__ == "__main__":
    key, *numbers = sys.argv[1:]
    globals()[key.replace("-", "_")](Window(*map(int, numbers)))
