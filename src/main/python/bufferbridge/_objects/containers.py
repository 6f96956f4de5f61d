"""Java's collections, maps, iterators and streams as Python's."""

from __future__ import annotations

import collections.abc
import operator
from collections.abc import Callable, Iterator
from typing import Any, ClassVar

from bufferbridge import _native
from bufferbridge._objects.reading import NoBuffer, SequenceNames, all_of, index_of, items_of, java, pairs_of, part_of


class IterableProtocol(NoBuffer):
    __slots__ = ()

    def __iter__(self) -> Iterator[Any]:
        return items_of(java("iterator")(self))


class CollectionProtocol(NoBuffer):
    __slots__ = ()

    def __len__(self) -> int:
        size: int = java("size")(self)
        return size

    def __iter__(self) -> Iterator[Any]:
        return items_of(java("ahead")(self))

    def __contains__(self, item: object) -> bool:
        found: bool = java("contains")(self, item)
        return found


class ListProtocol(SequenceNames, CollectionProtocol):
    __slots__ = ()

    def __getitem__(self, key: object) -> Any:
        if isinstance(key, slice):
            return part_of(len(self), key, lambda low, high: all_of(java("aheadInList")(self, low, high)))
        return java("get")(self, index_of(key, "a Java list"))

    def __setitem__(self, key: object, item: object) -> None:
        if isinstance(key, slice):
            raise TypeError("a slice of a Java list cannot be assigned; its items can")
        java("set")(self, index_of(key, "a Java list"), item)

    def __delitem__(self, key: object) -> None:
        if not isinstance(key, slice):
            java("remove")(self, index_of(key, "a Java list"))
            return
        chosen = range(len(self))[key]
        if len(chosen) > 0 and chosen.step in (1, -1):
            java("removeRange")(self, min(chosen), max(chosen) + 1)
        else:
            for index in sorted(chosen, reverse=True):
                java("remove")(self, index)


def _of_sets(operation: Callable[[set[Any], set[Any]], Any]) -> Callable[[Any, object], Any]:
    """An operator that computes with copies of both sets."""

    def apply(self: Any, other: object) -> Any:
        return operation(set(self), set(other)) if isinstance(other, collections.abc.Set) else NotImplemented

    return apply


class SetProtocol(CollectionProtocol):
    """The operators of collections.abc.Set, with Python sets as their results."""

    __slots__ = ()

    __and__ = __rand__ = _of_sets(operator.and_)
    __or__ = __ror__ = _of_sets(operator.or_)
    __xor__ = __rxor__ = _of_sets(operator.xor)
    __sub__ = _of_sets(operator.sub)
    __rsub__ = _of_sets(lambda own, other: other - own)
    __le__ = _of_sets(operator.le)
    __lt__ = _of_sets(operator.lt)
    __ge__ = _of_sets(operator.ge)
    __gt__ = _of_sets(operator.gt)

    __python_names__: ClassVar[dict[str, Any]] = {"isdisjoint": collections.abc.Set.isdisjoint}


class ItemsView(collections.abc.ItemsView[Any, Any]):
    """The entries of a Java map, which one call into Java reads many of."""

    __slots__ = ()

    def __iter__(self) -> Iterator[tuple[Any, Any]]:
        return pairs_of(java("entries")(self._mapping))  # type: ignore[attr-defined]


class MapProtocol:
    __slots__ = ()

    def __len__(self) -> int:
        size: int = java("sizeOfMap")(self)
        return size

    def __iter__(self) -> Iterator[Any]:
        return items_of(java("keys")(self))

    def __contains__(self, key: object) -> bool:
        found: bool = java("hasKey")(self, key)
        return found

    def __getitem__(self, key: object) -> Any:
        value = java("getOfMap")(self, key)
        if value is None and key not in self:
            raise KeyError(key)
        return value

    def __setitem__(self, key: object, value: object) -> None:
        java("put")(self, key, value)

    def __delitem__(self, key: object) -> None:
        if not java("removeKey")(self, key):
            raise KeyError(key)

    __python_names__: ClassVar[dict[str, Any]] = {
        "keys": lambda self: collections.abc.KeysView(self),
        "items": lambda self: ItemsView(self),
    }


class IteratorProtocol(NoBuffer):
    __slots__ = ()

    def __iter__(self) -> Any:
        return self

    def __next__(self) -> Any:
        try:
            items = _native.fetch(self, 1)  # type: ignore[arg-type]
        except StopIteration as stop:
            raise RuntimeError("the iterator raised StopIteration, which is no end of Java's iterators") from stop
        if not items:
            raise StopIteration
        return items[0]


class StreamProtocol(NoBuffer):
    __slots__ = ()

    def __iter__(self) -> Iterator[Any]:
        return items_of(java("iteratorOfStream")(self))
