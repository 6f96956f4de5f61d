"""The programs that run in a process of their own while a call fails: starts and ends of either language."""

from __future__ import annotations

import ctypes
import os
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from faults.children import CLASS_PATH
from faults.library import Window, native


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
    assert memoryview(bb.jclass("org.bufferbridge.fixtures.memory.Memories").array("int", 3))[2] == 2


def start(window: Window) -> None:
    """Starts the JVM; the calls fail from the moment the library is loaded."""
    _said("first", _start)
    _said("second", _start_and_use)


def beside(window: Window) -> None:
    from bufferbridge._process import jvms

    found, _ = jvms.find()
    ctypes.CDLL(str(found.library))
    window.arm()
    _said("first", _start)
    _said("second", _start_and_use)


def refused_start(window: Window) -> None:
    """The JVM refuses the first start; the package does not see the wrong option before."""
    import bufferbridge as bb
    from bufferbridge._process import check

    checked = check.require_start
    check.require_start = lambda *arguments: None  # type: ignore[assignment]

    def refused() -> None:
        try:
            bb.start(options=["-XX:+NoSuch"])
        except RuntimeError as refusal:
            if "NoSuch" not in str(refusal):
                raise

    window.arm()
    _said("first", refused)
    check.require_start = checked
    _said("second", _start_and_use)


def start_again(window: Window) -> None:
    """Starts twice: this process refuses the first creation, so the second JVM has no class path."""
    import bufferbridge as bb
    from bufferbridge._process import check

    check.require_start = lambda *arguments: None  # type: ignore[assignment]
    try:
        bb.start(options=["-XX:+NoSuch"])
    except RuntimeError as refused:
        assert "NoSuch" in str(refused)
    window.arm()
    _said("first", _start)
    _said("second", _start_and_use)


def try_jvm(window: Window) -> None:
    from bufferbridge import _native
    from bufferbridge._process import jvms

    library = str(jvms.find()[0].library)

    def refused() -> None:
        assert not _native.try_jvm(library, ("-XX:+NoSuch",))

    window.arm()
    _said("first", refused)
    _said("second", refused)


class _JvmArguments(ctypes.Structure):
    """JNI's JavaVMInitArgs, without options."""

    _fields_ = [
        ("version", ctypes.c_int),
        ("count", ctypes.c_int),
        ("options", ctypes.c_void_p),
        ("ignore_unrecognized", ctypes.c_ubyte),
    ]


def _take_class_loader(env: ctypes.c_void_p) -> None:
    """Takes the class loader of the surrounding code from this thread, through JNI's function table."""
    table = ctypes.cast(env, ctypes.POINTER(ctypes.POINTER(ctypes.c_void_p * 230))).contents.contents

    def call(index: int, *arguments: int | bytes | None) -> int:
        return ctypes.CFUNCTYPE(ctypes.c_void_p, *[ctypes.c_void_p] * (len(arguments) + 1))(table[index])(
            env, *arguments
        )

    find_class, get_method, call_void, get_static_method, call_static_object = 6, 33, 61, 113, 114
    threads = call(find_class, b"java/lang/Thread")
    current = call(get_static_method, threads, b"currentThread", b"()Ljava/lang/Thread;")
    set_loader = call(get_method, threads, b"setContextClassLoader", b"(Ljava/lang/ClassLoader;)V")
    call(call_void, call(call_static_object, threads, current), set_loader, None)


def adopt(window: Window, has_loader: bool = True) -> None:
    """Loads the library into a process that has a JVM already."""
    libjvm = ctypes.CDLL(str(Path(os.environ["JAVA_HOME"], "lib", "server", "libjvm.so")), ctypes.RTLD_GLOBAL)
    vm, env, arguments = ctypes.c_void_p(), ctypes.c_void_p(), _JvmArguments(version=0x000A0000)
    assert libjvm.JNI_CreateJavaVM(ctypes.byref(vm), ctypes.byref(env), ctypes.byref(arguments)) == 0
    if not has_loader:
        _take_class_loader(env)
    import bufferbridge as bb

    def join_and_use() -> None:
        bb.adopt(classpath=CLASS_PATH)
        assert memoryview(bb.jclass("org.bufferbridge.fixtures.memory.Memories").global_(16))[2] == 2

    window.arm()
    _said("first", lambda: bb.adopt(classpath=CLASS_PATH))
    _said("second", join_and_use)


def adopt_without_loader(window: Window) -> None:
    adopt(window, has_loader=False)


def _meet() -> None:
    """Uses the first class, arena, numpy value and pinned array of a process."""
    import numpy as np

    import bufferbridge as bb

    memories = bb.jclass("org.bufferbridge.fixtures.memory.Memories")
    arena = memories.shared()
    with memoryview(memories.in_(arena, 16)) as view:
        assert view[3] == 3
    assert bb.jclass("org.bufferbridge.fixtures.calls.Callee").sameInt(np.int64(5)) == 5
    threads = bb.jclass("org.bufferbridge.fixtures.leases.LeaseThreads")
    threads.retainOn(np.ones(3), True)
    threads.closeOn(True)  # the first entry of a carrier thread into Python
    with memoryview(memories.array("int", 3)) as view:
        assert view[2] == 2


def once(window: Window) -> None:
    _start()
    window.arm()
    _said("first", _meet)
    _said("second", _meet)


def _has_thread(name: str) -> bool:
    """Whether a thread of this process has that name; the kernel knows 15 characters of it."""
    return any(task.read_text().strip() == name[:15] for task in Path("/proc/self/task").glob("*/comm"))


def stubs(window: Window) -> None:
    """Makes a thread's first export by upcall stub, which examines the thread's stack."""
    import bufferbridge as bb

    _start()
    exporter = bb.jclass("org.bufferbridge.fixtures.exporters.RecordingExporter").ofBytes(16)

    def export() -> None:
        memoryview(exporter).release()
        assert exporter.outstanding() == 0

    def on_a_thread() -> None:
        with ThreadPoolExecutor(1) as pool:
            pool.submit(export).result()

    export()
    while _has_thread("bufferbridge upcalls"):  # this thread makes the stubs
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
    """Makes calls fail, on all threads, that come after Python's own exit functions."""
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
