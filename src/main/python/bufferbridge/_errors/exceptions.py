"""Java exceptions as Python exceptions, and the other way.

Java decides the kind of a Java exception (`org.bufferbridge.internal.calls.Throwables`). This module builds the Python
exception of that kind. It describes a Python exception, and Java builds the twin of it.

The C half calls `from_java`, `class_of`, `no_member` and `describe`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bufferbridge import _native
from bufferbridge._errors import throwables

if TYPE_CHECKING:
    from bufferbridge._native import JavaClass, JavaObject


class JavaError(Exception):
    """A Java exception. Its causes are chained as `__cause__`.

    Attributes:
        java_class: the name of the exception's Java class.
        java_message: the result of `getMessage()`, or None.
        java_stack: the stack trace as Java prints it. It is asked for when it is first read; where Java cannot be
            asked, for example in a forked child, it says so.
        java_exception: the exception itself. Pickling drops it.
    """

    java_class: str
    java_message: str | None
    java_exception: JavaObject

    def __init__(self, *arguments: object) -> None:
        # Called explicitly, because the second base of a subclass has an __init__ of its own.
        super().__init__(*arguments)

    def __getattr__(self, name: str) -> Any:
        if name != "java_stack" or "java_exception" not in self.__dict__:
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}", name=name, obj=self)
        self.java_stack = stack = _stack_of(self.java_exception)
        return stack

    def __reduce__(self) -> tuple[object, ...]:
        # The Java exception stays in its process; the pickle has the other attributes.
        state = {name: value for name, value in self.__dict__.items() if name != "java_exception"}
        if "java_exception" in self.__dict__:
            state["java_stack"] = self.java_stack
        return getattr(type(self), "__pickled_as__", type(self)), self.args, state


class JavaBufferError(JavaError, BufferError):
    """org.bufferbridge.BufferException: an exporter refused."""


class JavaValueError(JavaError, ValueError):
    """java.lang.IllegalArgumentException."""


class JavaIndexError(JavaError, IndexError):
    """java.lang.IndexOutOfBoundsException."""


class JavaTypeError(JavaError, TypeError):
    """java.lang.ClassCastException."""


class JavaMemoryError(JavaError, MemoryError):
    """java.lang.OutOfMemoryError."""


class JavaLookupError(JavaError, LookupError):
    """A Java class that was not found."""


class JavaOSError(JavaError, OSError):
    """java.io.IOException, alone or as the cause of an UncheckedIOException."""


class JavaFileNotFoundError(JavaOSError, FileNotFoundError):
    """java.nio.file.NoSuchFileException and java.io.FileNotFoundException."""


# The kinds of org.bufferbridge.internal.calls.Throwables. TypeError and OverflowError mean that the call itself was
# impossible: no Java code threw.
_KINDS: dict[int, type[Exception]] = {
    0: JavaError,
    1: JavaBufferError,
    2: JavaValueError,
    3: JavaIndexError,
    4: JavaTypeError,
    5: JavaMemoryError,
    6: JavaLookupError,
    7: TypeError,
    8: OverflowError,
    9: JavaOSError,
    10: JavaFileNotFoundError,
}


# The JDK's message for segments and NIO buffers lacks this; a BufferView's own message has it.
_CLOSED_MEMORY = (
    "If the memory is that of a Python buffer: it ends with the call the buffer was passed to, "
    "unless PythonBuffer.retain() keeps it until close()."
)
_HELD_MEMORY = "bb.holdings() and bb.exports() say who has the memory."

_LOOKUP = "org.bufferbridge.internal.classes.LookupException"

# The class of the JDK's arenas: none of them has the memory of a Python buffer.
_ARENA = "\tat java.base/jdk.internal.foreign.ArenaImpl."


def from_java(
    kind: int,
    class_name: str,
    message: str | None,
    cause: BaseException | None,
    exception: JavaObject,
) -> BaseException:
    """The Python exception for a Java exception of this kind."""
    error_type = _KINDS[kind]
    if not issubclass(error_type, JavaError):
        return error_type(message)
    error_type = throwables.twin_class(exception, error_type, JavaError)
    # A class that is not found is no failure of Java code, so the message has no name of an internal class.
    text = message if class_name == _LOOKUP and message else f"{class_name}: {message}" if message else class_name
    error: Any = error_type(text)
    error.java_class = class_name
    error.java_message = message
    error.java_exception = exception
    error.__cause__ = cause
    if message is not None and class_name == "java.lang.IllegalStateException":
        if message == "Already closed" and _ARENA not in error.java_stack:
            error.add_note(_CLOSED_MEMORY)
        elif message.startswith("Session is acquired by "):
            error.add_note(_HELD_MEMORY)
    return error  # type: ignore[no-any-return]


def _stack_of(exception: JavaObject) -> str:
    try:
        stack: str = _native.internal_class("Thrown").stack(exception)
        return stack
    except Exception as obstacle:
        return f"(not available: {obstacle})"


def class_of(java_class: JavaClass) -> type:
    """What Python gets for the class of a Throwable: a class that `except` takes."""
    return throwables.class_of(java_class, JavaError)


def describe(exception: BaseException) -> tuple[str, str, tuple[str, ...], JavaObject | None, bool]:
    """What Java is told of a Python exception. Raises no Exception.

    Returns:
        Its type, its text, and file, function and line of each frame, outermost first. Then the Java exception that it
        represents or was caused by, or None. Last, whether it represents that one itself.
    """
    _forget_own_frames(exception)
    frames: list[str] = []
    entry = exception.__traceback__
    while entry is not None:
        code = entry.tb_frame.f_code
        frames += [code.co_filename, code.co_qualname, str(entry.tb_lineno)]
        entry = entry.tb_next
    cause = _java_cause(exception)
    is_twin = cause is not None and isinstance(exception, JavaError)
    return _type_name(exception), _message(exception), tuple(frames), cause, is_twin


def _forget_own_frames(exception: BaseException) -> None:
    """Removes the frames of host.py, through which Java called the user code: they help no reader."""
    entry = exception.__traceback__
    while entry is not None and entry.tb_frame.f_globals.get("__name__") == "bufferbridge._process.host":
        entry = entry.tb_next
    BaseException.with_traceback(exception, entry)  # also where the class refuses to set attributes


def traceback_of(exception: BaseException) -> str:
    """The traceback as Python prints it. Raises no Exception."""
    try:
        import traceback

        return "".join(traceback.format_exception(exception))
    except Exception as hostile:
        return f"{_type_name(exception)}: {_message(exception)}\n<its traceback raised {type(hostile).__name__}>\n"


def _type_name(exception: BaseException) -> str:
    kind = type(exception)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


def _message(exception: BaseException) -> str:
    try:
        return str(exception)
    except Exception as hostile:
        return f"<its str() raised {type(hostile).__name__}>"


def _java_cause(exception: BaseException) -> JavaObject | None:
    seen: set[int] = set()
    link: BaseException | None = exception
    while link is not None and id(link) not in seen:
        if isinstance(link, JavaError):
            return getattr(link, "java_exception", None)
        seen.add(id(link))
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)
    return None


def no_member(
    class_name: str,
    name: str,
    names: list[str],
    of_objects: list[str],
    is_static: bool,
    obstacle: str | None = None,
    is_buffer: bool = False,
) -> AttributeError:
    """The error for a member that does not exist, or that cannot be reached.

    It has no object, so that Python adds no advice of its own.

    Args:
        class_name: the class.
        name: what was asked for.
        names: the members there are.
        of_objects: the members that objects of the class have.
        is_static: whether the class was asked, and no object.
        obstacle: why a member that is declared cannot be reached, or None.
        is_buffer: whether objects of the class are buffers.
    """
    kind = "static member" if is_static else "member"
    if obstacle is not None:
        text = f"{class_name} declares {name!r}, which cannot be reached: {obstacle}"
    elif is_static and name in of_objects:
        text = f"{class_name} has no public {kind} {name!r}; objects of the class have it"
    elif is_buffer and not is_static and name in _OF_ARRAYS:
        text = f"{class_name} has no public {kind} {name!r}; {_OF_ARRAYS[name]}"
    else:
        text = f"{class_name} has no public {kind} {name!r}; {_advice(name, names)}"
    return AttributeError(text, name=name, obj=None)


# What arrays have that a JavaBuffer has not.
_OF_ARRAYS = {
    name: f"{owner}(x).{name} has it"
    for owner, names in (
        ("numpy.asarray", "T reshape ravel transpose astype copy sum mean min max"),
        ("memoryview", "cast tolist tobytes toreadonly"),
    )
    for name in names.split()
}
_OF_ARRAYS["dtype"] = "numpy is not installed, or has no dtype for the format"


def _advice(name: str, names: list[str]) -> str:
    import difflib

    close = difflib.get_close_matches(name, names, n=3)
    if close:
        return "did you mean " + " or ".join(repr(candidate) for candidate in close) + "?"
    shown = ", ".join(names[:12])
    return f"it has {shown}" + (", ..." if len(names) > 12 else "") if names else "it has none"
