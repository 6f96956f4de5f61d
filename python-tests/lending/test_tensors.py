"""Tensors of torch and arrays of JAX, both ways. `make test-ecosystem` installs them and runs this."""

from __future__ import annotations

import gc
import threading
from typing import Any

import numpy as np
import pytest

import bufferbridge as bb

torch = pytest.importorskip("torch", reason="torch is not installed; make test-ecosystem installs it")

DTYPES = [
    "bool", "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "float16", "float32", "float64",
    "complex64", "complex128",
]  # fmt: skip


@pytest.fixture(scope="module")
def leasing(jvm: None) -> bb.JavaClass:
    return bb.jclass("org.bufferbridge.fixtures.leases.Leasing")


def test_a_tensor_over_java_memory_cannot_dangle(jvm: None) -> None:
    buffer = bb.empty((3, 4), "d")
    tensor = torch.from_dlpack(buffer)
    assert tensor.data_ptr() == np.asarray(buffer).ctypes.data
    tensor[1, 2] = 7
    assert np.asarray(buffer)[1, 2] == 7
    with pytest.raises(BufferError, match="used by 1"):
        buffer.release()
    part = tensor[1]
    del tensor
    gc.collect()
    with pytest.raises(BufferError, match="used by 1"):
        buffer.release()
    del part
    gc.collect()
    buffer.release()


def test_with_says_that_a_tensor_lives(jvm: None) -> None:
    with pytest.raises(BufferError, match="used by 1"), bb.empty(8) as buffer:
        tensor = torch.from_dlpack(buffer)
    del tensor
    gc.collect()


def test_a_tensor_that_dies_on_another_thread_lets_go(jvm: None) -> None:
    buffer = bb.empty(8)
    box = [torch.from_dlpack(buffer)]
    thread = threading.Thread(target=box.clear)
    thread.start()
    thread.join()
    assert buffer.export_count == 0


@pytest.mark.parametrize("dtype", DTYPES)
def test_java_has_the_tensors_memory(leasing: bb.JavaClass, dtype: str) -> None:
    tensor = torch.arange(12).reshape(3, 4).to(getattr(torch, dtype))
    for source in tensor, tensor[::2], tensor.T, tensor[0], tensor[1, 1], tensor[:0]:
        array = source.numpy()
        assert leasing.describe(source) == leasing.describe(array)
        if source.numel():
            assert leasing.address(source) == source.data_ptr()


def test_what_java_writes_is_in_the_tensor(leasing: bb.JavaClass) -> None:
    tensor = torch.zeros(3)
    leasing.fill(tensor, 2.0)
    assert tensor.tolist() == [2, 2, 2]


REFUSED = [
    (lambda: torch.zeros(3, requires_grad=True), r"requires a gradient; x.detach\(\)"),
    (lambda: torch.nn.Parameter(torch.zeros(3)), r"requires a gradient; x.detach\(\)"),
    (lambda: torch.zeros(3, dtype=torch.complex64).conj(), r"x.resolve_neg\(\).resolve_conj\(\)"),
    (lambda: torch.zeros(3, dtype=torch.complex64).conj().imag, r"x.resolve_neg\(\).resolve_conj\(\)"),
    (lambda: torch.zeros(3).to_sparse(), r"layout is torch.sparse_coo; x.to_dense\(\)"),
    (lambda: torch.zeros(3, device="meta"), r"on the device meta; x.cpu\(\)"),
    (lambda: torch.zeros(3, dtype=torch.bfloat16), r"bfloat16 \(DLPack's type 4\) have no buffer format"),
    (lambda: torch.zeros(3, dtype=torch.float8_e4m3fn), "have no buffer format"),
    (lambda: torch.zeros(3, dtype=torch.complex32), "complex32"),
]


@pytest.mark.filterwarnings("ignore:ComplexHalf")
@pytest.mark.parametrize(("make", "reason"), REFUSED, ids=[reason for _, reason in REFUSED])
def test_a_tensor_that_cannot_be_shared_is_refused(leasing: bb.JavaClass, make: Any, reason: str) -> None:
    tensor = make()
    with pytest.raises(BufferError, match=reason):
        leasing.sum(tensor)
    with pytest.raises(BufferError, match=reason):
        bb.retain(tensor)
    assert bb.jclass("java.util.Objects").requireNonNull(tensor) is tensor
    assert bb.leases() == []


def test_the_memory_stays_when_the_tensor_exchanges_or_enlarges_it(leasing: bb.JavaClass) -> None:
    size = 1 << 20
    tensor = torch.ones(size)
    with bb.retain(tensor) as lease:
        with pytest.raises(RuntimeError, match="not resizable"):
            tensor.resize_(2 * size)
        tensor.set_(torch.zeros(3))
        others = [torch.full((size,), 9.0) for _ in range(4)]
        assert lease.view().getDouble(size - 1) == 1
        assert len(others) == 4
    other = torch.ones(size)
    with bb.retain(other) as lease:
        other.data = torch.zeros(3)
        gc.collect()
        assert lease.view().getDouble(0) == 1


def test_a_tensor_and_an_array_go_through_the_same_overloads(leasing: bb.JavaClass) -> None:
    assert leasing.chosen(torch.zeros(3, dtype=torch.float64)) == leasing.chosen(np.zeros(3))


def test_jax_arrays_are_leased_and_made_without_a_copy(leasing: bb.JavaClass) -> None:
    jax = pytest.importorskip("jax", reason="JAX is not installed; make test-ecosystem installs it")
    array = jax.numpy.arange(4.0, dtype="float32")
    assert leasing.describe(array) == "f [4] [4] read-only"
    assert leasing.sum(array) == 6
    with pytest.raises(BufferError, match="read-only|writable"):
        leasing.fill(array, 1.0)
    buffer = bb.empty(4, "f")
    shared = jax.dlpack.from_dlpack(buffer)
    if shared.unsafe_buffer_pointer() == np.asarray(buffer).ctypes.data:
        assert buffer.export_count == 1
    del shared
    gc.collect()
    assert buffer.export_count == 0


def test_a_transformed_tensor_is_refused_with_its_reason(leasing: bb.JavaClass) -> None:
    def summed(batched: Any) -> Any:
        with pytest.raises(BufferError, match="no memory: torch transforms what works on it, as torch.vmap does"):
            leasing.sum(batched)
        return batched

    torch.vmap(summed)(torch.ones(2, 3))
