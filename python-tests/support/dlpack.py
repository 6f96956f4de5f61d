"""DLPack's structures by ctypes, as a consumer or an exporter in C has them, and a tensor that has nothing else."""

from __future__ import annotations

import ctypes
import threading
from typing import Any

import numpy as np

USED = b"used_dltensor_versioned"
VERSIONED = b"dltensor_versioned"
READ_ONLY = 1
IS_COPIED = 2


class Tensor(ctypes.Structure):
    _fields_ = [
        ("data", ctypes.c_void_p),
        ("device_type", ctypes.c_int32),
        ("device_id", ctypes.c_int32),
        ("ndim", ctypes.c_int32),
        ("code", ctypes.c_uint8),
        ("bits", ctypes.c_uint8),
        ("lanes", ctypes.c_uint16),
        ("shape", ctypes.POINTER(ctypes.c_int64)),
        ("strides", ctypes.POINTER(ctypes.c_int64)),
        ("byte_offset", ctypes.c_uint64),
    ]


class Managed(ctypes.Structure):
    _fields_ = [
        ("major", ctypes.c_uint32),
        ("minor", ctypes.c_uint32),
        ("context", ctypes.c_void_p),
        ("deleter", ctypes.c_void_p),
        ("flags", ctypes.c_uint64),
        ("tensor", Tensor),
    ]


_api = ctypes.pythonapi
_api.PyCapsule_GetPointer.restype = ctypes.c_void_p
_api.PyCapsule_GetPointer.argtypes = [ctypes.py_object, ctypes.c_char_p]
_api.PyCapsule_SetName.argtypes = [ctypes.py_object, ctypes.c_char_p]
_api.PyCapsule_New.restype = ctypes.py_object
_api.PyCapsule_New.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]


def consume(capsule: object) -> Managed:
    """What a consumer has that took the tensor. It has to call delete()."""
    managed = Managed.from_address(_api.PyCapsule_GetPointer(capsule, VERSIONED))
    _api.PyCapsule_SetName(capsule, USED)
    return managed


def delete(managed: Managed) -> None:
    """Calls the deleter as C++ code does, without the GIL."""
    assert managed.deleter is not None
    ctypes.CFUNCTYPE(None, ctypes.c_void_p)(managed.deleter)(ctypes.addressof(managed))


def delete_on_a_thread_unknown_to_python(managed: Managed) -> None:
    libc = ctypes.CDLL(None)
    thread = ctypes.c_ulong()
    assert (
        libc.pthread_create(
            ctypes.byref(thread), None, ctypes.c_void_p(managed.deleter), ctypes.c_void_p(ctypes.addressof(managed))
        )
        == 0
    )
    libc.pthread_join(thread, None)


class Lender:
    """A tensor with DLPack and without buffer slots, over an array of numpy."""

    def __init__(self, array: Any) -> None:
        self.array = np.asarray(array)

    def __dlpack__(self, **wanted: Any) -> Any:
        return self.array.__dlpack__(**wanted)

    def __dlpack_device__(self) -> tuple[int, int]:
        return self.array.__dlpack_device__()


class Unversioned(Lender):
    """One that knows nothing of versions."""

    def __dlpack__(self) -> Any:  # type: ignore[override]
        return self.array.__dlpack__()


class Foreign:
    """One whose tensor says what a test wants. It counts how often its tensor was deleted, and on which threads."""

    def __init__(self, **said: Any) -> None:
        self.deleted: list[int] = []
        self.items = np.arange(6, dtype="i4")
        self.shape = (ctypes.c_int64 * 64)(*said.pop("shape", (6,)))
        strides = said.pop("strides", None)
        self.strides = None if strides is None else (ctypes.c_int64 * 64)(*strides)
        version = said.pop("version", (1, 0))
        flags = said.pop("flags", 0)
        tensor = Tensor(
            data=self.items.ctypes.data,
            device_type=1,
            ndim=1,
            code=0,
            bits=32,
            lanes=1,
            shape=self.shape,
            strides=self.strides,
        )
        for name, value in said.items():
            setattr(tensor, name, value)
        self._deleter = ctypes.CFUNCTYPE(None, ctypes.c_void_p)(self._delete)
        deleter = ctypes.cast(self._deleter, ctypes.c_void_p)
        self.managed = Managed(*version, None, deleter, flags, tensor)

    def _delete(self, _: object) -> None:
        self.deleted.append(threading.get_ident())

    def __dlpack__(self, **wanted: Any) -> Any:
        return _api.PyCapsule_New(ctypes.addressof(self.managed), VERSIONED, None)

    def __dlpack_device__(self) -> tuple[int, int]:
        return 1, 0
