"""The types of Java objects in Python, by their interfaces.

Java tells the interfaces of a class as a set of bits (`Protocols.java`). `type_for` makes one type for each set, when
the first class with that set comes to Python. `java_class.c` gives it to the class's objects.

The types define only names with two underscores, so they hide no Java member. `__python_names__` has the other
methods of a protocol, such as `Mapping.keys`. A Java member of the same name goes first (`java_object.c`).

Nothing is kept here of an object. The methods call Java without the GIL.
"""

from __future__ import annotations

import collections.abc
from typing import Any

from bufferbridge._native import JavaBuffer
from bufferbridge._objects.arrays import ObjectArrayProtocol, PrimitiveArrayProtocol
from bufferbridge._objects.arrow import ArrowBatchProtocol, ArrowReaderProtocol, ArrowVectorProtocol
from bufferbridge._objects.containers import (
    CollectionProtocol,
    IterableProtocol,
    IteratorProtocol,
    ListProtocol,
    MapProtocol,
    SetProtocol,
    StreamProtocol,
)
from bufferbridge._objects.reading import LeaseProtocol
from bufferbridge._objects.scalars import (
    FunctionProtocol,
    IntegralProtocol,
    NumberProtocol,
    OptionalProtocol,
    PathProtocol,
    TextProtocol,
)

# The bits of Protocols.java.
ITERABLE, COLLECTION, LIST, SET, MAP, ITERATOR, CHAR_SEQUENCE, NUMBER, INTEGRAL, OPTIONAL, STREAM = (
    1 << bit for bit in range(11)
)
OBJECT_ARRAY, PRIMITIVE_ARRAY = 1 << 11, 1 << 12
CALLABLE, FILE = 1 << 15, 1 << 16
ARROW_VECTOR, ARROW_BATCH, ARROW_READER = 1 << 17, 1 << 18, 1 << 19
LEASE = 1 << 20

# What the objects of a class get for its interfaces: bit, base, name of the type, and what it is registered as. The
# first that applies names the type.
_PROTOCOLS: list[tuple[int, type, str, Any]] = [
    (PRIMITIVE_ARRAY, PrimitiveArrayProtocol, "JavaBuffer", collections.abc.Sequence),
    (OBJECT_ARRAY, ObjectArrayProtocol, "JavaArray", collections.abc.Sequence),
    (ARROW_VECTOR, ArrowVectorProtocol, "JavaArrowVector", None),
    (ARROW_BATCH, ArrowBatchProtocol, "JavaArrowBatch", None),
    (ARROW_READER, ArrowReaderProtocol, "JavaArrowReader", None),
    (LIST, ListProtocol, "JavaList", collections.abc.Sequence),
    (SET, SetProtocol, "JavaSet", collections.abc.Set),
    (MAP, MapProtocol, "JavaMap", collections.abc.Mapping),
    (COLLECTION, CollectionProtocol, "JavaCollection", collections.abc.Collection),
    (ITERABLE, IterableProtocol, "JavaIterable", collections.abc.Iterable),
    (STREAM, StreamProtocol, "JavaStream", collections.abc.Iterable),
    (ITERATOR, IteratorProtocol, "JavaIterator", collections.abc.Iterator),
    (OPTIONAL, OptionalProtocol, "JavaOptional", collections.abc.Iterable),
    (CHAR_SEQUENCE, TextProtocol, "JavaText", collections.abc.Collection),
    (INTEGRAL, IntegralProtocol, "JavaNumber", None),
    (NUMBER, NumberProtocol, "JavaNumber", None),
    (FILE, PathProtocol, "JavaPath", None),
    (LEASE, LeaseProtocol, "JavaLease", None),
    (CALLABLE, FunctionProtocol, "JavaFunction", None),
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
