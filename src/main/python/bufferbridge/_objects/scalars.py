"""Java objects that stand for one value: texts, numbers, optionals, paths and functions."""

from __future__ import annotations

import operator
from collections.abc import Iterator
from typing import Any

from bufferbridge._objects.reading import index_of, java


class TextProtocol:
    __slots__ = ()

    def __len__(self) -> int:
        size: int = java("sizeOfText")(self)
        return size

    def __iter__(self) -> Iterator[str]:
        for index in range(len(self)):
            yield self[index]

    def __contains__(self, part: object) -> bool:
        return str(part) in str(self) if isinstance(part, (str, TextProtocol)) else False

    def __getitem__(self, key: object) -> Any:
        if not isinstance(key, slice):
            return java("unit")(self, index_of(key, "a Java text"))
        start, stop, step = key.indices(len(self))
        if step == 1:
            return java("part")(self, start, max(start, stop))
        return "".join(self[index] for index in range(start, stop, step))


class NumberProtocol:
    __slots__ = ()

    def __int__(self) -> int:
        return int(java("truncated")(self))

    def __float__(self) -> float:
        value: float = java("floating")(self)
        return value

    def __bool__(self) -> bool:
        return float(self) != 0

    def __round__(self, digits: int | None = None) -> Any:
        return round(float(self), digits)

    def __format__(self, specification: str) -> str:
        return format(float(self), specification) if specification else str(self)


class IntegralProtocol(NumberProtocol):
    __slots__ = ()

    def __index__(self) -> int:
        return int(java("integral")(self))

    def __bool__(self) -> bool:
        return operator.index(self) != 0

    def __round__(self, digits: int | None = None) -> Any:
        return round(operator.index(self), digits) if digits is not None else operator.index(self)

    def __format__(self, specification: str) -> str:
        return format(operator.index(self), specification) if specification else str(self)


class OptionalProtocol:
    __slots__ = ()

    def __bool__(self) -> bool:
        present: bool = java("isPresent")(self)
        return present

    def __iter__(self) -> Iterator[Any]:
        return iter([java("value")(self)] if self else [])


class PathProtocol:
    __slots__ = ()

    def __fspath__(self) -> str:
        path: str = java("pathOfFile")(self)
        return path


class FunctionProtocol:
    """An object of a functional interface. `CallMember.java` says which, and names its method so."""

    __slots__ = ()

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        return getattr(self, "()")(*arguments, **keywords)

    @property
    def __signature__(self) -> Any:
        return getattr(self, "()").__signature__
