"""The functions of test_processes.py's child processes: at the top of a module, so that they can be pickled."""

from __future__ import annotations

import os

import numpy as np

import bufferbridge as bb
from support.places import TEST_CLASSES


def scaled(array: np.ndarray, factor: float) -> np.ndarray:
    """Needs no JVM."""
    assert not bb.is_running()
    return array * factor


def doubled(buffer: bb.UnpickledBuffer) -> bb.UnpickledBuffer:
    """Works in place, in the unpickled memory."""
    assert not bb.is_running()
    np.asarray(buffer)[:] *= 2
    return buffer


def squares(count: int) -> bb.JavaBuffer:
    """Uses the child's own JVM; the result is pickled."""
    bb.start(classpath=[TEST_CLASSES])
    buffer = bb.empty(count, "d")
    np.asarray(buffer)[:] = np.arange(count) ** 2
    assert bb.jclass("org.bufferbridge.fixtures.leases.Leasing").sum(np.asarray(buffer)) == sum(
        i * i for i in range(count)
    )
    return buffer


def parse(text: str) -> int:
    """Raises a JavaError for a text that is not a number."""
    bb.start(classpath=[TEST_CLASSES])
    return bb.jclass("java.lang.Integer").parseInt(text)


def process_id() -> int:
    return os.getpid()
