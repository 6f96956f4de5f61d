"""Consumers read the same values as an oracle over the same bytes. Each language sees the writes of the other.

memoryview and `_testbuffer.ndarray` are the oracles for formats of the struct module. numpy is the oracle for all
formats that it can read: structures, complex numbers, halves, other byte orders, sub-arrays.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from types import ModuleType

import numpy as np
import pytest

import bufferbridge as bb
from support.raw_requests import FULL_RO
from support.structured_memory import KINDS, exported, formats_of, obstacle_of
from support.structures import (
    DTYPES,
    Oracle,
    Structure,
    c_contiguous_strides,
    ndarray_oracle,
    numpy_dtype,
    random_structure,
    report,
    seeds,
    text_of,
)

STRUCTURES_OF_A_KIND = 150
DTYPE_OF_TEXT = {text_of(dtype): dtype for dtype in DTYPES}


@pytest.fixture(scope="module")
def testbuffer() -> ModuleType:
    return pytest.importorskip("_testbuffer", reason="this CPython was built without _testbuffer")


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    if obstacle := obstacle_of(request.param):
        pytest.skip(obstacle)
    return str(request.param)


def outcome(action: Callable[[], object]) -> str:
    """The value as text, in which NaN equals NaN, or the exception that was raised."""
    try:
        return repr(action())
    except (NotImplementedError, BufferError, ValueError) as refusal:
        return type(refusal).__name__


def test_values_equal_the_oracles(kind: str, testbuffer: ModuleType) -> None:
    for seed in seeds(f"{kind}-values", STRUCTURES_OF_A_KIND):
        structure = random_structure(seed, formats_of(kind))
        with exported(kind, structure) as memory:
            buffer = memory.buffer
            oracle = Oracle(structure, buffer.format)
            readings: dict[str, Callable[[object], object]] = {
                "tolist": lambda x: memoryview(x).tolist(),
                **{f"tobytes {order}": lambda x, order=order: memoryview(x).tobytes(order=order) for order in "CFA"},
                **{
                    f"py_buffer_to_contiguous {order}": lambda x, order=order: testbuffer.py_buffer_to_contiguous(
                        x, order, FULL_RO
                    )
                    for order in "CFA"
                },
                **{
                    f"is_contiguous {order}": lambda x, order=order: testbuffer.is_contiguous(x, order)
                    for order in "CFA"
                },
            }
            found = []
            for name, read in readings.items():
                expected, actual = outcome(lambda: read(oracle.view)), outcome(lambda: read(buffer))
                if actual != expected:
                    found.append(f"{name}: expected {expected}, actual {actual}")
            ndarray = ndarray_oracle(testbuffer, structure, structure.format)
            if ndarray is not None:
                expected = outcome(ndarray.tolist)
                actual = outcome(lambda: testbuffer.ndarray(buffer, getbuf=FULL_RO).tolist())
                if actual != expected:
                    found.append(f"items: expected {expected}, actual {actual}")
            if memory.memory != structure.memory[: structure.memory_byte_size]:
                found.append("reading changed the memory")
            assert found == [], report(structure, found)


def numpy_oracle(structure: Structure, memory: bytearray) -> np.ndarray | None:
    """The same structure over other memory; None if numpy does not read the format."""
    dtype = DTYPE_OF_TEXT.get(structure.format) or numpy_dtype(structure.format, structure.itemsize)
    if dtype is None or "0q" in structure.format:  # numpy takes "0q" as a field without items
        return None
    strides = structure.strides
    if structure.is_empty:
        strides = c_contiguous_strides(structure.shape, structure.itemsize)
    if dtype.subdtype is not None:  # numpy appends the dimensions of sub-arrays to the array's own
        dtype, inner = dtype.subdtype
        if len(structure.shape) + len(inner) > 64:
            return None
        return np.ndarray(
            structure.shape + inner,
            dtype,
            memory,
            structure.byte_offset,
            strides + c_contiguous_strides(inner, dtype.itemsize),
        )
    return np.ndarray(structure.shape, dtype, memory, structure.byte_offset, strides)


def values(array: np.ndarray) -> str:
    """All items as text, in which NaN equals NaN, without the padding of structures."""
    return repr(array.tolist())


def overlaps_itself(structure: Structure) -> bool:
    return any(stride == 0 and n > 1 for stride, n in zip(structure.strides, structure.shape))


def test_numpy_sees_what_it_would_see_in_its_own_memory(kind: str) -> None:
    taken = 0
    for seed in seeds(f"{kind}-numpy", STRUCTURES_OF_A_KIND):
        structure = random_structure(seed, [family for family in formats_of(kind)[::-1] if family != "strings"])
        memory = bytearray(structure.memory[: structure.memory_byte_size])
        expected = numpy_oracle(structure, memory)
        if expected is None:
            continue
        taken += 1
        with exported(kind, structure) as java:
            array = np.asarray(java.buffer)
            found = []
            for name in ("dtype", "shape", "strides"):
                if getattr(array, name) != getattr(expected, name):
                    found.append(f"{name} expected {getattr(expected, name)}, actual {getattr(array, name)}")
            if array.flags.writeable == structure.readonly:
                found.append(f"writeable is {array.flags.writeable}")
            if values(array) != values(expected):
                found.append(f"items expected {values(expected)}, actual {values(array)}")
            assert found == [], report(structure, found)
            if not structure.readonly and not overlaps_itself(structure):
                check_writes(structure, memory, expected, array, java.java)
            del array
    assert taken > 0 or not list(seeds(f"{kind}-numpy", 1))


def around(structure: Structure, memory: bytes) -> bytearray:
    """The memory with zeros in the place of its items."""
    blank = bytearray(memory)
    item = f"V{structure.itemsize}"
    np.ndarray(structure.shape, item, blank, structure.byte_offset, structure.strides)[...] = np.zeros((), item)
    return blank


def check_writes(
    structure: Structure, memory: bytearray, expected: np.ndarray, array: np.ndarray, java: bb.JavaObject
) -> None:
    """Writes the same into both. Afterwards the items are equal without their padding, and so are the bytes between."""
    rng = random.Random(structure.seed)
    written = bytes(byte & structure.mask for byte in rng.randbytes(expected.nbytes))
    new = np.frombuffer(written, expected.dtype) if written else np.empty(0, expected.dtype)
    expected[...] = new.reshape(expected.shape)
    array[...] = new.reshape(expected.shape)
    seen = bytes.fromhex(java.hexadecimal())
    java_items = np.ndarray(expected.shape, expected.dtype, seen, structure.byte_offset, expected.strides)
    assert values(java_items) == values(expected), report(structure, ["a write of numpy's is not seen by Java"])
    assert around(structure, seen) == around(structure, memory), report(structure, ["more than the items is written"])
    java.flip(structure.mask)
    memory[:] = bytes(byte ^ structure.mask for byte in memory)
    assert values(array) == values(expected), report(structure, ["numpy does not see a write of Java"])
