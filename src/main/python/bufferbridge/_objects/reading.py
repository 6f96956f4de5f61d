"""What the protocols of Java objects share: reading items through Java, indices and slices, and no array for numpy."""

from __future__ import annotations

import collections.abc
import functools
import operator
from collections.abc import Callable, Iterator
from typing import Any, ClassVar

from bufferbridge import _native
from bufferbridge._native import JavaObject

READ_AHEAD = 1024
"""Items of a collection that one call into Java reads at most."""


@functools.cache
def java(name: str) -> Callable[..., Any]:
    function: Callable[..., Any] = getattr(_native.internal_class("Items"), name)
    return function


def items_of(iterator: JavaObject) -> Iterator[Any]:
    """The items of an `Ahead`, or of any other iterator one by one.

    A generator, because each read gives up the GIL: while one thread reads, another `next` raises ValueError. The
    iterators of itertools would lose items then, or crash. A StopIteration that comes out of Java is a RuntimeError.
    """
    while items := _native.fetch(iterator, READ_AHEAD):
        yield from items


def pairs_of(entries: JavaObject) -> Iterator[tuple[Any, Any]]:
    """The keys with their values: each read has both of an entry."""
    while flat := _native.fetch(entries, READ_AHEAD):
        yield from zip(flat[::2], flat[1::2], strict=True)


def all_of(iterator: JavaObject) -> list[Any]:
    return list(items_of(iterator))


def part_of(size: int, key: slice, read: Callable[[int, int], list[Any]]) -> list[Any]:
    """The items of a slice. `read` reads the items from one index up to another one."""
    chosen = range(size)[key]
    if len(chosen) == 0:
        return []
    low, high = min(chosen[0], chosen[-1]), max(chosen[0], chosen[-1]) + 1
    items = read(low, high)
    return items if chosen.step == 1 else items[chosen[0] - low :: chosen.step][: len(chosen)]


def index_of(key: object, what: str) -> int:
    try:
        index = operator.index(key)  # type: ignore[arg-type]
    except TypeError:
        raise TypeError(f"an index of {what} is an int or a slice, not {type(key).__qualname__}") from None
    if not -(2**63) <= index < 2**63:
        raise IndexError(f"the index {index} is out of range")
    return index


class NoBuffer:
    """Items without a buffer: numpy would silently make an array of one object."""

    __slots__ = ()

    def __array__(self, dtype: object = None, copy: object = None) -> Any:
        name = _native.class_name(self)  # type: ignore[arg-type]
        copied = "bufferbridge.copy(x) copies it, if its rows are of one length" if _is_rectangular(name) else ""
        raise TypeError(f"{name} has no buffer: {copied or 'numpy.array(list(x)) copies its items'}")


class LeaseProtocol:
    """A PythonBuffer: numpy would silently make an array of one object."""

    __slots__ = ()

    def __array__(self, dtype: object = None, copy: object = None) -> Any:
        raise TypeError("a PythonBuffer is a lease, and has no buffer itself: numpy.asarray(x.view()) has its memory")


def _is_rectangular(name: str) -> bool:
    """Whether that is the name of an array of arrays of primitives."""
    return name.endswith("[][]") and "." not in name


class SequenceNames:
    """Names that the protocol of sequences has, for objects with a length and items."""

    __slots__ = ()

    def __reversed__(self) -> Iterator[Any]:
        return iter(self[::-1])  # type: ignore[index]

    __python_names__: ClassVar[dict[str, Any]] = {
        "index": collections.abc.Sequence.index,
        "count": collections.abc.Sequence.count,
    }
