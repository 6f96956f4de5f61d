"""Java collections, iterators, iterables and streams in loops."""

from __future__ import annotations

import collections.abc
import threading

import numpy as np
import pytest

import bufferbridge as bb
from support.java_objects import java_list, objects


@pytest.mark.parametrize("length", [0, 1, 15, 16, 17, 79, 80, 81, 2000, 5000])
def test_all_items_arrive_in_order(length: int) -> None:
    numbers = list(range(length))
    assert list(java_list(*numbers)) == numbers
    assert list(objects(*numbers)) == numbers
    assert list(bb.array(np.arange(length))) == numbers


def test_values_of_all_kinds_arrive() -> None:
    thing = bb.jclass("java.lang.Object")()
    values = [None, True, 1, 2**40, 0.5, "text", "", thing, bb.array(b"ab")]
    assert list(java_list(*values)) == values
    assert list(java_list(*values).toArray()) == values


def test_an_exception_comes_after_the_items_before_it() -> None:
    numbers = java_list(*range(100))
    seen = []
    with pytest.raises(bb.JavaError, match="ConcurrentModificationException"):
        for number in numbers:
            seen.append(number)
            if number == 0:
                numbers.add(100)
    assert seen == list(range(16))


def test_an_iterator_is_read_one_item_at_a_time() -> None:
    numbers = java_list(1, 2, 3)
    iterator = numbers.iterator()
    assert iter(iterator) is iterator
    assert next(iterator) == 1
    for number in iterator:
        assert number == 2
        break
    assert iterator.next() == 3
    with pytest.raises(StopIteration):
        next(iterator)
    assert next(iterator, None) is None


def test_a_queue_that_blocks_gives_each_item_as_it_comes() -> None:
    queue = bb.jclass("java.util.concurrent.LinkedBlockingQueue")()
    feed = bb.jclass("org.bufferbridge.fixtures.calls.Iterations").taking(queue)
    queue.put("a")
    assert next(iter(feed)) == "a"  # a second item would never come
    thread = threading.Timer(0.1, queue.put, ["b"])
    thread.start()
    assert next(iter(feed)) == "b"
    thread.join()


def test_an_iterable_that_is_no_collection() -> None:
    folder = bb.jclass("java.nio.file.Path").of("/usr/lib")
    assert [str(name) for name in folder] == ["usr", "lib"]
    assert isinstance(folder, collections.abc.Iterable) and not isinstance(folder, collections.abc.Sized)


def test_an_enumeration_is_an_iterator() -> None:
    words = bb.jclass("java.util.StringTokenizer")("a b")
    assert list(words) == ["a", "b"]


def test_a_stream_is_consumed() -> None:
    stream = bb.jclass("java.util.stream.IntStream").range(0, 3)
    assert list(stream) == [0, 1, 2]
    with pytest.raises(bb.JavaError, match="IllegalStateException"):
        list(stream)


def test_a_set_of_an_infinite_stream_is_read_as_far_as_needed() -> None:
    stream = bb.jclass("org.bufferbridge.fixtures.calls.Iterations").endless()
    assert [number for number, _ in zip(stream, range(3))] == [1, 1, 1]
