"""Memory that grows, held by each protocol: growth is refused meanwhile, and each new holder has the grown memory."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import threading
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import bufferbridge as bb
from support import c_api

ITEMS = 6


@pytest.fixture
def doubles(jvm: None) -> Iterator[Any]:
    made = bb.jclass("org.bufferbridge.fixtures.exporters.GuardedBytes").ofDoubles(ITEMS)
    yield made
    gc.collect()
    assert (made.guarded(), bb.exports(), bb.leases()) == (0, [], [])


def filled(doubles: Any, items: int) -> None:
    doubles.grow(8 * items)
    with memoryview(doubles) as view:
        view[:] = memoryview(np.full(items, float(items)))


@contextlib.contextmanager
def numpy_array(doubles: Any) -> Iterator[Any]:
    yield np.asarray(doubles)


@contextlib.contextmanager
def dlpack(doubles: Any) -> Iterator[Any]:
    yield np.from_dlpack(doubles)


@contextlib.contextmanager
def native_code(doubles: Any) -> Iterator[Any]:
    view = c_api.View()
    c_api.TABLE.acquire(doubles, c_api.WRITE, view)
    try:
        yield array_of(view)
    finally:
        c_api.TABLE.release(view)


@contextlib.contextmanager
def jni_code(doubles: Any) -> Iterator[Any]:
    view = c_api.View()
    assert c_api.TABLE.acquire_java(c_api.TABLE.jni_env(), c_api.reference(doubles), c_api.WRITE, view) == 0
    try:
        yield array_of(view)
    finally:
        c_api.TABLE.release(view)


def array_of(view: c_api.View) -> Any:
    return np.frombuffer((ctypes.c_double * view.shape[0]).from_address(view.address))


@contextlib.contextmanager
def view_in_java(doubles: Any) -> Iterator[Any]:
    with bb.retain(np.asarray(doubles)) as lease:
        yield np.asarray(lease.view())


WAYS: dict[str, Callable[[Any], Any]] = {
    "numpy.asarray": numpy_array,
    "DLPack": dlpack,
    "acquire()": native_code,
    "acquire_java()": jni_code,
    "a lease of an array": view_in_java,
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
def test_growth_is_refused_while_memory_is_held_and_the_next_holder_has_it(doubles: Any, way: Any) -> None:
    for items in (ITEMS, 100, 3000):
        filled(doubles, items)
        with way(doubles) as held:
            assert (len(held), held[0], held[-1]) == (items, items, items)
            with pytest.raises(BufferError, match="1 is out"):
                doubles.grow(1 << 16)
            held[0] = 0.5
            with memoryview(doubles) as view:
                assert view[0] == 0.5
            del held
        gc.collect()
        assert doubles.guarded() == 0


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
def test_holders_and_growth_at_once(doubles: Any, way: Any) -> None:
    """No holder ever sees memory of another size than the one whose items it reads."""
    failed: list[BaseException] = []
    seen: set[int] = set()
    ended = threading.Event()

    def hold() -> None:
        try:
            while not ended.is_set():
                with way(doubles) as held:
                    size = len(held)
                    assert (held == held[0]).all(), held
                    seen.add(size)
                    del held
        except BaseException as error:
            failed.append(error)

    holders = [threading.Thread(target=hold) for _ in range(3)]
    for holder in holders:
        holder.start()
    grown = 0
    for items in range(ITEMS, 200):
        try:
            doubles.grow(8 * items)
            grown += 1
        except BufferError:
            pass
    ended.set()
    for holder in holders:
        holder.join(60)
        assert not holder.is_alive()
    gc.collect()
    assert failed == []
    assert seen


def test_memory_stays_in_place_after_its_address_was_told_and_it_grew(doubles: Any) -> None:
    address, _ = doubles.__array_interface__["data"]
    told = np.frombuffer((ctypes.c_double * ITEMS).from_address(address))
    filled(doubles, 100)
    assert np.asarray(doubles).ctypes.data != address
    bb.jclass("java.lang.System").gc()
    assert told.tolist() == [0.0] * ITEMS
