"""The ways a process with a JVM can end, and the expected outcome of each.

Each kind is a process of its own, with exports and leases out and threads busy in both languages (LOAD). The process
prints "ready" and then ends in its way. exit_runs.py runs it.
"""

from __future__ import annotations

import signal
from dataclasses import dataclass

from support.places import TEST_CLASSES

LOAD = f"""
import atexit, ctypes, os, signal, sys, threading, time
# After the interpreter's end the process stays for a moment, in which threads that came too late would be seen.
libc = ctypes.CDLL(None)
libc["__cxa_atexit"](libc.usleep, ctypes.c_void_p(100_000), None)
# A shell that runs this in the background ignores them, and a process inherits that.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)
EARLY
import bufferbridge as bb
bb.start(classpath=[{str(TEST_CLASSES)!r}], options=["-Xmx128m", "-XX:ErrorFile=hs_err.log", *OPTIONS])
Exits = bb.jclass("org.bufferbridge.fixtures.processes.Exits")
Recording = bb.jclass("org.bufferbridge.fixtures.exporters.RecordingExporter")
Memories = bb.jclass("org.bufferbridge.fixtures.memory.Memories")
Leasing = bb.jclass("org.bufferbridge.fixtures.leases.Leasing")

# Until the end, in a module of its own: CPython does not clear __main__ while a daemon thread has a frame of it.
sys.modules["kept"] = type(sys)("kept")
def keep(what):
    sys.modules["kept"].what = what

leased_by_java = bytearray(range(64))

def called_from_java(number):
    return number + len(bytes(leased_by_java))

# Out until the end: an export by upcall, of held memory and of a pinned array, if this JVM pins; a kept lease and
# a forgotten one.
exporters = [Recording.ofBytes(64), Memories.in_(Memories.shared(), 64), bb.empty(64)]
exporters += [array for array in [Memories.array("int", 64)] if array.supports(0)]
views = [memoryview(exporter) for exporter in exporters]
Exits.keep(bytearray(64))
Leasing.forget(bytearray(64))

def busy():
    own = Recording.ofBytes(64)
    while True:
        with memoryview(own), memoryview(bb.empty(256)):
            Leasing.sum(leased_by_java)

for _ in range(2):
    threading.Thread(target=busy, daemon=True).start()
Exits.startBusyThreads(2)
Exits.addHook("Java's hook")
atexit.register(lambda: print("Python's atexit"))
sys.stdout.write("last words, ")  # stays in the stream's buffer until the end
os.write(1, b"ready\\n")
"""

# The output of an orderly end of either runtime: Python's stream is flushed, and both languages' functions have run.
ORDERLY = ("last words", "Python's atexit", "Java's hook")
NONE: tuple[str, ...] = ()


@dataclass(frozen=True)
class Kind:
    """One way to end. `status` has the right exit codes of subprocess, in which a signal is negative."""

    name: str
    code: str
    status: int | tuple[int, ...]
    shown: tuple[str, ...] = ORDERLY
    """Texts that stdout has to contain."""
    error: str = ""
    """A text that stderr has to contain."""
    early: str = ""
    """Python code before the start of the JVM."""
    options: tuple[str, ...] = ()
    """Further options for the JVM."""
    signal: int = 0
    """The signal that the parent sends up to `within` seconds after "ready"."""
    within: float = 0.2
    at_start: bool = False
    """Whether the signal is sent while the JVM starts."""
    slow: bool = False
    """Whether it waits in vain, and so takes some seconds more."""

    @property
    def statuses(self) -> tuple[int, ...]:
        return self.status if isinstance(self.status, tuple) else (self.status,)


# Many short sleeps: a signal that arrives just before a long sleep would not interrupt it.
WAITING = """
while True:
    time.sleep(0.05)
"""

KINDS = [
    # Python ends.
    Kind("falls-off-the-end", "pass", 0),
    Kind("sys-exit", "sys.exit(7)", 7),
    Kind("sys-exit-with-a-text", "sys.exit('why')", 1, error="why"),
    Kind("uncaught-exception", "raise ValueError('uncaught')", 1, error="ValueError: uncaught"),
    Kind("uncaught-java-exception", "Exits.throwIllegalState('uncaught')", 1, error="JavaError: java.lang.Illegal"),
    *(
        Kind(
            f"while-java-collects-with-{collector.lower()}",
            "for _ in range(4): Exits.collectForEver()\ntime.sleep(0.05)",
            0,
            options=(f"-XX:+Use{collector}GC", "-Xmn1m"),
        )
        for collector in ("G1", "Parallel", "Serial")
    ),
    Kind("os-exit", "sys.stdout.flush(); os._exit(9)", 9, ("last words",)),
    Kind("os-abort", "os.abort()", -signal.SIGABRT, NONE),
    Kind("exec", "os.execv(sys.executable, [sys.executable, '-c', 'print(\"another\"); exit(5)'])", 5, ("another",)),
    Kind("c-exit", "libc.exit(6)", 6, NONE),
    Kind("c-exit-on-a-thread", f"threading.Thread(target=libc.exit, args=(6,)).start(){WAITING}", 6, NONE),
    Kind("c-exit-in-a-call-from-java", "def leave(): libc.exit(6)\nExits.callOnThread('leave', True)", 6, NONE),
    Kind(
        "sys-exit-in-a-call-from-java",
        "def leave(): sys.exit(8)\nExits.call('leave')",
        8,
    ),
    Kind(
        "sys-exit-on-a-thread-of-javas",
        "def leave(): sys.exit(8)\nExits.callOnThread('leave', True)",
        0,
        (*ORDERLY, "Java caught SystemExit"),
    ),
    Kind(
        "os-exit-in-a-call-from-java",
        "def leave(): os._exit(8)\nExits.callOnThread('leave', True)",
        8,
        NONE,
    ),
    Kind(
        "uncaught-exception-on-a-python-thread",
        "thread = threading.Thread(target=lambda: 1 / 0); thread.start(); thread.join()",
        0,
        error="ZeroDivisionError",
    ),
    Kind("uncaught-exception-on-a-java-thread", "Exits.throwOnThread('on a thread')", 0, error="on a thread"),
    Kind(
        "a-call-of-a-thread-in-flight",
        "threading.Thread(target=lambda: (Exits.sleep(200), print('back'))).start()",
        0,
        ("back",),
    ),
    Kind(
        "calls-of-daemon-threads-in-flight",
        "for _ in range(4): threading.Thread(target=Exits.computeForEver, daemon=True).start()\ntime.sleep(0.05)",
        0,
    ),
    Kind(
        "calls-of-daemon-threads-that-come-back",
        "def called():\n"
        "    while True: Exits.sleep(1)\n"
        "for _ in range(4): threading.Thread(target=called, daemon=True).start()\ntime.sleep(0.05)",
        0,
    ),
    Kind(
        "java-in-python-in-java",
        "def called():\n"
        "    Exits.sleep(1)\n"
        "def calling():\n"
        "    while True: Exits.call('called')\n"
        "for _ in range(4): threading.Thread(target=calling, daemon=True).start()\n"
        "for _ in range(4): Exits.callOnThread('calling', False)\n"
        "time.sleep(0.05)",
        0,
        slow=True,
    ),
    Kind(
        "a-java-thread-that-stays-in-python",
        """
inside = threading.Event()
def stay():
    inside.set()
    while True: time.sleep(0.001)
Exits.callOnThread('stay', False)
inside.wait()""",
        0,
        error="Python ends while",
        slow=True,
    ),
    Kind("java-called-by-atexit", "atexit.register(lambda: print(Exits.throwFromNull()))", 0, ("100",)),
    Kind(
        "java-called-too-late",
        "pass",
        0,
        ("Python is ending, and calls into Java are refused",),
        early="""
def late():
    try:
        Exits.throwFromNull()
    except RuntimeError as error:
        print(error)
atexit.register(late)""",
    ),
    Kind(
        "java-called-by-a-finaliser",
        "class Late:\n    def __del__(self, call=Exits.throwFromNull): call()\nkeep(Late())",
        0,
        error="Python is ending, and calls into Java are refused",
    ),
    Kind(
        "java-called-too-late-by-another-thread",
        "pass",
        0,
        ("100",),
        early="""
go, done = threading.Event(), threading.Event()
threading.Thread(target=lambda: (go.wait(), print(Exits.throwFromNull()), done.set()), daemon=True).start()
def late():
    go.set()
    done.wait(10)
atexit.register(late)""",
    ),
    Kind("released-at-the-very-end", "keep(memoryview(Exits.Exporter(True, 0, 0)))", 0, (*ORDERLY, "released")),
    Kind(
        "released-by-a-cycle",
        "cycle = [memoryview(Exits.Exporter(True, 0, 0))]; cycle.append(cycle); keep(cycle); del cycle",
        0,
    ),
    Kind(
        "tensors-deleted-after-the-end",
        """
from support import dlpack
for exporter in exporters:
    managed = dlpack.consume(exporter.__dlpack__(max_version=(1, 0)))
    libc["__cxa_atexit"](ctypes.c_void_p(managed.deleter), ctypes.c_void_p(ctypes.addressof(managed)), None)""",
        0,
    ),
    Kind(
        "tensors-deleted-while-python-ends",
        """
from support import dlpack
def churn():
    while True:
        for exporter in exporters:
            dlpack.delete(dlpack.consume(exporter.__dlpack__(max_version=(1, 0))))
for _ in range(2): threading.Thread(target=churn, daemon=True).start()
time.sleep(0.05)""",
        0,
    ),
    Kind(
        "native-views-released-after-the-end",
        """
from support import c_api
views = [c_api.acquire(exporter) for exporter in exporters]
views += [c_api.acquire_java(exporter) for exporter in exporters]
kept = [ctypes.create_string_buffer(bytes(view)) for view in views]
ctypes.pythonapi.Py_IncRef(ctypes.py_object(kept))
for view in kept:
    libc["__cxa_atexit"](ctypes.cast(c_api.TABLE.release, ctypes.c_void_p), ctypes.c_void_p(ctypes.addressof(view)),
                         None)""",
        0,
    ),
    Kind(
        "native-views-released-while-python-ends",
        """
from support import c_api
def churn():
    while True:
        for exporter in exporters:
            for acquire in (c_api.acquire, c_api.acquire_java):
                c_api.release(acquire(exporter))
for _ in range(2): threading.Thread(target=churn, daemon=True).start()
time.sleep(0.05)""",
        0,
    ),
    Kind(
        "python-called-by-a-hook",
        "def hook(): print('called by a hook')\nExits.addPythonHook('hook')",
        0,
        (*ORDERLY, "called by a hook"),
    ),
    Kind(
        "an-endless-hook-is-interrupted",
        "Exits.addEndlessHook(); signal.signal(signal.SIGINT, signal.default_int_handler)",
        0,
        error="KeyboardInterrupt",
        early="signal.signal(signal.SIGINT, signal.SIG_IGN)",
        signal=signal.SIGINT,
        slow=True,
    ),
    # Java ends.
    Kind("system-exit-in-a-call", "Exits.exit(11)", 11),
    Kind("system-exit-in-a-call-of-a-thread", f"threading.Thread(target=lambda: Exits.exit(11)).start(){WAITING}", 11),
    Kind("system-exit-on-a-thread-of-javas", f"Exits.exitSoon(11, 20){WAITING}", 11),
    Kind("system-exit-while-python-computes", "Exits.exitSoon(11, 20)\nwhile True: pass", 11),
    Kind("system-exit-while-python-ends", "Exits.exitSoon(11, 1)\ntime.sleep(0.001)", (0, 11), NONE),
    # Python's main thread is running its atexit functions when the thread that ends Java runs and forgets them all.
    Kind(
        "system-exit-amid-atexit",
        """
class SlowElsewhere:
    def __getattr__(self, name):
        return getattr(out, name)
    def flush(self):
        slow(threading.current_thread() is not threading.main_thread(), 0.5)
        out.flush()
def slow(is_slow, seconds):
    if is_slow:
        time.sleep(seconds)
out, sys.stdout = sys.stdout, SlowElsewhere()
for _ in range(100):
    atexit.register(lambda: slow(threading.current_thread() is threading.main_thread(), 0.002))
Exits.exitSoon(11, 50)""",
        11,
    ),
    Kind("system-exit-in-get-buffer", "memoryview(Exits.Exporter(True, 12, 0))", 12),
    Kind("system-exit-in-release-buffer", "memoryview(Exits.Exporter(True, 0, 12)).release()", 12),
    Kind("system-exit-by-the-last-release", "keep(memoryview(Exits.Exporter(True, 0, 12)))", 12),
    Kind("system-exit-in-a-call-from-python-from-java", "def leave(): Exits.exit(13)\nExits.call('leave')", 13),
    Kind("system-exit-with-the-gil-held", "memoryview(Exits.Exporter(False, 12, 0))", 12, ("Java's hook",), slow=True),
    Kind("halt", "Exits.halt(14)", 14, NONE),
    Kind("out-of-memory", "Exits.exhaustMemory()", 3, NONE, options=("-XX:+ExitOnOutOfMemoryError",)),
    # Signals.
    Kind("sigterm", WAITING, -signal.SIGTERM, NONE, signal=signal.SIGTERM),
    Kind("sigterm-in-a-call", "Exits.sleep(60_000)", -signal.SIGTERM, NONE, signal=signal.SIGTERM),
    Kind("sigterm-while-the-jvm-starts", WAITING, -signal.SIGTERM, NONE, signal=signal.SIGTERM, at_start=True),
    Kind(
        "sigterm-handled",
        WAITING,
        15,
        early="signal.signal(signal.SIGTERM, lambda *_: sys.exit(15))",
        signal=signal.SIGTERM,
    ),
    Kind("sighup", WAITING, -signal.SIGHUP, NONE, signal=signal.SIGHUP),
    Kind("sigkill", WAITING, -signal.SIGKILL, NONE, signal=signal.SIGKILL),
    Kind("ctrl-c", WAITING, -signal.SIGINT, error="KeyboardInterrupt", signal=signal.SIGINT),
    Kind(
        "ctrl-c-between-calls",
        "while True: Exits.sleep(1)",
        -signal.SIGINT,
        error="KeyboardInterrupt",
        signal=signal.SIGINT,
    ),
    Kind(
        "ctrl-c-in-a-call-is-raised-after-it",
        f"Exits.sleep(400){WAITING}",
        -signal.SIGINT,
        error="KeyboardInterrupt",
        signal=signal.SIGINT,
    ),
    Kind(
        "ctrl-c-while-the-jvm-starts",
        WAITING,
        -signal.SIGINT,
        NONE,
        error="KeyboardInterrupt",
        signal=signal.SIGINT,
        at_start=True,
    ),
    # faulthandler.
    Kind("faulthandler-from-before", "pass", 0, early="import faulthandler; faulthandler.enable()"),
    Kind(
        "faulthandler-from-before-disabled",
        "faulthandler.disable()",
        0,
        early="import faulthandler; faulthandler.enable()",
    ),
    Kind("faulthandler-too-late", "import faulthandler; faulthandler.enable()", 0, error="faulthandler stays disabled"),
]
