"""Loops over Java objects whose iterators call Python code that loops on, raises or waits; loops of threads."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import bufferbridge as bb

COUNT = 40

ITEMS: dict[str, Callable[[Callable[[int], object]], Iterator[Any]]] = {
    "collection": lambda function: iter(calling().collection(function, COUNT)),
    "iterable": lambda function: iter(calling().iterable(function, COUNT)),
    "stream": lambda function: iter(calling().stream(function, COUNT)),
    "iterator": lambda function: iter(calling().iterator(function, COUNT)),
    "keys": lambda function: iter(calling().map(function, COUNT).keys()),
    "entries": lambda function: (key for key, value in calling().map(function, COUNT).items() if key == value),
}
every_kind = pytest.mark.parametrize("kind", ITEMS)


def calling() -> bb.JavaClass:
    return bb.jclass("org.bufferbridge.fixtures.calls.CallingItems")


class Interruption(BaseException):
    pass


@every_kind
def test_a_loop_within_the_read_of_the_same_loop_is_refused_or_goes_on(kind: str) -> None:
    inner: list[int] = []

    def loop_on(item: int) -> None:
        if item == 1 and not inner:
            inner.append(-1)
            try:
                inner.extend(items)
            except ValueError as refused:
                assert "already executing" in str(refused)

    items = ITEMS[kind](loop_on)
    outer = list(items)
    assert sorted({*outer, *inner} - {-1}) == list(range(COUNT))
    assert len(outer) + len(inner) - 1 == COUNT


@every_kind
def test_a_loop_that_another_thread_ends_meanwhile(kind: str) -> None:
    for _ in range(20):
        waits, goes_on = threading.Event(), threading.Event()

        def wait(item: int, waits: threading.Event = waits, goes_on: threading.Event = goes_on) -> None:
            if item == 1:
                waits.set()
                goes_on.wait()

        items = ITEMS[kind](wait)
        found: list[int] = []
        first = threading.Thread(target=lambda found=found, items=items: found.extend(items))
        first.start()
        waits.wait()
        rest: list[int] = []
        try:
            rest.extend(items)
        except ValueError as refused:
            assert "already executing" in str(refused)
        goes_on.set()
        first.join()
        assert sorted(found + rest) == list(range(COUNT))


@pytest.mark.parametrize("kind", ["list", "map", "array", "memory", "text"])
def test_items_come_once_each_to_all_threads_together(kind: str) -> None:
    size = 3000
    numbers = bb.jclass("java.util.ArrayList")()
    table = bb.jclass("java.util.HashMap")()
    for number in range(size):
        numbers.add(number)
        table.put(number, -number)
    made: dict[str, Callable[[], Iterator[Any]]] = {
        "list": lambda: iter(numbers),
        "map": lambda: iter(table.items()),
        "array": lambda: iter(bb.jclass("java.util.List").copyOf(numbers).toArray()),
        "memory": lambda: iter(bb.copy(bb.array(memoryview(bytes(range(250)) * 12)))),
        "text": lambda: iter(bb.jclass("java.lang.StringBuilder")("x" * size)),
    }
    for _ in range(5):
        items = made[kind]()
        found: list[Any] = []

        def take(items: Iterator[Any] = items, found: list[Any] = found) -> None:
            while True:
                try:
                    found.append(next(items))
                except StopIteration:
                    return
                except ValueError as refused:
                    assert "already executing" in str(refused)

        threads = [threading.Thread(target=take) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(found) == size
        if kind == "map":
            assert dict(found) == {number: -number for number in range(size)}


@every_kind
def test_stop_iteration_from_below_java_is_an_error(kind: str) -> None:
    def stop(item: int) -> None:
        if item == 3:
            next(iter([]))

    seen = []
    with pytest.raises(RuntimeError) as raised:
        for item in ITEMS[kind](stop):
            seen.append(item)
    assert isinstance(raised.value.__cause__, StopIteration)
    assert seen == [0, 1, 2]


@pytest.mark.parametrize("kind", ["collection", "keys", "entries"])  # the others are read one by one
@pytest.mark.parametrize("exception", [KeyboardInterrupt, SystemExit, Interruption])
def test_an_exception_that_is_to_end_the_program_is_not_kept_for_later(
    kind: str, exception: type[BaseException]
) -> None:
    def leave(item: int) -> None:
        if item == 5:
            raise exception

    with pytest.raises(exception):
        for item in ITEMS[kind](leave):
            if item == 2:
                break


@every_kind
def test_another_exception_comes_after_the_items_before_it(kind: str) -> None:
    def fail(item: int) -> None:
        if item == 5:
            raise KeyError(item)

    seen = []
    with pytest.raises(KeyError):
        for item in ITEMS[kind](fail):
            seen.append(item)
    assert seen == [0, 1, 2, 3, 4]
