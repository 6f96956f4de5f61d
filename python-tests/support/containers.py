"""Containers of several kinds, none of them a built-in type."""

from __future__ import annotations

import collections.abc
import enum
from collections.abc import Iterator


class Table(collections.abc.Mapping[str, int]):
    """A mapping that is no dict."""

    def __getitem__(self, key: str) -> int:
        return {"a": 1, "b": 2}[key]

    def __iter__(self) -> Iterator[str]:
        return iter("ab")

    def __len__(self) -> int:
        return 2


@collections.abc.Set.register
class Registered:
    """A set by registration alone."""

    def __iter__(self) -> Iterator[int]:
        return iter((1, 2))


class Once:
    """An iterable that is nothing else, and counts its loops."""

    def __init__(self, *items: object) -> None:
        self.items = items
        self.loops = 0

    def __iter__(self) -> Iterator[object]:
        self.loops += 1
        return iter(self.items)


class Colour(enum.Enum):
    RED = 1
    BLUE = 2


def numbers(*items: object) -> Iterator[object]:
    yield from items
