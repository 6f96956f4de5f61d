"""Java's arrays as sequences, and the items of known memory."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

from bufferbridge import _native
from bufferbridge._native import JavaBuffer
from bufferbridge._objects.reading import READ_AHEAD, NoBuffer, SequenceNames, all_of, index_of, items_of, java, part_of


class _ArrayItems(SequenceNames):
    """What arrays of objects and of primitives have in common. No item is read through a pin."""

    __slots__ = ()

    def __setitem__(self, key: object, item: object) -> None:
        _native.set_item(self, java("indexOf")(self, index_of(key, "a Java array")), item)  # type: ignore[arg-type]


class ObjectArrayProtocol(_ArrayItems, NoBuffer):
    __slots__ = ()

    def __len__(self) -> int:
        size: int = java("sizeOfArray")(self)
        return size

    def __iter__(self) -> Iterator[Any]:
        return items_of(java("aheadInArray")(self, 0, len(self)))

    def __contains__(self, item: object) -> bool:
        found: bool = java("arrayContains")(self, item)
        return found

    def __getitem__(self, key: object) -> Any:
        if isinstance(key, slice):
            return part_of(len(self), key, lambda low, high: all_of(java("aheadInArray")(self, low, high)))
        return java("getOfArray")(self, index_of(key, "a Java array"))

    def __setitem__(self, key: object, item: object) -> None:
        if isinstance(key, slice):
            raise TypeError("a slice of a Java array of objects cannot be assigned; its items can")
        super().__setitem__(key, item)


ITEMS_IN: dict[str, Callable[[bytes], Iterable[Any]]] = {
    "boolean[]": partial(map, bool),
    "char[]": lambda units: map(chr, array("H", units)),
    **{
        name: partial(array, code)
        for name, code in zip(("byte[]", "short[]", "int[]", "long[]", "float[]", "double[]"), "bhiqfd", strict=True)
    },
}
"""By the name of the class: the items that bytes have. Their iterators are CPython's own, which threads may share."""


class PrimitiveArrayProtocol(_ArrayItems):
    """Of a slice, the memory is shared, as with memoryview."""

    __slots__ = ()

    def __len__(self) -> int:
        return _native.array_length(self)  # type: ignore[arg-type]

    def __iter__(self) -> Iterator[Any]:
        first = _native.array_bytes(self, 0)  # type: ignore[arg-type]
        items_in = ITEMS_IN[_native.class_name(self)]  # type: ignore[arg-type]
        return iter(items_in(first)) if len(self) <= READ_AHEAD else _items_of_array(self, items_in)

    def __reversed__(self) -> Iterator[Any]:
        return iter(list(self)[::-1])

    def __bool__(self) -> bool:
        return len(self) > 0

    def __contains__(self, item: object) -> bool:
        return any(item == own for own in self)

    def __getitem__(self, key: object) -> Any:
        if not isinstance(key, slice):
            return _native.array_item(self, index_of(key, "a Java array"))  # type: ignore[arg-type]
        return JavaBuffer.__getitem__(self, key)  # type: ignore[index]

    def __setitem__(self, key: object, item: object) -> None:
        if isinstance(key, slice):
            JavaBuffer.__setitem__(self, key, item)  # type: ignore[index]
        else:
            super().__setitem__(key, item)


def _items_of_array(own: PrimitiveArrayProtocol, items_in: Callable[[bytes], Iterable[Any]]) -> Iterator[Any]:
    """The items, read many at a time."""
    for start in range(0, len(own), READ_AHEAD):
        yield from items_in(_native.array_bytes(own, start))  # type: ignore[arg-type]


def memory_items(buffer: JavaBuffer) -> Iterator[Any]:
    """The items of known memory, read many at a time. In between nothing is held."""
    length = len(buffer)
    if buffer.ndim > 1:
        raise NotImplementedError(
            f"memory of {buffer.ndim} dimensions has no items of one index: numpy.asarray(x) has parts, "
            "and memoryview(x).tolist() has lists"
        )
    return _memory_items(buffer, length)


def _memory_items(buffer: JavaBuffer, length: int) -> Iterator[Any]:
    for start in range(0, length, READ_AHEAD):
        yield from _native.items(buffer, slice(start, start + READ_AHEAD))
