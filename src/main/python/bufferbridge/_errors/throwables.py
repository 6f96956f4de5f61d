"""Java's classes of exceptions as classes of Python exceptions, with Java's hierarchy.

`except` takes classes of Python exceptions only. So `bb.jclass` of a Throwable is such a class, with everything else
that a JavaClass has. The exceptions that are raised derive from it, and from one of the classes of `exceptions.py`.

A class here has a reference to its JavaClass. That has a weak one back, unless Java never unloads the class. So both
die together with the Java class.

Any thread may call, and none waits: making a type may run finalisers, which may do anything.
"""

from __future__ import annotations

import copyreg
import sys
import types
from typing import Any

from bufferbridge import _native
from bufferbridge._native import JavaClass, JavaObject


class ThrowableType(type):
    """The type of the classes: a JavaClass that is a class of exceptions, too."""

    __java_class__: JavaClass

    def __call__(cls, *arguments: Any, **keywords: Any) -> Any:
        # Java's exception, as any JavaClass constructs one. The twins that are raised are made by twin_class only.
        if "__twins__" in cls.__dict__:
            return cls.__java_class__(*arguments, **keywords)
        return super().__call__(*arguments, **keywords)

    def __getattr__(cls, name: str) -> Any:
        return getattr(cls.__java_class__, name)

    def __setattr__(cls, name: str, value: Any) -> None:
        if name.startswith("__"):
            super().__setattr__(name, value)
        else:
            setattr(cls.__java_class__, name, value)

    def __instancecheck__(cls, candidate: object) -> bool:
        if isinstance(candidate, JavaObject):
            return isinstance(candidate, cls.__java_class__)
        return super().__instancecheck__(candidate)

    def __subclasscheck__(cls, candidate: type) -> bool:
        if isinstance(candidate, JavaClass):  # type: ignore[misc]
            return issubclass(candidate, cls.__java_class__)
        return super().__subclasscheck__(candidate)

    def __dir__(cls) -> list[str]:
        return dir(cls.__java_class__)

    def __repr__(cls) -> str:
        return repr(cls.__java_class__) if "__twins__" in cls.__dict__ else super().__repr__()


# Java code that throws while a class is made gets here again on the same thread. So may a finaliser that runs then.
_MOST_NESTED = 8


def class_of(java_class: JavaClass, root: type[Exception]) -> ThrowableType:
    """The class of exceptions for a Throwable's class. If two threads make it, both get the same one.

    Args:
        root: the class above all, JavaError.
    """
    known = _native.error_class(java_class)
    return _make_class(java_class, root) if known is None else known


def _make_class(java_class: JavaClass, root: type[Exception]) -> ThrowableType:
    if _nested() > _MOST_NESTED:
        raise RecursionError(f"the superclass of {java_class.__name__} is asked for again and again")
    chain: list[JavaClass] = []
    link: JavaClass | None = java_class
    while link is not None and _native.is_throwable(link):
        chain.append(link)
        link = _native.class_above(link)
    above: Any = root
    for link in reversed(chain):
        above = _native.error_class(link) or _native.error_class(link, _new_class(link, above))
    assert isinstance(above, ThrowableType)
    return above


def _nested() -> int:
    """How many calls of _make_class this thread is in."""
    count = 0
    frame: types.FrameType | None = sys._getframe()
    while frame is not None:
        count += frame.f_code is _make_class.__code__
        frame = frame.f_back
    return count


def _new_class(java_class: JavaClass, above: type[Exception]) -> ThrowableType:
    namespace = {"__java_class__": java_class, "__twins__": {}, "__module__": "bufferbridge", "__slots__": ()}
    return ThrowableType(java_class.__name__, (above,), namespace)


def twin_class(exception: JavaObject, kind: type[Exception], root: type[Exception]) -> type[Exception]:
    """The class of the Python exception for a Java exception.

    Args:
        kind: one of the classes of `exceptions.py`, a subclass of `root`. It is the result if Java cannot be asked for
            the hierarchy, for example because the stack is used up.
    """
    try:
        own = class_of(_native.class_above(exception), root)
        twins: dict[type[Exception], Any] = own.__dict__["__twins__"]
        found: type[Exception] | None = twins.get(kind)
        return found or twins.setdefault(kind, _new_twin(own, kind, root))
    except Exception:
        return kind


def _new_twin(own: ThrowableType, kind: type[Exception], root: type[Exception]) -> ThrowableType:
    bases: tuple[type, ...] = (own,) if kind is root else (own, kind)
    # Tracebacks name the class by which users know it. A pickle names it, too.
    namespace = {"__module__": kind.__module__, "__qualname__": kind.__qualname__, "__pickled_as__": kind}
    return ThrowableType(kind.__name__, bases, {**namespace, "__java_class__": own.__java_class__})


def _refuse_pickling(cls: ThrowableType) -> Any:
    return cls.__java_class__.__reduce_ex__(2)


copyreg.pickle(ThrowableType, _refuse_pickling)
