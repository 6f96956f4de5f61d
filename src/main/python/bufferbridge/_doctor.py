"""Says which JVM is found, what it can do and what is missing, and sends memory through it, both ways."""

from __future__ import annotations

import importlib.metadata
import platform
import sys
from collections.abc import Callable, Iterator, Sequence

import bufferbridge
from bufferbridge import _jvm, _native
from bufferbridge._native import JavaClass


class _Failed(Exception):
    """A round trip had another result; the message says what was found and what is required."""


def main(jvm: str | None, options: Sequence[str]) -> int:
    """Prints one line for each finding, with all that is wrong at the end.

    Args:
        jvm: what `start` takes.
        options: of the JVM.

    Returns:
        The exit status: 0 if Java and Python see each other's memory, 1 if something is missing.
    """
    wrong: list[str] = []
    for subject, finding, is_wrong in _findings(jvm, options):
        print(f"{subject:<13} {finding}", flush=True)
        if is_wrong:
            wrong.append(subject)
    print(f"{'missing':<13} {', '.join(wrong) or 'nothing'}")
    return 1 if wrong else 0


def _findings(jvm: str | None, options: Sequence[str]) -> Iterator[tuple[str, str, bool]]:
    """Subject, finding, and whether bufferbridge cannot work with that; nothing is looked at behind a reason."""
    yield "bufferbridge", f"{bufferbridge.__version__}, native interface {_native.ABI_VERSION}", False
    implementation = f"{platform.python_implementation()} {platform.python_version()}"
    yield "Python", f"{implementation}, {sys.executable}", False
    yield "numpy", _version_of("numpy"), False
    try:
        found, passed_over = _jvm.find(jvm)
    except _jvm.JvmNotFoundError as error:
        yield "JVM", str(error), True
        return
    for place in passed_over:
        yield "passed over", str(place), False
    yield "JVM", f"{found.version}, {found.home}, found by {found.found_by}", False
    try:
        bufferbridge.start(jvm=jvm, options=options)
        diagnosis = _native.jclass("org.bufferbridge.Diagnosis")
        yield from _abilities(diagnosis)
    except Exception as error:  # whatever it is, it is the finding
        yield "JVM start", f"{type(error).__name__}: {error}", True
        return
    for direction, trip in _TRIPS.items():
        yield direction, *_outcome(trip)


def _abilities(diagnosis: JavaClass) -> Iterator[tuple[str, str, bool]]:
    yield "running", diagnosis.jvm(), False
    yield "jar", f"{diagnosis.version()}, native interface {diagnosis.abiVersion()}", False
    pins = diagnosis.pinObstacle()
    pinning = "arrays of the heap are exported in place" if pins is None else f"bb.borrow() and bb.copy() only: {pins}"
    yield "collector", f"{diagnosis.collector()}; {pinning}", False
    arenas = diagnosis.arenaObstacle()
    yield "arenas", arenas or "close() is refused while Python holds their memory", False


def _version_of(distribution: str) -> str:
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return "not installed; it is not required"


# ---------------------------------------------------------------------------------- round trips


def _outcome(trip: Callable[[], None]) -> tuple[str, bool]:
    try:
        trip()
        _require("what is out afterwards", [*bufferbridge.exports(), *bufferbridge.leases()], [])
    except Exception as error:
        return f"{type(error).__name__}: {error}", True
    return "live", False


def _require(what: str, actual: object, required: object) -> None:
    if actual != required:
        raise _Failed(f"{what}: {actual!r}; {required!r} is required")


def _java_to_python() -> None:
    """Memory outside the heap: each side reads what the other one has written."""
    direct = _native.jclass("java.nio.ByteBuffer").allocateDirect(16)
    with memoryview(direct) as view:
        view[3] = 42
        _require("Java reads", direct.get(3), 42)
        direct.put(4, 43)
        _require("Python reads", view[4], 43)


def _python_to_java() -> None:
    """A bytearray, which Java writes into and which is free again after the call."""
    source, target = b"from Java", bytearray(9)
    block = bufferbridge.empty(9)
    with memoryview(block) as view:
        view[:] = source
    _native.jclass("java.lang.foreign.MemorySegment").copy(block, 0, target, 0, 9)
    _require("Python reads", bytes(target), source)
    target.append(0)


def _heap_array() -> None:
    """An array of the heap, lent to Python."""
    array = bufferbridge.array(b"\1\2\3")
    with bufferbridge.borrow(array) as view:
        view[1] = 42
    _require("Java reads", _native.jclass("java.lang.reflect.Array").getByte(array, 1), 42)


_TRIPS: dict[str, Callable[[], None]] = {
    "Java memory": _java_to_python,
    "Python memory": _python_to_java,
    "heap array": _heap_array,
}
