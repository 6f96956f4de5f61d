"""Python exporters that fill a Py_buffer with any given values: a type made from slots with ctypes.

An exporter written as a Python class cannot lie, because its answer goes through a memoryview. One written in C can.
"""

from __future__ import annotations

import ctypes
from dataclasses import dataclass, field

from support.raw_requests import PyBuffer

_GET_BUFFER_SLOT, _RELEASE_BUFFER_SLOT = 1, 2
_BASE_TYPE_FLAG = 1 << 10

_GetBuffer = ctypes.PYFUNCTYPE(ctypes.c_int, ctypes.py_object, ctypes.POINTER(PyBuffer), ctypes.c_int)
_ReleaseBuffer = ctypes.PYFUNCTYPE(None, ctypes.py_object, ctypes.POINTER(PyBuffer))


class _Slot(ctypes.Structure):
    _fields_ = [("slot", ctypes.c_int), ("function", ctypes.c_void_p)]


class _Spec(ctypes.Structure):
    _fields_ = [
        ("name", ctypes.c_char_p),
        ("basicsize", ctypes.c_int),
        ("itemsize", ctypes.c_int),
        ("flags", ctypes.c_uint),
        ("slots", ctypes.POINTER(_Slot)),
    ]


def _int64s(values: list[int] | None) -> ctypes.Array[ctypes.c_ssize_t] | None:
    return None if values is None else (ctypes.c_ssize_t * max(len(values), 1))(*values)


@dataclass
class Claim:
    """The claimed fields; None means NULL. `buf` points into `memory`, `start` bytes after its beginning."""

    memory: bytearray | None
    len: int
    itemsize: int = 1
    readonly: int = 0
    ndim: int = 1
    format: bytes | None = None
    shape: list[int] | None = None
    strides: list[int] | None = None
    suboffsets: list[int] | None = None
    start: int = 0
    has_owner: bool = True
    requests: list[int] = field(default_factory=list)
    releases: int = 0

    def __post_init__(self) -> None:
        if self.memory is None:
            self.address = None
        else:
            self.held = (ctypes.c_char * len(self.memory)).from_buffer(self.memory)
            self.address = ctypes.addressof(self.held) + self.start
        self.format_text = None if self.format is None else ctypes.create_string_buffer(self.format)
        self.arrays = [_int64s(values) for values in (self.shape, self.strides, self.suboffsets)]


@_GetBuffer
def _get(exporter: LyingExporter, view: ctypes._Pointer[PyBuffer], flags: int) -> int:
    claim = exporter.claim
    claim.requests.append(flags)
    fields = view.contents
    fields.buf = claim.address
    for name in ("len", "itemsize", "readonly", "ndim"):
        setattr(fields, name, getattr(claim, name))
    fields.format = ctypes.cast(claim.format_text, ctypes.c_void_p).value if claim.format_text else None
    fields.shape, fields.strides, fields.suboffsets = (
        None if values is None else ctypes.addressof(values) for values in claim.arrays
    )
    fields.internal = None
    fields.obj = None
    if claim.has_owner:
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(exporter))
        fields.obj = id(exporter)
    return 0


@_ReleaseBuffer
def _release(exporter: LyingExporter, view: ctypes._Pointer[PyBuffer]) -> None:
    exporter.claim.releases += 1


_slots = (_Slot * 3)(
    _Slot(_GET_BUFFER_SLOT, ctypes.cast(_get, ctypes.c_void_p).value),
    _Slot(_RELEASE_BUFFER_SLOT, ctypes.cast(_release, ctypes.c_void_p).value),
    _Slot(0, None),
)
_spec = _Spec(b"lying_exporters.Exporter", 0, 0, _BASE_TYPE_FLAG, _slots)
_from_spec = ctypes.pythonapi.PyType_FromSpec
_from_spec.argtypes = [ctypes.POINTER(_Spec)]
_from_spec.restype = ctypes.py_object


class LyingExporter(_from_spec(ctypes.byref(_spec))):  # type: ignore[misc]
    """An exporter of the fields of a claim. It counts its requests and its releases."""

    def __init__(self, claim: Claim) -> None:
        self.claim = claim
