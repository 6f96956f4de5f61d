"""A lease costs the same for every size: the library neither copies nor reads the memory."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import numpy as np
import pytest

import bufferbridge as bb

FEW, MANY = 10, 100_000_000
ROUNDS, CALLS = 41, 200
MOST = 1.5


def seconds(call: Callable[[object], object], array: np.ndarray) -> float:
    start = time.thread_time()
    for _ in range(CALLS):
        call(array)
    return time.thread_time() - start


WAYS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "contiguous": lambda array: array,
    "strided": lambda array: array[::2],
    "two-dimensional": lambda array: array.reshape(2, -1).T,
}


@pytest.mark.parametrize("method", ["nothing", "arrivesReadOnly"])
@pytest.mark.parametrize("way", WAYS)
def test_the_time_of_a_lease_does_not_depend_on_the_size(leasing: bb.JavaClass, way: str, method: str) -> None:
    """Compares medians of rounds that take turns, in processor time, so other load meets both."""
    call = getattr(leasing, method)
    few, many = (WAYS[way](np.empty(count, np.int8)) for count in (FEW, MANY))
    for _ in range(5):
        seconds(call, few), seconds(call, many)
    times = [(seconds(call, few), seconds(call, many)) for _ in range(ROUNDS)]
    of_few, of_many = (statistics.median(column) for column in zip(*times))
    assert of_many < MOST * of_few, f"{of_many} s of {MANY} items; {of_few} s of {FEW}"
