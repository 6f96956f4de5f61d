"""What Python's `issubclass` and `|` say of Java classes. The type of classes calls these functions."""

from __future__ import annotations

import types
import typing
from typing import Any

from bufferbridge._native import JavaClass
from bufferbridge._objects.packages import names


def is_subclass(cls: JavaClass, candidate: object) -> bool:
    """Whether Java assigns a `candidate` to a `cls`. A class of Python exceptions may stand for a Java class.

    Raises:
        TypeError: `candidate` is no class.
    """
    if isinstance(candidate, type):
        candidate = getattr(candidate, "__java_class__", None)
        if candidate is None:
            return False
    if not isinstance(candidate, JavaClass):  # type: ignore[misc]
        raise TypeError(f"issubclass() takes a class, not a {type(candidate).__qualname__}")
    told: bool = names().isSubclass(cls, candidate)
    return told


def refuse_subclass(cls: JavaClass, _bases: object) -> None:
    """For a `class` statement that has a Java class among its bases. Classes of exceptions do not come here."""
    raise TypeError(
        f"{cls.__name__} has no subclasses in Python; a function is passed where Java wants a functional interface"
    )


class JavaUnion:
    """Java classes and Python types, one of which a value has: what `|` gives of them.

    It stands in annotations, and in `isinstance` and `issubclass`. `typing.Union` has no place for a Java class there,
    because it asks about the Python type of a value.
    """

    __slots__ = ("__args__",)

    def __init__(self, *alternatives: Any) -> None:
        self.__args__ = alternatives

    def __or__(self, other: Any) -> JavaUnion:
        return union(self, other)

    def __ror__(self, other: Any) -> JavaUnion:
        return union(other, self)

    def __instancecheck__(self, value: object) -> bool:
        return isinstance(value, self.__args__)

    def __subclasscheck__(self, candidate: Any) -> bool:
        alternatives = self.__args__
        if isinstance(candidate, JavaClass):  # type: ignore[misc]  # Python's own types raise TypeError for it
            alternatives = tuple(one for one in alternatives if _is_of_java(one))
        return issubclass(candidate, alternatives)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, JavaUnion) and set(self.__args__) == set(other.__args__)

    def __hash__(self) -> int:
        return hash(frozenset(self.__args__))

    def __repr__(self) -> str:
        return " | ".join(one.__name__ if _is_class(one) else repr(one) for one in self.__args__)


def union(one: Any, other: Any) -> JavaUnion:
    """`one | other`. Generic types, such as `list[int]`, stand in annotations alone, as in Python's own unions."""
    alternatives: list[Any] = []
    for side in (one, other):
        is_union = isinstance(side, JavaUnion) or typing.get_origin(side) in (types.UnionType, typing.Union)
        alternatives += side.__args__ if is_union else [side]
    alternatives = [types.NoneType if one is None else one for one in alternatives]
    for alternative in alternatives:
        if not (_is_class(alternative) or isinstance(alternative, typing.TypeVar) or typing.get_origin(alternative)):
            raise TypeError(f"a class or None is required beside a Java class, not {alternative!r}")
    return JavaUnion(*dict.fromkeys(alternatives))


def _is_class(candidate: Any) -> bool:
    return isinstance(candidate, type | JavaClass)


def _is_of_java(candidate: Any) -> bool:
    """Whether a class answers for Java classes: one of Java, or a Python class of a Java exception."""
    return isinstance(candidate, JavaClass) or hasattr(candidate, "__java_class__")  # type: ignore[misc]
