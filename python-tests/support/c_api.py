"""The C API's table by ctypes: its functions as an extension calls them, with the GIL, or as C++ code does, without."""

from __future__ import annotations

import contextlib
import ctypes
from collections.abc import Iterator
from typing import Any

import bufferbridge as bb

READ, WRITE, READ_CONTIGUOUS, WRITE_CONTIGUOUS = 0x1C, 0x1D, 0x3C, 0x3D


class View(ctypes.Structure):
    _fields_ = [
        ("address", ctypes.c_void_p),
        ("length", ctypes.c_int64),
        ("itemsize", ctypes.c_int64),
        ("format", ctypes.c_char_p),
        ("shape", ctypes.POINTER(ctypes.c_int64)),
        ("strides", ctypes.POINTER(ctypes.c_int64)),
        ("suboffsets", ctypes.POINTER(ctypes.c_int64)),
        ("ndim", ctypes.c_int32),
        ("readonly", ctypes.c_int32),
        ("internal", ctypes.c_void_p),
    ]

    def geometry(self) -> tuple[bytes | None, int, int, list[int], list[int], bool]:
        shape, strides = (pointer[: self.ndim] if pointer else [] for pointer in (self.shape, self.strides))
        return self.format, self.length, self.itemsize, shape, strides, bool(self.readonly)

    def is_empty(self) -> bool:
        return bytes(self) == bytes(ctypes.sizeof(self))


VIEW = ctypes.POINTER(View)


class Table(ctypes.Structure):
    _fields_ = [
        ("version", ctypes.c_uint32),
        ("size", ctypes.c_uint32),
        ("library", ctypes.c_char_p),
        ("is_buffer", ctypes.PYFUNCTYPE(ctypes.c_int, ctypes.py_object)),
        ("acquire", ctypes.PYFUNCTYPE(ctypes.c_int, ctypes.py_object, ctypes.c_int, VIEW)),
        ("release", ctypes.CFUNCTYPE(None, VIEW)),
        ("jni_env", ctypes.PYFUNCTYPE(ctypes.c_void_p)),
        ("lease", ctypes.PYFUNCTYPE(ctypes.c_void_p, ctypes.py_object, ctypes.c_int)),
        ("close_lease", ctypes.PYFUNCTYPE(ctypes.c_int, ctypes.c_void_p)),
        ("acquire_java", ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int, VIEW)),
    ]


_api = ctypes.pythonapi
_api.PyCapsule_Import.restype = ctypes.c_void_p
_api.PyCapsule_Import.argtypes = [ctypes.c_char_p, ctypes.c_int]
TABLE = Table.from_address(_api.PyCapsule_Import(b"bufferbridge._C_API", 0))
RELEASE_WITH_THE_GIL = ctypes.PYFUNCTYPE(None, VIEW)(ctypes.cast(TABLE.release, ctypes.c_void_p).value)
ACQUIRE_JAVA_WITH_THE_GIL = ctypes.PYFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int, VIEW)(
    ctypes.cast(TABLE.acquire_java, ctypes.c_void_p).value
)

# Places in JNI's table of functions.
THROW, EXCEPTION_OCCURRED, EXCEPTION_CLEAR, DELETE_LOCAL_REF, GET_OBJECT_CLASS = 13, 15, 17, 23, 31
NEW_GLOBAL_REF, DELETE_GLOBAL_REF, NEW_LOCAL_REF = 21, 22, 25
GET_METHOD_ID, CALL_OBJECT_METHOD_A, GET_STRING_UTF_CHARS, RELEASE_STRING_UTF_CHARS = 33, 36, 169, 170


def jni(function: int, *arguments: int | None) -> int:
    """Calls a function of JNI by its place, on this thread."""
    env = TABLE.jni_env()
    functions = ctypes.cast(ctypes.c_void_p.from_address(env).value, ctypes.POINTER(ctypes.c_void_p))
    prototype = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p, *[ctypes.c_void_p] * len(arguments))
    return prototype(functions[function])(env, *arguments) or 0


def reference(thing: bb.JavaObject) -> int:
    """The jobject of a JavaObject: the field after the head that all objects have."""
    return ctypes.c_void_p.from_address(id(thing) + object.__basicsize__).value or 0


def acquire(thing: object, request: int = READ) -> View:
    view = View()
    TABLE.acquire(thing, request, view)
    return view


class JavaThrewError(Exception):
    """A function of the table has thrown in Java."""


def acquire_java(thing: int | bb.JavaObject, request: int = READ, *, with_gil: bool = False) -> View:
    """Acquires the memory behind a jobject, or of an object. Raises JavaThrewError with the text of what was thrown."""
    view = View()
    function = ACQUIRE_JAVA_WITH_THE_GIL if with_gil else TABLE.acquire_java
    jobject = thing if isinstance(thing, int) else reference(thing)
    if function(TABLE.jni_env(), jobject, request, view) < 0:
        assert view.is_empty()
        raise JavaThrewError(text_of(take_thrown()))
    return view


def release(view: View) -> None:
    TABLE.release(view)
    assert view.is_empty()


def take_thrown() -> int:
    """Takes the Java exception off this thread: a local reference, or 0."""
    thrown = jni(EXCEPTION_OCCURRED)
    jni(EXCEPTION_CLEAR)
    return thrown


def text_of(thrown: int) -> str:
    """Its toString(), by JNI."""
    if not thrown:
        return ""
    java_class = jni(GET_OBJECT_CLASS, thrown)
    names = ctypes.create_string_buffer(b"toString"), ctypes.create_string_buffer(b"()Ljava/lang/String;")
    method = jni(GET_METHOD_ID, java_class, *map(ctypes.addressof, names))
    text = jni(CALL_OBJECT_METHOD_A, thrown, method, None)
    characters = jni(GET_STRING_UTF_CHARS, text, None)
    told = ctypes.string_at(characters).decode()
    jni(RELEASE_STRING_UTF_CHARS, text, characters)
    for local in (text, java_class, thrown):
        jni(DELETE_LOCAL_REF, local)
    return told


@contextlib.contextmanager
def lease(thing: object, request: int = READ) -> Iterator[int]:
    """A lease of native code, which is closed at the end."""
    made = TABLE.lease(thing, request)
    try:
        yield made
        assert TABLE.close_lease(made) == 0
    finally:
        jni(DELETE_LOCAL_REF, made)


def on_a_thread_unknown_to_python(function: Any, argument: ctypes.Structure) -> None:
    """Calls a function of one pointer on a thread that neither Python nor Java knows."""
    libc = ctypes.CDLL(None)
    thread = ctypes.c_ulong()
    address = ctypes.cast(function, ctypes.c_void_p)
    assert libc.pthread_create(ctypes.byref(thread), None, address, ctypes.byref(argument)) == 0
    libc.pthread_join(thread, None)
