"""multiprocessing beside a JVM: spawn and forkserver, with Java memory going in and coming out."""

from __future__ import annotations

import multiprocessing
import os
import pickle
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor

import numpy as np
import pytest

import bufferbridge as bb
from life import child_processes


@pytest.fixture(scope="module", params=["spawn", "forkserver"])
def pool(jvm: None, request: pytest.FixtureRequest) -> Iterator[ProcessPoolExecutor]:
    with ProcessPoolExecutor(1, multiprocessing.get_context(request.param)) as executor:
        yield executor


def java_array() -> np.ndarray:
    array = np.asarray(bb.empty((2, 3), "d"))
    array[:] = [[0, 1, 2], [3, 4, 5]]
    return array


def test_arrays_over_java_memory_go_in(pool: ProcessPoolExecutor) -> None:
    array = java_array()
    np.testing.assert_array_equal(pool.submit(child_processes.scaled, array, 3.0).result(60), array * 3)


def test_java_buffers_go_in_and_come_back(pool: ProcessPoolExecutor) -> None:
    array = java_array()
    returned = pool.submit(child_processes.doubled, array.base.obj).result(60)
    np.testing.assert_array_equal(np.asarray(returned), array * 2)
    assert returned.format == "d"


@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_a_child_has_a_jvm_of_its_own(jvm: None, method: str) -> None:
    with ProcessPoolExecutor(1, multiprocessing.get_context(method)) as executor:
        returned = executor.submit(child_processes.squares, 10).result(60)
        assert np.asarray(returned).tolist() == [float(i * i) for i in range(10)]
        assert executor.submit(child_processes.process_id).result(60) != os.getpid()
        with pytest.raises(bb.JavaValueError, match="three") as caught:
            executor.submit(child_processes.parse, "three").result(60)
        assert caught.value.java_class == "java.lang.NumberFormatException"


def test_java_objects_are_not_sent(pool: ProcessPoolExecutor) -> None:
    with pytest.raises(TypeError, match="cannot pickle java.util.ArrayList"):
        pool.submit(child_processes.scaled, bb.jclass("java.util.ArrayList")(), 1.0).result(60)


def test_shared_memory_takes_what_goes_out_of_band(pool: ProcessPoolExecutor) -> None:
    from multiprocessing.shared_memory import SharedMemory

    array = java_array()
    parts: list[pickle.PickleBuffer] = []
    stream = pickle.dumps(array.base.obj, 5, buffer_callback=parts.append)
    shared = SharedMemory(create=True, size=parts[0].raw().nbytes)
    try:
        shared.buf[: parts[0].raw().nbytes] = parts[0].raw()
        with shared.buf[: parts[0].raw().nbytes] as received:
            unpickled = pickle.loads(stream, buffers=[received])
            np.testing.assert_array_equal(np.asarray(unpickled), array)
            del unpickled
    finally:
        parts.clear()
        shared.close()
        shared.unlink()
