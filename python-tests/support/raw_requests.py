"""Raw buffer requests: every field of a Py_buffer, read through ctypes.

Consumers such as memoryview read few fields and normalise them. These functions show what the slots really wrote. The
Py_buffer is filled with poison before the request, so a test sees a field that was not written.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

SIMPLE = 0
WRITABLE = 0x1
FORMAT = 0x4
ND = 0x8
STRIDES = 0x10 | ND
C_CONTIGUOUS = 0x20 | STRIDES
F_CONTIGUOUS = 0x40 | STRIDES
ANY_CONTIGUOUS = 0x80 | STRIDES
INDIRECT = 0x100 | STRIDES
FULL_RO = INDIRECT | FORMAT

_STRUCTURES = {
    "SIMPLE": SIMPLE,
    "ND": ND,
    "STRIDES": STRIDES,
    "C_CONTIGUOUS": C_CONTIGUOUS,
    "F_CONTIGUOUS": F_CONTIGUOUS,
    "ANY_CONTIGUOUS": ANY_CONTIGUOUS,
    "INDIRECT": INDIRECT,
}

# The 28 requests: 7 structures, with and without WRITABLE, with and without FORMAT.
ALL_REQUESTS: dict[str, int] = {
    "|".join([name, *(["WRITABLE"] if writable else []), *(["FORMAT"] if format_ else [])]): flags
    | (WRITABLE if writable else 0)
    | (FORMAT if format_ else 0)
    for name, flags in _STRUCTURES.items()
    for writable in (False, True)
    for format_ in (False, True)
}


class PyBuffer(ctypes.Structure):
    _fields_ = [
        ("buf", ctypes.c_void_p),
        ("obj", ctypes.c_void_p),
        ("len", ctypes.c_ssize_t),
        ("itemsize", ctypes.c_ssize_t),
        ("readonly", ctypes.c_int),
        ("ndim", ctypes.c_int),
        ("format", ctypes.c_void_p),
        ("shape", ctypes.c_void_p),
        ("strides", ctypes.c_void_p),
        ("suboffsets", ctypes.c_void_p),
        ("internal", ctypes.c_void_p),
    ]


_get = ctypes.pythonapi.PyObject_GetBuffer
_get.argtypes = [ctypes.py_object, ctypes.POINTER(PyBuffer), ctypes.c_int]
_get.restype = ctypes.c_int
_release = ctypes.pythonapi.PyBuffer_Release
_release.argtypes = [ctypes.POINTER(PyBuffer)]
_release.restype = None


@dataclass(frozen=True)
class Answer:
    """The fields of a granted request, with the contents of its pointers."""

    buf: int
    len: int
    itemsize: int
    readonly: int
    ndim: int
    format: bytes | None
    shape: tuple[int, ...] | None
    strides: tuple[int, ...] | None
    suboffsets: tuple[int, ...] | None
    obj: int


def poisoned() -> PyBuffer:
    view = PyBuffer()
    ctypes.memset(ctypes.byref(view), 0xA5, ctypes.sizeof(view))
    return view


def _array(address: int | None, count: int) -> tuple[int, ...] | None:
    if address is None:
        return None
    return tuple((ctypes.c_ssize_t * count).from_address(address))


def read(view: PyBuffer) -> Answer:
    return Answer(
        buf=view.buf or 0,
        len=view.len,
        itemsize=view.itemsize,
        readonly=view.readonly,
        ndim=view.ndim,
        format=None if view.format is None else ctypes.string_at(view.format),
        shape=_array(view.shape, view.ndim),
        strides=_array(view.strides, view.ndim),
        suboffsets=_array(view.suboffsets, view.ndim),
        obj=view.obj or 0,
    )


def acquire(exporter: object, flags: int) -> PyBuffer:
    """An outstanding export; the caller passes it to `release`."""
    view = poisoned()
    _get(exporter, ctypes.byref(view), flags)
    return view


def release(view: PyBuffer) -> None:
    _release(ctypes.byref(view))


@contextmanager
def requested(exporter: object, flags: int) -> Iterator[Answer]:
    view = acquire(exporter, flags)
    try:
        yield read(view)
    finally:
        release(view)


def ask(exporter: object, flags: int) -> Answer | str:
    """The answer to a request, released at once, or "refused". A refusal leaves obj NULL."""
    view = poisoned()
    try:
        _get(exporter, ctypes.byref(view), flags)
    except BufferError:
        assert view.obj is None, "a refusal sets obj to NULL"
        return "refused"
    answer = read(view)
    release(view)
    return answer
