"""Shares memory between Java and Python in each way, and prints what both see; needs neither a compiler nor numpy."""

from __future__ import annotations

import array
import hashlib
import sys
import time
import zlib
from collections.abc import Callable, Sequence
from typing import Any

import bufferbridge
from bufferbridge._native import JavaClass

_BYTES = 64 << 20


class _Wrong(Exception):
    """The two languages see different memory; the message has both values."""


def main(jvm: str | None, options: Sequence[str]) -> int:
    """Runs each part and prints what it shows.

    Args:
        jvm: the argument of `start`.
        options: options for the JVM.

    Returns:
        The exit status: 0, or 1 if no JVM starts or a value is wrong.
    """
    try:
        bufferbridge.start(jvm=jvm, options=options)
        for part in (_java_memory, _heap_array, _python_memory, _no_copy, _refusal):
            print(f"{_title(part)}\n    {part()}", flush=True)
        _require("exports and leases at the end", [*bufferbridge.exports(), *bufferbridge.leases()], [])
    except (RuntimeError, _Wrong) as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1
    print("Every export and every lease is released.")
    return 0


def _title(part: Callable[[], str]) -> str:
    return (part.__doc__ or "").partition("\n")[0]


def _require(what: str, actual: object, required: object) -> None:
    if actual != required:
        raise _Wrong(f"{what}: {actual!r}; {required!r} is required")


def _java(name: str) -> JavaClass:
    return bufferbridge.jclass(name)


def _java_memory() -> str:
    """Memory of the JVM, as a Python buffer"""
    matrix = bufferbridge.empty((3, 4), "d")
    view: Any = memoryview(matrix)  # typing takes every memoryview for one of int
    view[1, 2] = 2.5
    read = matrix.getDouble(1, 2)
    _require("Java reads", read, 2.5)
    matrix.setDouble(7.25, 2, 3)
    _require("Python reads", view[2, 3], 7.25)
    said = f"shape {view.shape}, format {view.format!r}: Python wrote 2.5, Java read {read}; and back: {view[2, 3]}"
    view.release()
    return said


def _heap_array() -> str:
    """An array on Java's heap: Java sorts it, and Python sees it sorted"""
    numbers = bufferbridge.array(array.array("d", [5.0, 1.0, 4.0, 2.0, 3.0]))
    with bufferbridge.borrow(numbers) as lent:
        before = memoryview(lent).tolist()
    _java("java.util.Arrays").sort(numbers)
    with bufferbridge.borrow(numbers) as lent:
        after = memoryview(lent).tolist()
    _require("Python reads", after, sorted(before))
    return f"{before} became {after}"


def _python_memory() -> str:
    """A bytearray of Python, which Java reads in place"""
    text = bytearray(b"Nothing is copied, nothing is stale, nothing dangles.")
    checksum = _java("java.util.zip.CRC32")()
    checksum.update(text)
    _require("Java's CRC-32", checksum.getValue(), zlib.crc32(text))
    digest = _java("java.security.MessageDigest").getInstance("SHA-256")
    digest.update(text)
    _require("Java's SHA-256", bytes(bufferbridge.copy(digest.digest())), hashlib.sha256(text).digest())
    return f"CRC-32 {checksum.getValue():08x} and SHA-256 of its {len(text)} bytes are the same in both languages"


def _no_copy() -> str:
    """64 MiB, shared and copied"""
    block = bufferbridge.empty(_BYTES)
    memoryview(block).release()  # the first export opens the memory
    begin = time.perf_counter()
    view = memoryview(block)
    shared = time.perf_counter()
    copy = bytes(view)
    copied = time.perf_counter()
    _require("length of the copy", len(copy), _BYTES)
    view.release()
    return f"shared in {(shared - begin) * 1e6:.0f} microseconds, copied in {(copied - shared) * 1e3:.0f} milliseconds"


def _refusal() -> str:
    """Memory that Python uses cannot be freed"""
    arena = _java("org.bufferbridge.ExportArena").open()
    view = memoryview(arena.allocate(1024))
    try:
        arena.close()
    except bufferbridge.JavaError as refusal:
        sentence = str(refusal).splitlines()[0]
    else:
        raise _Wrong("the arena was closed while Python used its memory")
    view.release()
    del view
    arena.close()
    return sentence
