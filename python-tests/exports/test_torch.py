"""Torch over Java memory. `make test-ecosystem` installs torch and runs this."""

from __future__ import annotations

import gc
from collections.abc import Callable

import numpy as np
import pytest

import bufferbridge as bb

torch = pytest.importorskip("torch", reason="torch is not installed; make test-ecosystem installs it")

SIZE = 1 << 26

# Both keep the address and the object, but no export.
WITHOUT_AN_EXPORT: dict[str, Callable[[bb.JavaBuffer], object]] = {
    "frombuffer": lambda buffer: torch.frombuffer(buffer, dtype=torch.uint8),
    "asarray": lambda buffer: torch.asarray(buffer),
}


def test_a_tensor_over_numpy_holds_the_export() -> None:
    buffer = bb.empty(SIZE)
    tensor = torch.from_numpy(np.asarray(buffer))
    with pytest.raises(BufferError, match="used by 1 array or memoryview"):
        buffer.release()
    tensor[5000] = 7
    assert memoryview(buffer)[5000] == 7
    del tensor
    gc.collect()
    buffer.release()


@pytest.mark.parametrize("way", WITHOUT_AN_EXPORT)
@pytest.mark.parametrize("size", [64, SIZE])
def test_a_tensor_that_keeps_an_address_reads_zeros_after_release(way: str, size: int) -> None:
    buffer = bb.empty(size)
    tensor = WITHOUT_AN_EXPORT[way](buffer)
    tensor[:] = 7  # type: ignore[index]
    assert buffer.export_count == 0
    buffer.release()
    assert int(tensor.sum()) == 0  # type: ignore[attr-defined]


@pytest.mark.parametrize("way", WITHOUT_AN_EXPORT)
def test_a_tensor_that_keeps_an_address_outlives_the_block_and_the_name(way: str) -> None:
    with bb.empty(SIZE) as buffer:
        tensor = WITHOUT_AN_EXPORT[way](buffer)
        tensor[:] = 7  # type: ignore[index]
    del buffer
    gc.collect()
    others = [bb.empty(SIZE) for _ in range(4)]
    for other in others:
        np.asarray(other)[:] = 9
    assert int(tensor.sum()) == 0  # type: ignore[attr-defined]
    tensor[5000] = 1  # type: ignore[index]
    assert all(np.asarray(other).min() == 9 for other in others)


@pytest.mark.parametrize("way", WITHOUT_AN_EXPORT)
def test_a_tensor_without_release_keeps_its_memory(way: str) -> None:
    tensor = WITHOUT_AN_EXPORT[way](bb.empty(SIZE))
    tensor[:] = 7  # type: ignore[index]
    gc.collect()
    bb.jclass("java.lang.System").gc()
    assert int(tensor.sum()) == 7 * SIZE  # type: ignore[attr-defined]


def test_a_tensor_over_numpy_refuses_what_would_move_the_memory() -> None:
    """The way that the documents show, over an exporter that grows: the change is refused, as for numpy."""
    guarded = bb.jclass("org.bufferbridge.examples.GrowingBuffer")()
    guarded.append(bb.array(np.arange(2.0)))
    tensor = torch.from_numpy(np.asarray(guarded))
    with pytest.raises(BufferError, match="existing exports"):
        guarded.append(bb.array(np.arange(2.0)))
    del tensor
    gc.collect()
    guarded.append(bb.array(np.arange(2.0)))
