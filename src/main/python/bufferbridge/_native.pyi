"""The native half; see the package `bufferbridge`."""

from collections.abc import Callable
from os import PathLike
from typing import Any, final

from bufferbridge._trace import Acquisition

ABI_VERSION: int
__version__: str
"""The version of what the jar and this library must agree on."""

@final
class JavaClass:
    """A Java class; calling it constructs an instance."""

    __name__: str
    def __call__(self, *arguments: Any) -> Any: ...
    def __getattr__(self, name: str) -> Any: ...
    def __setattr__(self, name: str, value: Any) -> None: ...
    def __instancecheck__(self, candidate: object) -> bool: ...

class JavaObject:
    """A Java object."""

    def __getattr__(self, name: str) -> Any: ...
    def __setattr__(self, name: str, value: Any) -> None: ...
    def __enter__(self) -> JavaObject: ...
    def __exit__(self, *exception: object) -> None: ...

@final
class JavaBuffer(JavaObject):
    """A Java object that exports its memory."""

    @property
    def nbytes(self) -> int: ...
    @property
    def format(self) -> str: ...
    @property
    def itemsize(self) -> int: ...
    @property
    def ndim(self) -> int: ...
    @property
    def shape(self) -> tuple[int, ...]: ...
    @property
    def strides(self) -> tuple[int, ...]: ...
    @property
    def readonly(self) -> bool: ...
    @property
    def export_count(self) -> int: ...
    def supports(self, flags: int, /) -> bool: ...
    def release(self) -> None: ...
    def __enter__(self) -> JavaBuffer: ...
    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any: ...
    def __buffer__(self, flags: int, /) -> memoryview: ...
    def __release_buffer__(self, view: memoryview, /) -> None: ...

@final
class UnpickledBuffer:
    """What a JavaBuffer becomes by pickling: a Python buffer of the same format and shape."""

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
    def nbytes(self) -> int: ...
    @property
    def format(self) -> str: ...
    @property
    def itemsize(self) -> int: ...
    @property
    def ndim(self) -> int: ...
    @property
    def shape(self) -> tuple[int, ...]: ...
    @property
    def strides(self) -> tuple[int, ...]: ...
    @property
    def readonly(self) -> bool: ...
    def __buffer__(self, flags: int, /) -> memoryview: ...

def create_jvm(libjvm: str | PathLike[str], options: tuple[str, ...], class_path: tuple[str, ...], /) -> str:
    """What the JVM said meanwhile. Takes up a JVM that an earlier call created and could not join."""

def is_unjoined() -> bool:
    """Whether create_jvm() has created a JVM and then failed."""

def was_refused() -> bool:
    """Whether the JVM has refused a creation in this process."""

def try_jvm(libjvm: str | PathLike[str], options: tuple[str, ...], /) -> bool:
    """Whether a JVM starts with them; it may end the process."""

def adopt_jvm(urls: tuple[str, ...], /) -> None:
    """Joins the JVM that somebody else has started; Java's half is looked for in it, then there."""

def has_foreign_jvm() -> bool:
    """Whether this process has a JVM that was neither started nor adopted."""

def is_running() -> bool:
    """Whether the JVM of this process was started or adopted, and has not ended; false in a forked child."""

def refuse_gone() -> None:
    """Raises RuntimeError in a forked child of the process that the JVM runs in, or when it has ended."""

def forget_classes(phase: str, info: dict[str, int], /) -> None:
    """For gc.callbacks: when everything is collected, lets go of classes that only their last use has kept."""

def internal_class(name: str, /) -> JavaClass:
    """A Java class that is made for this package alone."""

def jclass(name: str | JavaObject, /) -> JavaClass:
    """The Java class of that name: "java.util.Map.Entry", "a.b.Outer$Inner", "int[]"; or of a java.lang.Class.

    Raises:
        JavaLookupError: no such class on the class path.
        TypeError: it is neither a name nor a java.lang.Class.
        RuntimeError: no JVM is running.
    """

def empty(shape: tuple[int, ...], format: str, /) -> JavaBuffer: ...
def copy(source: JavaObject, /) -> JavaBuffer: ...
def exports() -> list[tuple[JavaBuffer, int | None, int, bool, int | None, int | None, Acquisition | None]]: ...
def leases() -> list[tuple[object, int, int, bool, int, int, Acquisition | None]]: ...
def class_name(object: JavaObject, /) -> str:
    """The name of its Java class, without a call into Java."""

def holdings() -> list[tuple[JavaBuffer, int, int, int, int, int, Acquisition | None]]: ...
def close_gate() -> int:
    """From now on no Java thread enters Python. How many are inside still after a moment."""

def close_java() -> None:
    """From now on calls into Java are refused."""

def leave_jvm() -> None:
    """From now on nothing enters the JVM that somebody else has started, releases neither."""

def python_ends() -> bool:
    """Python begins to end the process. False if Java has begun before."""

def run_java_hooks() -> bool:
    """Runs Java's shutdown hooks for a moment. Whether they have finished."""

def wait_for_java() -> None:
    """Waits for Java to end the process."""

def disable_faulthandler(disable: Callable[[], object], /) -> object:
    """Calls faulthandler's disable(), and gives the signals of faults back to the JVM at once."""

def give_back_fault_signals() -> None:
    """The JVM has SIGSEGV and its kin again."""

def forward_signal(number: int, /) -> None:
    """Python's handler of that signal runs on this thread, whichever the signal comes to."""

def jvm_has_fault_signals() -> bool:
    """Whether the handler of SIGSEGV is the JVM's."""
