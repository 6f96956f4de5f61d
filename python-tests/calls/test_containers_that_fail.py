"""Containers whose loops raise, change them, call Java or have no end; and the memory of those that do not fit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import bufferbridge as bb
from support.containers import Table, numbers
from support.processes import run


@pytest.fixture(scope="module")
def containers(jvm: None) -> Any:
    return bb.jclass("org.bufferbridge.fixtures.calls.ContainerParameters")


class Broken(Table):
    def items(self) -> Any:
        return [3]


@pytest.mark.parametrize("error", [KeyError("mine"), KeyboardInterrupt(), SystemExit(3)], ids=repr)
def test_an_exception_of_a_loop_is_the_calls(containers: Any, error: BaseException) -> None:
    class Raising:
        def __iter__(self) -> Iterator[int]:
            return self

        def __next__(self) -> int:
            raise error

    with pytest.raises(type(error)) as caught:
        containers.list(Raising())
    assert caught.value is error
    assert not hasattr(error, "__notes__")  # no Java code was between


def test_a_question_that_raises_raises(containers: Any) -> None:
    error = ValueError("asked")

    class Hostile:
        def __iter__(self) -> Iterator[int]:
            return iter(())

        @property
        def __class__(self) -> type:  # type: ignore[override]
            raise error

    with pytest.raises(ValueError, match="asked"):
        containers.chosen(Hostile())


def test_what_is_no_iterable_after_all_goes_as_itself(containers: Any) -> None:
    class Not:
        __iter__ = None

    assert containers.chosen(Not()) == "Object"
    with pytest.raises(TypeError, match=r"takes \(.*Not\)"):
        containers.list(Not())


def test_items_of_a_mapping_that_are_no_pairs_are_refused(containers: Any) -> None:
    with pytest.raises(TypeError, match=r"items\(\) of a mapping gave 3; a tuple of a key and its value is required"):
        containers.map(Broken())


def test_a_loop_may_call_java(containers: Any) -> None:
    assert list(containers.list(containers.list(range(count)).size() for count in range(3))) == [0, 1, 2]


def test_a_loop_that_changes_its_container_raises_pythons_exception(containers: Any) -> None:
    growing = {1: 1}

    class Index:
        def __index__(self) -> int:
            growing[len(growing) + 1] = 1
            return 1

    growing[2] = Index()  # type: ignore[assignment]
    assert containers.anyMap(growing).size() == 2


def test_memory_in_containers_is_leased_for_the_call(containers: Any) -> None:
    assert containers.sum({"a": np.ones(2), "b": bytearray(b"\2")}) == 3
    kept = containers.first(numbers(array := bytearray(b"abc")))
    assert bb.leases() == []
    array.append(1)
    assert kept is array
    with pytest.raises(bb.JavaError, match=r"\[a\]"):
        containers.fail({"a": array})
    array.append(1)
    assert bb.leases() == []


def test_a_refused_call_leaves_no_lease(containers: Any) -> None:
    array = bytearray(b"abc")
    with pytest.raises(TypeError, match="the value of key 'b': int is no BufferView"):
        containers.sum({"a": array, "b": 3})
    with pytest.raises(TypeError, match=r"bufferbridge.retain\(x\)"):
        bb.jclass("java.util.HashMap")({"a": array})
    with pytest.raises(KeyError):
        containers.first({}[item] if item else array for item in range(2))
    assert bb.leases() == []
    array.append(1)
    stored = bb.jclass("java.util.HashMap")({"a": b"text"})
    assert stored["a"] == b"text"


def test_a_signal_ends_a_loop_without_end() -> None:
    ran = run(
        """
import itertools, os, subprocess
import bufferbridge as bb
bb.start()
subprocess.Popen(["sh", "-c", f"sleep 0.5; kill -INT {os.getpid()}"])
try:
    bb.jclass("java.util.ArrayList")(itertools.repeat(1))
except KeyboardInterrupt:
    print("interrupted")
"""
    )
    assert (ran.returncode, ran.stdout.strip()) == (0, "interrupted"), ran.stderr
