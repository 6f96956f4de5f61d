"""The library near the end of a stack: at Python's recursion limit, at a thread's last bytes, below Java frames.

Each entry succeeds, or raises RecursionError, StackOverflowError or MemoryError. BottomOfTheStackTest, a Java test,
tries every native method from Java.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

import numpy as np
import pytest

import bufferbridge as bb
from adversaries import uses_of_classes, uses_of_memory  # noqa: F401 (they add their entries)
from adversaries.entries import ENTRIES
from support.threads import on_a_stack_of

STACKS = {"1 MiB": 1 << 20, "8 MiB": 8 << 20}

# The largest distance from the bottom, in calls, at which an entry is tried.
CALLS = 60


def is_about_the_stack(error: BaseException) -> bool:
    return isinstance(error, (RecursionError, MemoryError)) or "StackOverflowError" in str(error)


@pytest.mark.parametrize("stack", STACKS)
@pytest.mark.parametrize("name", ENTRIES)
def test_an_entry_at_the_bottom_of_pythons_recursion(name: str, stack: str) -> None:
    action = ENTRIES[name]()
    action()  # first with much stack left
    tried = 0

    def attempt() -> None:
        nonlocal tried
        tried += 1
        try:
            action()
        except (Exception, pytest.fail.Exception) as error:
            chain: BaseException | None = error
            while chain is not None and not is_about_the_stack(chain):
                chain = chain.__cause__ or chain.__context__
            if chain is None:
                raise

    def down() -> None:
        try:
            down()
        except RecursionError:
            pass
        if tried < CALLS:
            attempt()

    on_a_stack_of(STACKS[stack], down)
    assert tried == CALLS
    action()


def deep() -> int:
    """Calls itself as deep as possible."""

    def down(_: object = None) -> list[int]:
        return sorted([1], key=down)

    try:
        down()
    except RecursionError:
        return 1
    return 0


def numpy_deep() -> int:
    class Adder:
        def __add__(self, other: object) -> object:
            array = np.array([Adder()], object)
            return array + array

    try:
        Adder() + Adder()
    except RecursionError:
        return 1
    return 0


@pytest.mark.parametrize("recursion", [deep, numpy_deep])
@pytest.mark.parametrize("stack", STACKS)
def test_python_below_java_frames_ends_in_a_recursion_error(stack: str, recursion: Callable[[], int]) -> None:
    below = bb.jclass("org.bufferbridge.fixtures.classes.Depths").below

    def attack() -> None:
        assert below(0, recursion) == 1
        frames = 100
        while True:
            try:
                assert below(frames, recursion) == 1
            except bb.JavaError as error:
                assert "StackOverflowError" in str(error)
                break
            except RecursionError:
                pass  # the frames in between did not fit any more
            frames += max(100, frames // 16)
        assert below(0, recursion) == 1

    on_a_stack_of(STACKS[stack], attack)


@pytest.mark.parametrize("stack", STACKS)
def test_the_limit_is_put_back_when_java_returns(stack: str) -> None:
    """A thread can nest as many Python calls after a call below many Java frames as before it."""
    below = bb.jclass("org.bufferbridge.fixtures.classes.Depths").below

    def depth() -> int:
        count = 0

        def down(_: object = None) -> object:
            nonlocal count
            count += 1
            return max([1], key=down)

        try:
            down()
        except RecursionError:
            pass
        return count

    def compare() -> None:
        # This attaches the thread: CPython 3.14 then learns what the JVM leaves of its stack.
        assert below(1, lambda: 7) == 7
        before = depth()
        assert below(2000, lambda: 7) == 7
        assert depth() == before

    on_a_stack_of(STACKS[stack], compare)


def test_a_lease_is_made_writable_at_the_bottom() -> None:
    leasing = bb.jclass("org.bufferbridge.fixtures.leases.Leasing")
    numbers = np.zeros(2)
    tried = 0

    def down() -> None:
        nonlocal tried
        try:
            down()
        except RecursionError:
            pass
        if tried < CALLS:
            tried += 1
            try:
                leasing.fill(numbers, 1.0)
            except Exception as error:
                assert is_about_the_stack(error), error

    down()
    leasing.fill(numbers, 2.0)
    assert numbers.tolist() == [2.0, 2.0]


def test_the_limit_that_pythons_user_sets_is_kept() -> None:
    below = bb.jclass("org.bufferbridge.fixtures.classes.Depths").below
    limit = sys.getrecursionlimit()
    try:

        def change() -> int:
            sys.setrecursionlimit(limit + 100)
            return sys.getrecursionlimit()

        assert below(10, change) == limit + 100
        assert sys.getrecursionlimit() == limit + 100
    finally:
        sys.setrecursionlimit(limit)
