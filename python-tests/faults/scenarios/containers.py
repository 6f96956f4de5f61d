"""Python's containers as arguments, while calls fail."""

from __future__ import annotations

import collections.abc
from collections.abc import Iterator

import numpy as np

import bufferbridge as bb
from faults.scenarios.scenario import FIXTURES, Scenario


class Table(collections.abc.Mapping[str, int]):
    def __getitem__(self, key: str) -> int:
        return {"a": 1}[key]

    def __iter__(self) -> Iterator[str]:
        return iter("a")

    def __len__(self) -> int:
        return 1


def containers() -> list[Scenario]:
    taking = bb.jclass(FIXTURES + "calls.ContainerParameters")
    views = {"a": np.ones(1), "b": bytearray(b"\2")}

    def mappings(_: int) -> None:
        assert taking.map({"a": 1}).get("a") == 1
        assert taking.map(Table()).get("a") == 1
        assert taking.nestedMap({"a": [{1}, set()]}).size() == 1

    def iterables(_: int) -> None:
        assert taking.list(range(3)).get(2) == 2
        assert taking.list(number for number in range(70)).get(69) == 69
        assert taking.ints({1, 2}) == 3
        assert taking.list(range(2**63 - 1, 2**63 - 1)).isEmpty()

    def large(_: int) -> None:
        assert taking.iterable(range(2**64, 2**64 + 1)).get(0) == 2**64

    def leased(_: int) -> None:
        assert taking.sum(views) == 3
        assert bb.leases() == []

    def refused(_: int) -> None:
        try:
            taking.map({"a": "b"})
        except TypeError:
            pass
        else:
            raise AssertionError("the call was not refused")

    times = np.array([5], "M8[s]")

    def without_buffers(_: int) -> None:
        assert taking.itself(times) == "PythonObject"
        try:
            taking.sum({"a": times})
        except ValueError:
            pass
        else:
            raise AssertionError("the call was not refused")
        stored = bb.jclass("java.util.HashMap")({b"key": 1})
        assert stored.get(b"key") == 1

    return [
        Scenario("values without a buffer", without_buffers, slow=True),
        Scenario("mappings as arguments", mappings, slow=True),
        Scenario("iterables as arguments", iterables, slow=True),
        Scenario("ranges of large numbers", large, slow=True),
        Scenario("memory in containers", leased, slow=True),
        Scenario("containers that do not fit", refused, slow=True),
    ]
