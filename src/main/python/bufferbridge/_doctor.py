"""Says which JVM is found, what it can do and what is missing, and sends memory through it in both directions."""

from __future__ import annotations

import importlib.metadata
import platform
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import bufferbridge
from bufferbridge import _jvm, _native
from bufferbridge._native import JavaClass


class _Failed(Exception):
    """A round trip had a wrong result; the message has the actual and the required value."""


class _Finding(NamedTuple):
    """One line: what was examined, what was found, and what is missing."""

    subject: str
    found: str
    missing: str = ""
    """This includes the remedy, if there is one."""
    works: bool = True


def main(jvm: str | None, options: Sequence[str]) -> int:
    """Prints one line for each finding; the last line lists everything that is missing.

    Args:
        jvm: the argument of `start`.
        options: options for the JVM.

    Returns:
        The exit status: 0 if Java and Python see each other's memory, and 1 if something does not work. A missing
        ability for which there is another way does not change it.
    """
    works = True
    missing: list[str] = []
    for finding in _findings(jvm, options):
        print(f"{finding.subject:<13} {finding.found}", flush=True)
        works = works and finding.works
        if finding.missing:
            missing.append(finding.missing)
    print(f"{'missing':<13} {'; '.join(missing) or 'nothing'}")
    return 0 if works else 1


def _broken(subject: str, error: Exception) -> _Finding:
    return _Finding(subject, f"{type(error).__name__}: {error}", subject, works=False)


def _findings(jvm: str | None, options: Sequence[str]) -> Iterator[_Finding]:
    """The findings in order; the first thing that does not work ends them."""
    yield _Finding("bufferbridge", f"{bufferbridge.__version__}, native interface {_native.ABI_VERSION}")
    implementation = f"{platform.python_implementation()} {platform.python_version()}"
    yield _Finding("Python", f"{implementation}, {sys.executable}")
    yield _Finding("numpy", _version_of("numpy"))
    try:
        found, passed_over = _jvm.find(jvm)
    except _jvm.JvmNotFoundError as error:
        yield _Finding("JVM", str(error), "JVM", works=False)
        return
    for place in passed_over:
        yield _Finding("passed over", str(place))
    yield _Finding("JVM", f"{found.version}, {found.home}, found by {found.found_by}")
    try:
        bufferbridge.start(jvm=jvm, options=options)
        diagnosis = _native.internal_class("Diagnosis")
        yield from _abilities(diagnosis)
    except Exception as error:  # any error is the finding
        yield _broken("JVM start", error)
        return
    pins = diagnosis.pinObstacle() is None
    yield _outcome("Java memory", _java_to_python, "live")
    yield _outcome("Python memory", _python_to_java, "live")
    yield _outcome("heap array", _heap_array, "live" if pins else "borrowed: a copy that is written back")


def _abilities(diagnosis: JavaClass) -> Iterator[_Finding]:
    yield _Finding("running", diagnosis.jvm())
    yield _Finding("jar", f"{diagnosis.version()}, native interface {diagnosis.abiVersion()}")
    pins = diagnosis.pinObstacle()
    if pins is None:
        yield _Finding("collector", f"{diagnosis.collector()}; heap arrays are exported in place")
    else:
        yield _Finding(
            "collector",
            f"{diagnosis.collector()}; heap arrays are not exported in place; use bb.borrow() or bb.copy()",
            f"export of heap arrays in place: {pins}",
        )
    arenas = diagnosis.arenaObstacle()
    if arenas is None:
        yield _Finding("arenas", "close() is refused while Python holds their memory")
    else:
        yield _Finding("arenas", arenas, f"export of memory of arenas that can be closed: {arenas}")


def _version_of(distribution: str) -> str:
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return "not installed; it is not required"


# ---------------------------------------------------------------------------------- round trips


def _outcome(direction: str, trip: Callable[[], None], works: str) -> _Finding:
    try:
        trip()
        _require("what is out afterwards", [*bufferbridge.exports(), *bufferbridge.leases()], [])
    except Exception as error:
        return _broken(direction, error)
    return _Finding(direction, works)


def _require(what: str, actual: object, required: object) -> None:
    if actual != required:
        raise _Failed(f"{what}: {actual!r}; {required!r} is required")


def _java_to_python() -> None:
    """Memory outside the heap: each language reads what the other has written."""
    direct = _native.jclass("java.nio.ByteBuffer").allocateDirect(16)
    with memoryview(direct) as view:
        view[3] = 42
        _require("Java reads", direct.get(3), 42)
        direct.put(4, 43)
        _require("Python reads", view[4], 43)


def _python_to_java() -> None:
    """A bytearray: Java writes into it, and it can be resized again after the call."""
    source, target = b"from Java", bytearray(9)
    block = bufferbridge.empty(9)
    with memoryview(block) as view:
        view[:] = source
    _native.jclass("java.lang.foreign.MemorySegment").copy(block, 0, target, 0, 9)
    _require("Python reads", bytes(target), source)
    target.append(0)


def _heap_array() -> None:
    """An array on the heap, lent to Python."""
    array = bufferbridge.array(b"\1\2\3")
    with bufferbridge.borrow(array) as view:
        view[1] = 42
    _require("Java reads", _native.jclass("java.lang.reflect.Array").getByte(array, 1), 42)
