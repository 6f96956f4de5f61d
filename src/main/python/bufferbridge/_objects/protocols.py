"""Java objects in Python by their interfaces: the types of collections, arrays, texts, numbers and optionals.

Java tells the interfaces of a class as a set of bits (`Protocols.java`). `type_for` makes one type for each set, when
the first class with that set comes to Python. `java_class.c` gives it to the class's objects.

The types define only names with two underscores, so they hide no Java member. `__python_names__` has the other
methods of a protocol, such as `Mapping.keys`. A Java member of the same name goes first (`java_object.c`).

Nothing is kept here of an object. The methods call Java without the GIL.
"""

from __future__ import annotations

import collections.abc
import functools
import itertools
import operator
from collections.abc import Callable, Iterator
from typing import Any, ClassVar

from bufferbridge import _native
from bufferbridge._native import JavaBuffer, JavaObject

# The bits of Protocols.java.
ITERABLE, COLLECTION, LIST, SET, MAP, ITERATOR, CHAR_SEQUENCE, NUMBER, INTEGRAL, OPTIONAL, STREAM = (
    1 << bit for bit in range(11)
)
OBJECT_ARRAY, PRIMITIVE_ARRAY = 1 << 11, 1 << 12

_READ_AHEAD = 1024
"""Items of a collection that one call into Java reads at most."""


@functools.cache
def _java(name: str) -> Callable[..., Any]:
    function: Callable[..., Any] = getattr(_native.internal_class("Items"), name)
    return function


def _items_of(iterator: JavaObject) -> Iterator[Any]:
    """The items of an `Ahead`, or of any other iterator one by one."""
    return itertools.chain.from_iterable(iter(functools.partial(_native.fetch, iterator, _READ_AHEAD), []))


def _all(iterator: JavaObject) -> list[Any]:
    return list(_items_of(iterator))


def _part(size: int, key: slice, read: Callable[[int, int], list[Any]]) -> list[Any]:
    """The items of a slice. `read` reads the items from one index up to another one."""
    chosen = range(size)[key]
    if len(chosen) == 0:
        return []
    low, high = min(chosen[0], chosen[-1]), max(chosen[0], chosen[-1]) + 1
    items = read(low, high)
    return items if chosen.step == 1 else items[chosen[0] - low :: chosen.step][: len(chosen)]


def _index(key: object, what: str) -> int:
    try:
        index = operator.index(key)  # type: ignore[arg-type]
    except TypeError:
        raise TypeError(f"an index of {what} is an int or a slice, not {type(key).__qualname__}") from None
    if not -(2**63) <= index < 2**63:
        raise IndexError(f"the index {index} is out of range")
    return index


class _NoBuffer:
    """Items without a buffer: numpy would silently make an array of one object."""

    __slots__ = ()

    def __array__(self, dtype: object = None, copy: object = None) -> Any:
        name = _native.class_name(self)  # type: ignore[arg-type]
        copied = "bufferbridge.copy(x) copies it, if its rows are of one length" if _is_rectangular(name) else ""
        raise TypeError(f"{name} has no buffer: {copied or 'numpy.array(list(x)) copies its items'}")


def _is_rectangular(name: str) -> bool:
    """Whether that is the name of an array of arrays of primitives."""
    return name.endswith("[][]") and "." not in name


class _Iterable(_NoBuffer):
    __slots__ = ()

    def __iter__(self) -> Iterator[Any]:
        return _items_of(_java("iterator")(self))


class _Collection(_NoBuffer):
    __slots__ = ()

    def __len__(self) -> int:
        size: int = _java("size")(self)
        return size

    def __iter__(self) -> Iterator[Any]:
        return _items_of(_java("ahead")(self))

    def __contains__(self, item: object) -> bool:
        found: bool = _java("contains")(self, item)
        return found


class _Sequence:
    """Names that the protocol of sequences has, for objects with a length and items."""

    __slots__ = ()

    def __reversed__(self) -> Iterator[Any]:
        return iter(self[::-1])  # type: ignore[index]

    __python_names__: ClassVar[dict[str, Any]] = {
        "index": collections.abc.Sequence.index,
        "count": collections.abc.Sequence.count,
    }


class _List(_Sequence, _Collection):
    __slots__ = ()

    def __getitem__(self, key: object) -> Any:
        if isinstance(key, slice):
            return _part(len(self), key, lambda low, high: _all(_java("aheadInList")(self, low, high)))
        return _java("get")(self, _index(key, "a Java list"))

    def __setitem__(self, key: object, item: object) -> None:
        if isinstance(key, slice):
            raise TypeError("a slice of a Java list cannot be assigned; its items can")
        _java("set")(self, _index(key, "a Java list"), item)

    def __delitem__(self, key: object) -> None:
        if not isinstance(key, slice):
            _java("remove")(self, _index(key, "a Java list"))
            return
        chosen = range(len(self))[key]
        if len(chosen) > 0 and chosen.step in (1, -1):
            _java("removeRange")(self, min(chosen), max(chosen) + 1)
        else:
            for index in sorted(chosen, reverse=True):
                _java("remove")(self, index)


def _of_sets(operation: Callable[[set[Any], set[Any]], Any]) -> Callable[[Any, object], Any]:
    """An operator that computes with copies of both sets."""

    def apply(self: Any, other: object) -> Any:
        return operation(set(self), set(other)) if isinstance(other, collections.abc.Set) else NotImplemented

    return apply


class _Set(_Collection):
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


class _Items(collections.abc.ItemsView[Any, Any]):
    """The entries of a Java map, which one call into Java reads many of."""

    __slots__ = ()

    def __iter__(self) -> Iterator[tuple[Any, Any]]:
        flat = _items_of(_java("entries")(self._mapping))  # type: ignore[attr-defined]
        return zip(flat, flat, strict=True)


class _Map:
    __slots__ = ()

    def __len__(self) -> int:
        size: int = _java("sizeOfMap")(self)
        return size

    def __iter__(self) -> Iterator[Any]:
        return _items_of(_java("keys")(self))

    def __contains__(self, key: object) -> bool:
        found: bool = _java("hasKey")(self, key)
        return found

    def __getitem__(self, key: object) -> Any:
        value = _java("getOfMap")(self, key)
        if value is None and key not in self:
            raise KeyError(key)
        return value

    def __setitem__(self, key: object, value: object) -> None:
        _java("put")(self, key, value)

    def __delitem__(self, key: object) -> None:
        if not _java("removeKey")(self, key):
            raise KeyError(key)

    __python_names__: ClassVar[dict[str, Any]] = {
        "keys": lambda self: collections.abc.KeysView(self),
        "items": lambda self: _Items(self),
    }


class _Iterator(_NoBuffer):
    __slots__ = ()

    def __iter__(self) -> Any:
        return self

    def __next__(self) -> Any:
        items = _native.fetch(self, 1)  # type: ignore[arg-type]
        if not items:
            raise StopIteration
        return items[0]


class _Text:
    __slots__ = ()

    def __len__(self) -> int:
        size: int = _java("sizeOfText")(self)
        return size

    def __iter__(self) -> Iterator[str]:
        return map(self.__getitem__, range(len(self)))

    def __contains__(self, part: object) -> bool:
        return str(part) in str(self) if isinstance(part, (str, _Text)) else False

    def __getitem__(self, key: object) -> Any:
        if not isinstance(key, slice):
            return _java("unit")(self, _index(key, "a Java text"))
        start, stop, step = key.indices(len(self))
        if step == 1:
            return _java("part")(self, start, max(start, stop))
        return "".join(self[index] for index in range(start, stop, step))


class _Number:
    __slots__ = ()

    def __int__(self) -> int:
        return int(_java("truncated")(self))

    def __float__(self) -> float:
        value: float = _java("floating")(self)
        return value

    def __bool__(self) -> bool:
        return float(self) != 0

    def __round__(self, digits: int | None = None) -> Any:
        return round(float(self), digits)

    def __format__(self, specification: str) -> str:
        return format(float(self), specification) if specification else str(self)


class _Integral(_Number):
    __slots__ = ()

    def __index__(self) -> int:
        return int(_java("integral")(self))

    def __bool__(self) -> bool:
        return operator.index(self) != 0

    def __round__(self, digits: int | None = None) -> Any:
        return round(operator.index(self), digits) if digits is not None else operator.index(self)

    def __format__(self, specification: str) -> str:
        return format(operator.index(self), specification) if specification else str(self)


class _Optional:
    __slots__ = ()

    def __bool__(self) -> bool:
        present: bool = _java("isPresent")(self)
        return present

    def __iter__(self) -> Iterator[Any]:
        return iter([_java("value")(self)] if self else [])


class _Stream(_NoBuffer):
    __slots__ = ()

    def __iter__(self) -> Iterator[Any]:
        return _items_of(_java("iteratorOfStream")(self))


class _ArrayItems(_Sequence):
    """What arrays of objects and of primitives have in common. No item is read through a pin."""

    __slots__ = ()

    def __len__(self) -> int:
        size: int = _java("sizeOfArray")(self)
        return size

    def __iter__(self) -> Iterator[Any]:
        return _items_of(_java("aheadInArray")(self, 0, len(self)))

    def __getitem__(self, key: object) -> Any:
        return _java("getOfArray")(self, _index(key, "a Java array"))

    def __setitem__(self, key: object, item: object) -> None:
        _native.set_item(self, _java("indexOf")(self, _index(key, "a Java array")), item)  # type: ignore[arg-type]


class _Array(_ArrayItems, _NoBuffer):
    __slots__ = ()

    def __contains__(self, item: object) -> bool:
        found: bool = _java("arrayContains")(self, item)
        return found

    def __getitem__(self, key: object) -> Any:
        if isinstance(key, slice):
            return _part(len(self), key, lambda low, high: _all(_java("aheadInArray")(self, low, high)))
        return super().__getitem__(key)

    def __setitem__(self, key: object, item: object) -> None:
        if isinstance(key, slice):
            raise TypeError("a slice of a Java array of objects cannot be assigned; its items can")
        super().__setitem__(key, item)


class _Primitives(_ArrayItems):
    """Of a slice, the memory is shared, as with memoryview."""

    __slots__ = ()

    def __bool__(self) -> bool:
        return len(self) > 0

    def __contains__(self, item: object) -> bool:
        return any(item == own for own in self)

    def __getitem__(self, key: object) -> Any:
        if not isinstance(key, slice):
            return super().__getitem__(key)
        return JavaBuffer.__getitem__(self, key)  # type: ignore[index]

    def __setitem__(self, key: object, item: object) -> None:
        if isinstance(key, slice):
            JavaBuffer.__setitem__(self, key, item)  # type: ignore[index]
        else:
            super().__setitem__(key, item)


def memory_items(buffer: JavaBuffer) -> Iterator[Any]:
    """The items of known memory, read many at a time. In between nothing is held."""
    length = len(buffer)
    if buffer.ndim > 1:
        raise NotImplementedError(
            f"memory of {buffer.ndim} dimensions has no items of one index: numpy.asarray(x) has parts, "
            "and memoryview(x).tolist() has lists"
        )
    read = functools.partial(_native.items, buffer)
    parts = (slice(start, start + _READ_AHEAD) for start in range(0, length, _READ_AHEAD))
    return itertools.chain.from_iterable(map(read, parts))


# What the objects of a class get for its interfaces: the bit, the base, the name of the type, and what it is
# registered as. The first that applies names the type.
_PROTOCOLS: list[tuple[int, type, str, Any]] = [
    (PRIMITIVE_ARRAY, _Primitives, "JavaBuffer", collections.abc.Sequence),
    (OBJECT_ARRAY, _Array, "JavaArray", collections.abc.Sequence),
    (LIST, _List, "JavaList", collections.abc.Sequence),
    (SET, _Set, "JavaSet", collections.abc.Set),
    (MAP, _Map, "JavaMap", collections.abc.Mapping),
    (COLLECTION, _Collection, "JavaCollection", collections.abc.Collection),
    (ITERABLE, _Iterable, "JavaIterable", collections.abc.Iterable),
    (STREAM, _Stream, "JavaStream", collections.abc.Iterable),
    (ITERATOR, _Iterator, "JavaIterator", collections.abc.Iterator),
    (OPTIONAL, _Optional, "JavaOptional", collections.abc.Iterable),
    (CHAR_SEQUENCE, _Text, "JavaText", collections.abc.Collection),
    (INTEGRAL, _Integral, "JavaNumber", None),
    (NUMBER, _Number, "JavaNumber", None),
]

_TYPES: dict[tuple[type, int], type] = {}


def type_for(base: type, protocols: int) -> type:
    """The type of objects with these protocols. If two threads make it, both get the same one.

    Args:
        base: JavaObject or JavaBuffer.
        protocols: bits of Protocols.java, at least one.
    """
    found = _TYPES.get((base, protocols))
    return found or _TYPES.setdefault((base, protocols), _new_type(base, protocols))


def _new_type(base: type, protocols: int) -> type:
    chosen = [row for row in _PROTOCOLS if protocols & row[0]]
    bases: list[type] = []
    names: dict[str, Any] = {}
    for _, protocol, _, _ in chosen:
        names = {**getattr(protocol, "__python_names__", {}), **names}
        if not any(issubclass(other, protocol) for other in bases):
            bases.append(protocol)
    name = base.__name__ if base is JavaBuffer else chosen[0][2]
    namespace = {"__slots__": (), "__module__": "bufferbridge", "__python_names__": names, "__doc__": base.__doc__}
    made = type(name, (*bases, base), namespace)
    for _, _, _, protocol in chosen:
        if protocol is not None:
            protocol.register(made)
    return made
