"""The native half of bufferbridge; use the package bufferbridge instead."""

from collections.abc import Callable, Iterator
from os import PathLike
from typing import Any, TypeAlias, final

from bufferbridge._reports.trace import Acquisition

ABI_VERSION: int
"""The version of the interface on which the jar and this library have to agree."""
__version__: str
"""The release of this library; the package has to be of the same release."""

_C_API: object
"""The capsule of the C API's table; bufferbridge_api.h says what is in it."""

JavaClass: TypeAlias = Any
"""A Java class. Calling it constructs an instance, and its attributes are the static members.

The class of a Throwable stands in `except` as well. No annotation says both, so a type checker takes it for anything.
"""

class JavaObject:
    """A Java object. Its class decides at run time which operators it has: see docs/reference/java-objects.md."""

    def __getattr__(self, name: str) -> Any: ...
    def __setattr__(self, name: str, value: Any) -> None: ...
    def __call__(self, *arguments: Any) -> Any: ...
    def __fspath__(self) -> str: ...
    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[Any]: ...
    def __next__(self) -> Any: ...
    def __reversed__(self) -> Iterator[Any]: ...
    def __contains__(self, item: object) -> bool: ...
    def __getitem__(self, key: Any) -> Any: ...
    def __setitem__(self, key: Any, item: Any) -> None: ...
    def __delitem__(self, key: Any) -> None: ...
    def __lt__(self, other: Any) -> bool: ...
    def __le__(self, other: Any) -> bool: ...
    def __gt__(self, other: Any) -> bool: ...
    def __ge__(self, other: Any) -> bool: ...
    def __and__(self, other: Any) -> Any: ...
    def __rand__(self, other: Any) -> Any: ...
    def __or__(self, other: Any) -> Any: ...
    def __ror__(self, other: Any) -> Any: ...
    def __sub__(self, other: Any) -> Any: ...
    def __rsub__(self, other: Any) -> Any: ...
    def __xor__(self, other: Any) -> Any: ...
    def __rxor__(self, other: Any) -> Any: ...
    def __int__(self) -> int: ...
    def __float__(self) -> float: ...
    def __index__(self) -> int: ...
    def __round__(self, digits: int | None = None, /) -> Any: ...
    def __enter__(self) -> JavaObject: ...
    def __exit__(self, *exception: object) -> None: ...

@final
class JavaBuffer(JavaObject):
    """A Java object that exports its memory."""

    @property
    def nbytes(self) -> int:
        """product(shape) * itemsize, bytes."""

    @property
    def format(self) -> str:
        """The items' format, in the syntax of PEP 3118."""

    @property
    def itemsize(self) -> int:
        """Bytes of one item."""

    @property
    def ndim(self) -> int:
        """Number of dimensions, at most 64."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Items along each dimension."""

    @property
    def strides(self) -> tuple[int, ...]:
        """Bytes from one item to the next, for each dimension."""

    @property
    def readonly(self) -> bool:
        """Whether the memory may only be read."""

    @property
    def dtype(self) -> Any:
        """The numpy.dtype of the items, if numpy is installed and has one."""

    @property
    def __array_interface__(self) -> dict[str, Any]: ...
    @property
    def export_count(self) -> int:
        """How many exports of this object are out."""

    def supports(self, flags: int, /) -> bool:
        """Whether a request with these PyBUF_ flags would be granted.

        No export stays out. A user's exporter is asked and released again, because only it knows.
        """

    def release(self) -> None:
        """Lets go of the memory this object holds; BufferError while an export is out.

        Memory of empty() and copy() reads as zeros from then on. Its addresses stay mapped until this object dies,
        for consumers that keep an address and no export. Memory that Java code was given stays as it is.
        """

    def __enter__(self) -> JavaBuffer: ...
    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any: ...
    def __buffer__(self, flags: int, /) -> memoryview: ...
    def __release_buffer__(self, view: memoryview, /) -> None: ...
    def __dlpack__(
        self,
        *,
        stream: int | None = None,
        max_version: tuple[int, int] | None = None,
        dl_device: tuple[int, int] | None = None,
        copy: bool | None = None,
    ) -> Any: ...
    def __dlpack_device__(self) -> tuple[int, int]: ...
    def __arrow_c_schema__(self) -> Any: ...
    def __arrow_c_array__(self, requested_schema: Any = None) -> tuple[Any, Any]: ...

@final
class UnpickledBuffer:
    """The result of unpickling a JavaBuffer: a Python buffer of the same format and shape."""

    def __new__(
        cls,
        data: Any,
        format: str,
        itemsize: int,
        shape: tuple[int, ...],
        in_fortran_order: bool,
        readonly: bool,
        /,
    ) -> UnpickledBuffer: ...
    @property
    def nbytes(self) -> int:
        """product(shape) * itemsize, bytes."""

    @property
    def format(self) -> str:
        """The items' format, in the syntax of PEP 3118."""

    @property
    def itemsize(self) -> int:
        """Bytes of one item."""

    @property
    def ndim(self) -> int:
        """Number of dimensions, at most 64."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Items along each dimension."""

    @property
    def strides(self) -> tuple[int, ...]:
        """Bytes from one item to the next, for each dimension."""

    @property
    def readonly(self) -> bool:
        """Whether the memory may only be read."""

    def __buffer__(self, flags: int, /) -> memoryview: ...

def create_jvm(libjvm: str | PathLike[str], options: tuple[str, ...], class_path: tuple[str, ...], /) -> str:
    """Starts the process's JVM from that library. Returns what it printed.

    If an earlier call created a JVM that it could not join, this call joins that JVM.
    """

def is_unjoined() -> bool:
    """Whether create_jvm() has created a JVM that it could not join."""

def was_refused() -> bool:
    """Whether the JVM has refused a creation in this process."""

def try_jvm(libjvm: str | PathLike[str], options: tuple[str, ...], /) -> bool:
    """Whether a JVM starts with them. It may end the process."""

def adopt_jvm(urls: tuple[str, ...], /) -> None:
    """Joins a JVM that other code started. The Java half is searched in that JVM, then at the URLs."""

def has_foreign_jvm() -> bool:
    """Whether this process has a JVM that was neither started nor adopted."""

def is_running() -> bool:
    """Whether this process has a JVM that was started or adopted and has not ended. False in a forked child."""

def refuse_gone() -> None:
    """Raises RuntimeError if the JVM cannot be reached any more: in a forked child, or after its end."""

def forget_classes(phase: str, info: dict[str, int], /) -> None:
    """For gc.callbacks; lets go of classes that only their last use keeps. Only a full collection has this effect."""

def internal_class(name: str, /) -> JavaClass:
    """The Java class of that name that is made for this package alone."""

def jclass(name: str | JavaObject, /) -> JavaClass:
    """The Java class of that name, such as "java.util.Map.Entry", "a.b.Outer$Inner" or "int[]".

    Args:
        name: the name, or a java.lang.Class.

    Raises:
        JavaLookupError: the class path has no such class.
        TypeError: `name` is neither a name nor a java.lang.Class.
        RuntimeError: no JVM is running.
    """

def fetch(source: JavaObject, capacity: int, /) -> list[Any]:
    """The next items of an iterator: several of an `Ahead`, one of any other; none at its end."""

def array_length(array: JavaObject, /) -> int:
    """The number of items of a Java array of primitives."""

def array_item(array: JavaObject, index: int, /) -> Any:
    """An item of a Java array of primitives. An index below 0 counts from the end.

    Raises:
        IndexError: the index is out of range.
    """

def array_bytes(array: JavaObject, start: int, /) -> bytes:
    """A copy of the next items of a Java array of primitives: READ_AHEAD of them, or those that are left."""

def items(buffer: JavaBuffer, part: slice, /) -> list[Any]:
    """The items of a slice. Memory that is not held is not held afterwards."""

def set_item(array: JavaObject, index: int, value: object, /) -> None:
    """Sets an item of a Java array. The value is converted like the argument of a call."""

def class_above(object: JavaObject | JavaClass, /) -> JavaClass:
    """The class of an object; the superclass of a class, or None."""

def is_throwable(java_class: JavaClass, /) -> bool:
    """Whether it is java.lang.Throwable or a subclass."""

def error_class(java_class: JavaClass, made: type | None = None, /) -> Any:
    """The class of exceptions of a Throwable's class. If there is none yet, it becomes `made`, or None is returned."""

def empty(shape: tuple[int, ...], format: str, /) -> JavaBuffer:
    """New zeroed memory outside the Java heap."""

def copy(source: JavaObject, /) -> JavaBuffer:
    """A snapshot outside the Java heap."""

class LentMemory:
    """Memory that an object lends by another protocol, as a buffer. It gives the memory back when it dies."""

    is_complex: bool
    def __buffer__(self, flags: int, /) -> memoryview: ...

def lend_by_dlpack(object: object, table: object, kept: object, /) -> LentMemory:
    """The memory that an object lends by DLPack, whose deleter is called when the buffers are released.

    Args:
        table: the C exchange table of the object's type, or None: then `__dlpack__` is called.
        kept: what is referred to as long as the memory is used.

    Raises:
        BufferError: the memory is not the CPU's, is a copy, or has items that no format describes.
    """

def lend_by_arrow(object: object, /) -> LentMemory:
    """The memory that an object lends by Arrow: an array, or a stream of one array, of numbers without nulls.

    Raises:
        BufferError: there are nulls, several arrays, or items that no format describes.
    """

def keep_address(buffer: JavaBuffer, /) -> tuple[int, str, int, tuple[int, ...], tuple[int, ...] | None, bool]:
    """The address, format, itemsize, shape, strides and whether the memory is read-only.

    The memory stays in place until the JavaBuffer dies or is released. C-contiguous memory has None for strides.
    """

def new_arrow_capsule(name: str, /) -> tuple[object, int]:
    """A capsule with an empty structure of Arrow's C interface, and the structure's address.

    The capsule releases what is in the structure at its end, unless a consumer has taken it.
    """

def arrow_address(capsule: object, name: str, /) -> int:
    """The address of the structure in a capsule.

    Raises:
        ValueError: `capsule` is no capsule of that name.
    """

def lend_at(
    address: int,
    format: str,
    itemsize: int,
    shape: tuple[int, ...],
    strides: tuple[int, ...] | None,
    readonly: bool,
    kept: object,
    /,
) -> LentMemory:
    """The memory at an address, which stays as long as `kept` is referred to."""

def exports() -> list[tuple[JavaBuffer, int | None, int, int, int | None, int | None, Acquisition | None]]:
    """One per export that is out: (JavaBuffer, request flags, bytes, 0, since in nanoseconds, thread, Acquisition).

    Each of the last three, and the flags, may be None.
    """

def leases() -> list[tuple[object, int, int, int, int, int, Acquisition | None]]:
    """The same for Python buffers that Java has: (object, request flags, bytes, retained, ...).

    `retained` is 1 for a lease that lasts beyond its call, and 2 if nobody has to close it either.
    """

def class_name(object: JavaObject, /) -> str:
    """The name of the object's Java class, without a call into Java."""

def holdings() -> list[tuple[JavaBuffer, int, int, int, int, int, Acquisition | None]]:
    """One per JavaBuffer that holds known memory: (JavaBuffer, exports, bytes, address, since in nanoseconds, ...).

    Thread, and Acquisition or None, end the tuple.
    """

def close_gate() -> int:
    """From now on no Java thread enters Python; waits a moment for the threads inside.

    Returns how many are still inside.
    """

def close_java() -> None:
    """From now on calls into Java are refused."""

def leave_jvm() -> None:
    """From now on nothing enters the JVM that other code started, not even releases."""

def python_ends() -> bool:
    """Python begins to end the process. Returns False if Java has begun earlier."""

def run_java_hooks() -> bool:
    """Runs Java's shutdown hooks for a moment. Returns whether they have finished."""

def wait_for_java() -> None:
    """Waits for Java to end the process."""

def disable_faulthandler(disable: Callable[[], object], /) -> object:
    """Calls `disable`, and gives the fault signals back to the JVM at once."""

def give_back_fault_signals() -> None:
    """Gives SIGSEGV and its kin back to the JVM."""

def forward_signal(number: int, /) -> None:
    """Python's handler of that signal runs on this thread, whichever thread receives the signal."""

def jvm_has_fault_signals() -> bool:
    """Whether the handler of SIGSEGV is the JVM's."""
