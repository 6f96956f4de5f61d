"""Java memory as Python buffers, and Python memory as Java views: in one process, without copies.

>>> import bufferbridge as bb
>>> bb.start(classpath=["app.jar"])                 # doctest: +SKIP
>>> frame = bb.jclass("com.example.Frames").open()  # doctest: +SKIP
>>> pixels = numpy.asarray(frame)                   # doctest: +SKIP

Importing this package starts nothing. `start` starts the process's one JVM; `adopt` joins the JVM of another bridge.

Threads: any thread may call everything here. A thread's first call into Java attaches it to the JVM as a daemon; its
end detaches it.
"""

import gc as _gc
import typing as _typing

# This comes first, because a library of another version has other functions.
from bufferbridge._version import __version__  # isort: split

from bufferbridge import _public
from bufferbridge._errors.exceptions import (
    JavaBufferError,
    JavaError,
    JavaFileNotFoundError,
    JavaIndexError,
    JavaLookupError,
    JavaMemoryError,
    JavaOSError,
    JavaTypeError,
    JavaValueError,
)
from bufferbridge._native import _C_API as _C_API  # PyCapsule_Import("bufferbridge._C_API", 0)
from bufferbridge._native import JavaBuffer, JavaClass, JavaObject, UnpickledBuffer, is_running, jclass
from bufferbridge._native import forget_classes as _forget_classes

# What type checkers know is imported when it is first used (_public.py).
if _typing.TYPE_CHECKING:
    from bufferbridge import interop as interop
    from bufferbridge._memory.borrow import borrow
    from bufferbridge._memory.new import array, copy, empty
    from bufferbridge._memory.retain import retain
    from bufferbridge._objects.boxes import (
        JavaBigInteger,
        JavaBox,
        JavaByte,
        JavaCharacter,
        JavaDouble,
        JavaFloat,
        JavaInteger,
        JavaLong,
        JavaShort,
        box,
    )
    from bufferbridge._objects.wrap import wrap
    from bufferbridge._process.adopt import adopt
    from bufferbridge._process.headers import get_include
    from bufferbridge._process.jars import jar_path
    from bufferbridge._process.jvms import JvmNotFoundError
    from bufferbridge._process.start import start
    from bufferbridge._reports.exports import ExportInfo, HoldingInfo, LeaseInfo, exports, holdings, leases
    from bufferbridge._reports.leaks import LeakInfo, LeakLevel, leak_level, leaks, set_leak_level

    # A type checker knows these packages, and finds any other name that is mistyped.
    java: _typing.Any
    javax: _typing.Any
    org: _typing.Any
    com: _typing.Any
else:

    def __getattr__(name):
        """A public name, or the Java package of that name, such as `bufferbridge.java`; others once the JVM runs."""
        if _public.has(name):
            return _public.load(name)
        if name == "interop":
            from importlib import import_module

            return import_module("bufferbridge.interop")
        is_certain = name in ("java", "javax")
        if is_certain or (is_running() and not name.startswith("_")):
            from bufferbridge._objects import packages

            if is_certain or packages.names().isPackage(name):
                return packages.JavaPackage(name)
        raise AttributeError(f"module 'bufferbridge' has no attribute {name!r}", name=name)

    def __dir__():
        return sorted({*globals(), *_public.names()})


__all__ = [
    "ExportInfo",
    "HoldingInfo",
    "JavaBigInteger",
    "JavaBox",
    "JavaBuffer",
    "JavaBufferError",
    "JavaByte",
    "JavaCharacter",
    "JavaClass",
    "JavaDouble",
    "JavaError",
    "JavaFileNotFoundError",
    "JavaFloat",
    "JavaIndexError",
    "JavaInteger",
    "JavaLong",
    "JavaLookupError",
    "JavaMemoryError",
    "JavaOSError",
    "JavaObject",
    "JavaShort",
    "JavaTypeError",
    "JavaValueError",
    "JvmNotFoundError",
    "LeakInfo",
    "LeakLevel",
    "LeaseInfo",
    "UnpickledBuffer",
    "__version__",
    "adopt",
    "array",
    "borrow",
    "box",
    "copy",
    "empty",
    "exports",
    "get_include",
    "holdings",
    "is_running",
    "jar_path",
    "jclass",
    "leak_level",
    "leaks",
    "leases",
    "retain",
    "set_leak_level",
    "start",
    "wrap",
]

for _name in __all__:
    if _name in globals():
        _public.name_publicly(globals()[_name])

# The library keeps classes whose loader may go while they are in use. A full collection ends the use.
if _forget_classes not in _gc.callbacks:  # after a reload it is there
    _gc.callbacks.append(_forget_classes)

if is_running():  # in a Java process
    _public.load_all()
