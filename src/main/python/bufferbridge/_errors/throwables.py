"""Java's classes of exceptions as classes of Python exceptions, with Java's hierarchy.

`except` takes classes of Python exceptions only. So `bb.jclass` of a Throwable is such a class, with everything else
that a JavaClass has. The exceptions that are raised derive from it, and from one of the classes of `exceptions.py`.

A class here has a reference to its JavaClass, and not the other way round. So both die together with the Java class,
where Java can unload it.

Any thread may call. The lock is taken only while no Java code runs.
"""

from __future__ import annotations

import threading
import weakref
from typing import Any

from bufferbridge import _native
from bufferbridge._native import JavaClass, JavaObject


class ThrowableType(type):
    """The type of the classes: a JavaClass that is a class of exceptions, too."""

    __java_class__: JavaClass

    def __call__(cls, *arguments: Any, **keywords: Any) -> Any:
        # Java's exception, as any JavaClass constructs one. The twins that are raised are made by twin_class only.
        if "__java_class__" in cls.__dict__:
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

    def __dir__(cls) -> list[str]:
        return dir(cls.__java_class__)

    def __repr__(cls) -> str:
        return repr(cls.__java_class__) if "__java_class__" in cls.__dict__ else super().__repr__()


_LOCK = threading.RLock()
# By the identity of the JavaClass, which lives as long as the class here.
_CLASSES: weakref.WeakValueDictionary[int, ThrowableType] = weakref.WeakValueDictionary()
# Those of classes that Java never unloads.
_KEPT: dict[int, ThrowableType] = {}
# The threads that are making classes. An exception that Java throws meanwhile is raised without a class of its own.
_BUSY: set[int] = set()


def class_of(java_class: JavaClass, root: type[Exception]) -> ThrowableType:
    """The class of exceptions for a Throwable's class, which is made once.

    Args:
        root: the class above all, JavaError.
    """
    known = _CLASSES.get(id(java_class))
    if known is not None:
        return known
    chain: list[JavaClass] = []
    link: JavaClass | None = java_class
    while link is not None and _native.is_throwable(link):
        chain.append(link)
        link = _native.class_above(link)
    above: Any = root
    with _LOCK:
        for link in reversed(chain):
            above = _CLASSES.get(id(link)) or _new_class(link, above)
    assert isinstance(above, ThrowableType)
    return above


def _new_class(java_class: JavaClass, above: type[Exception]) -> ThrowableType:
    made = ThrowableType(
        java_class.__name__, (above,), {"__java_class__": java_class, "__module__": "bufferbridge", "__slots__": ()}
    )
    _CLASSES[id(java_class)] = made
    if _native.stays(java_class):
        _KEPT[id(java_class)] = made
    return made


def twin_class(exception: JavaObject, kind: type[Exception], root: type[Exception]) -> type[Exception]:
    """The class of the Python exception for a Java exception.

    Args:
        kind: one of the classes of `exceptions.py`, a subclass of `root`. It is the result if Java cannot be asked for
            the hierarchy, for example because the stack is used up.
    """
    thread = threading.get_ident()
    if thread in _BUSY:
        return kind
    _BUSY.add(thread)
    try:
        own = class_of(_native.class_above(exception), root)
        twins = own.__dict__["__twins__"] if "__twins__" in own.__dict__ else None
        if twins is None:
            twins = {}
            type.__setattr__(own, "__twins__", twins)
        found: type[Exception] | None = twins.get(kind)
        return found or twins.setdefault(kind, _new_twin(own, kind, root))
    except Exception:
        return kind
    finally:
        _BUSY.discard(thread)


def _new_twin(own: ThrowableType, kind: type[Exception], root: type[Exception]) -> ThrowableType:
    bases: tuple[type, ...] = (own,) if kind is root else (own, kind)
    # Tracebacks name the class by which users know it. A pickle names it, too.
    namespace = {"__module__": kind.__module__, "__qualname__": kind.__qualname__, "__pickled_as__": kind}
    return ThrowableType(kind.__name__, bases, namespace)
