"""Arrow's C data interface by ctypes, as a consumer or an exporter in C has it."""

from __future__ import annotations

import ctypes
from typing import Any

import numpy as np


class Schema(ctypes.Structure):
    pass


class Array(ctypes.Structure):
    pass


class Stream(ctypes.Structure):
    pass


_SCHEMA = ctypes.POINTER(Schema)
_ARRAY = ctypes.POINTER(Array)
_STREAM = ctypes.POINTER(Stream)
_RELEASE = ctypes.CFUNCTYPE(None, ctypes.c_void_p)

Schema._fields_ = [
    ("format", ctypes.c_char_p),
    ("name", ctypes.c_char_p),
    ("metadata", ctypes.c_void_p),
    ("flags", ctypes.c_int64),
    ("n_children", ctypes.c_int64),
    ("children", ctypes.POINTER(_SCHEMA)),
    ("dictionary", ctypes.c_void_p),
    ("release", ctypes.c_void_p),
    ("private_data", ctypes.c_void_p),
]
Array._fields_ = [
    ("length", ctypes.c_int64),
    ("null_count", ctypes.c_int64),
    ("offset", ctypes.c_int64),
    ("n_buffers", ctypes.c_int64),
    ("n_children", ctypes.c_int64),
    ("buffers", ctypes.POINTER(ctypes.c_void_p)),
    ("children", ctypes.POINTER(_ARRAY)),
    ("dictionary", ctypes.c_void_p),
    ("release", ctypes.c_void_p),
    ("private_data", ctypes.c_void_p),
]
_GET = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)
_ERROR = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p)
Stream._fields_ = [
    ("get_schema", _GET),
    ("get_next", _GET),
    ("get_last_error", _ERROR),
    ("release", _RELEASE),
    ("private_data", ctypes.c_void_p),
]

_FULL = ctypes.create_string_buffer(b"the disk is full")
_api = ctypes.pythonapi
_pointer = ctypes.PYFUNCTYPE(ctypes.c_void_p, ctypes.py_object, ctypes.c_char_p)(("PyCapsule_GetPointer", _api))
_capsule = ctypes.PYFUNCTYPE(ctypes.py_object, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p)(
    ("PyCapsule_New", _api)
)


def schema_in(capsule: object) -> Schema:
    return Schema.from_address(_pointer(capsule, b"arrow_schema"))


def array_in(capsule: object) -> Array:
    return Array.from_address(_pointer(capsule, b"arrow_array"))


def moved(array: Array) -> Array:
    """The array in a place of its own, as consumers move it; the first place counts as released."""
    own = Array.from_buffer_copy(array)
    array.release = None
    return own


def release(array: Array) -> None:
    """Calls the release as C++ code does, without the GIL."""
    assert array.release is not None
    _RELEASE(array.release)(ctypes.addressof(array))
    assert array.release is None


class Lender:
    """An object with Arrow's interface and without buffer slots, over items of numpy."""

    def __init__(
        self,
        items: Any = (1.0, 2.0, 3.0, 4.0),
        format: bytes = b"g",
        valid: bytes | None = None,
        sizes: tuple[int, ...] = (),
        **said: int,
    ) -> None:
        self.items = np.asarray(items)
        self.released = 0
        self._release_array = _RELEASE(self._end)
        self._release_schema = _RELEASE(_end_of_schema)
        self.valid = None if valid is None else ctypes.create_string_buffer(valid)
        self.schema = Schema(format=format, name=b"", release=ctypes.cast(self._release_schema, ctypes.c_void_p))
        self._kept: list[Any] = []
        bits = None if self.valid is None else ctypes.addressof(self.valid)
        self.array = self._new_array(said.pop("length", self.items.size), [bits, self.items.ctypes.data])
        for name, value in said.items():
            setattr(self.array, name, value)
        for size in reversed(sizes):
            self._wrap(size)

    def _new_array(self, length: int, buffers: list[int | None]) -> Array:
        pointers = (ctypes.c_void_p * len(buffers))(*buffers)
        self._kept.append(pointers)
        return Array(
            length=length,
            n_buffers=len(buffers),
            buffers=ctypes.cast(pointers, ctypes.POINTER(ctypes.c_void_p)),
            release=ctypes.cast(self._release_array, ctypes.c_void_p),
        )

    def _wrap(self, size: int) -> None:
        """Makes lists of a size of the items."""
        inner_schema, inner = self.schema, self.array
        schemas, arrays = (_SCHEMA * 1)(ctypes.pointer(inner_schema)), (_ARRAY * 1)(ctypes.pointer(inner))
        self._kept += [inner_schema, inner, schemas, arrays]
        self.schema = Schema(
            format=b"+w:%d" % size,
            name=b"",
            n_children=1,
            children=ctypes.cast(schemas, ctypes.POINTER(_SCHEMA)),
            release=ctypes.cast(self._release_schema, ctypes.c_void_p),
        )
        self.array = self._new_array(inner.length // size if size else 0, [None])
        self.array.n_children = 1
        self.array.children = ctypes.cast(arrays, ctypes.POINTER(_ARRAY))

    def _end(self, address: int) -> None:
        self.released += 1
        Array.from_address(address).release = None

    def __arrow_c_array__(self, requested_schema: object = None) -> tuple[object, object]:
        self._given = Schema.from_buffer_copy(self.schema), Array.from_buffer_copy(self.array)
        return (
            _capsule(ctypes.addressof(self._given[0]), b"arrow_schema", None),
            _capsule(ctypes.addressof(self._given[1]), b"arrow_array", None),
        )

    def __iter__(self) -> Any:
        return iter(self.items.tolist())


class Chunked:
    """The same as a stream of some of them."""

    def __init__(self, *chunks: Lender, error: int = 0) -> None:
        self.chunks = chunks
        self.error = error

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        left = list(self.chunks)

        def get_schema(_: int, out: int) -> int:
            ctypes.memmove(out, ctypes.byref(self.chunks[0].schema if self.chunks else Schema()), ctypes.sizeof(Schema))
            return self.error

        def get_next(_: int, out: int) -> int:
            following = left.pop(0).array if left else Array()
            ctypes.memmove(out, ctypes.byref(following), ctypes.sizeof(Array))
            return 0

        self._functions = (
            _GET(get_schema),
            _GET(get_next),
            _ERROR(lambda _: ctypes.addressof(_FULL)),
            _RELEASE(lambda _: None),
        )
        self._stream = Stream(*self._functions)
        return _capsule(ctypes.addressof(self._stream), b"arrow_array_stream", None)

    def __len__(self) -> int:
        return sum(chunk.items.size for chunk in self.chunks)

    def __iter__(self) -> Any:
        return (item for chunk in self.chunks for item in chunk)


def _end_of_schema(address: int) -> None:
    Schema.from_address(address).release = None
