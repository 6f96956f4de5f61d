"""What the objects that can be looped over are, where Java asks.

C knows the built-in types. The kinds are those of `slots.h` and of `internal.values.Iterables`.
"""

from __future__ import annotations

from collections import UserString
from collections.abc import Collection, Iterable, Iterator, Mapping, MappingView, Sequence, Set

NOTHING = 1  # a text, or an object that no loop takes, although its type has `__iter__`
MAPPING = 2
SET = 3
COLLECTION = 4  # items in an order, which it has all the time
ITERABLE = 5  # any other, whose items may be there once
ITERATOR = 6


def kind(value: object) -> int:
    """The kind of an iterable, by the classes that it derives from or is registered with."""
    if not isinstance(value, Iterable) or isinstance(value, UserString):
        return NOTHING
    if isinstance(value, Iterator):
        return ITERATOR
    if isinstance(value, Mapping):
        return MAPPING
    if isinstance(value, Set):
        return SET
    if isinstance(value, Sequence) or (isinstance(value, MappingView) and isinstance(value, Collection)):
        return COLLECTION
    return ITERABLE
