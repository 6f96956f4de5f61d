"""Every request, answered as CPython answers it.

The oracle is memoryview over `_testbuffer.ndarray`, CPython's own complete exporter: it is given the
same bytes and the same geometry, and every field of every answer must be equal.
"""

from __future__ import annotations

import random
import struct
from dataclasses import dataclass

import bufferbridge as bb
import pytest
from raw_requests import ALL_REQUESTS, ask

_testbuffer = pytest.importorskip("_testbuffer", reason="this CPython was built without _testbuffer")

FORMATS = ["?", "b", "B", "h", "H", "i", "I", "l", "L", "q", "Q", "n", "N", "f", "d", "e", "c"]
STRUCTURES = 400


@dataclass(frozen=True)
class Structure:
    memory_byte_size: int
    format: str
    shape: list[int]
    strides: list[int]
    byte_offset: int
    readonly: bool


def random_structure(rng: random.Random) -> Structure:
    """Any geometry that stays inside its memory: gaps, reversed and transposed dimensions, empty ones."""
    format_ = rng.choice(FORMATS)
    itemsize = struct.calcsize(format_)
    ndim = rng.choice([0, 1, 1, 2, 2, 3, 4])
    shape = [rng.choice([0, 1, 2, 3, 4, 5]) if rng.random() < 0.15 else rng.randint(1, 5) for _ in range(ndim)]
    strides = [0] * ndim
    step = itemsize
    order = list(range(ndim))
    if rng.random() < 0.4:
        rng.shuffle(order)
    for dimension in reversed(order):
        gap = rng.choice([1, 1, 1, 2, 3])
        strides[dimension] = step * gap
        step *= gap * max(shape[dimension], 1)
    for dimension in range(ndim):
        if rng.random() < 0.25:
            strides[dimension] = -strides[dimension]
    empty = 0 in shape
    low = 0 if empty else sum(s * (n - 1) for s, n in zip(strides, shape) if s < 0)
    high = 0 if empty else sum(s * (n - 1) for s, n in zip(strides, shape) if s > 0)
    # The oracle takes no offset without dimensions.
    byte_offset = -low + (itemsize * rng.randint(0, 2) if ndim else 0)
    memory_byte_size = byte_offset + high + itemsize * rng.randint(1, 3)
    return Structure(memory_byte_size, format_, shape, strides, byte_offset, rng.random() < 0.3)


def c_contiguous_strides(shape: list[int], itemsize: int) -> list[int]:
    strides, step = [0] * len(shape), itemsize
    for dimension in reversed(range(len(shape))):
        strides[dimension] = step
        step *= shape[dimension]
    return strides


def oracle_for(structure: Structure) -> memoryview:
    """The same geometry in CPython. Its items are all zero: fields are compared here, not bytes."""
    item: object = bytes(1) if structure.format == "c" else 0
    itemsize = struct.calcsize(structure.format)
    strides = structure.strides
    if 0 in structure.shape:  # the strides of empty exports are normalised
        strides = c_contiguous_strides(structure.shape, itemsize)
    base = _testbuffer.ndarray(
        [item] * (structure.memory_byte_size // itemsize) if structure.shape else item,
        shape=structure.shape,
        strides=strides,
        offset=structure.byte_offset,
        format=structure.format,
        flags=0 if structure.readonly else _testbuffer.ND_WRITABLE,
    )
    return memoryview(base)


def differences(structure: Structure, exporter: bb.JavaBuffer, address: int) -> list[str]:
    oracle = oracle_for(structure)
    origin = ask(oracle, ALL_REQUESTS["INDIRECT|FORMAT"]).buf
    found = []
    for name, flags in ALL_REQUESTS.items():
        expected, actual = ask(oracle, flags), ask(exporter, flags)
        if expected == "refused" or actual == "refused":
            if expected != actual:
                found.append(f"{name}: expected {expected}, actual {actual}")
            continue
        for field in ("len", "itemsize", "readonly", "ndim", "format", "shape", "strides", "suboffsets"):
            if getattr(expected, field) != getattr(actual, field):
                found.append(
                    f"{name}: {field} expected {getattr(expected, field)}, actual {getattr(actual, field)}"
                )
        if actual.obj != id(exporter):
            found.append(f"{name}: obj is not the exporter")
        if expected.buf - origin != actual.buf - (address + structure.byte_offset):
            found.append(f"{name}: buf is not the first item")
    return found


@pytest.mark.parametrize("seed", range(8), ids=lambda seed: f"seed-{seed}")
def test_every_field_of_every_request_equals_the_oracle(recording: bb.JavaClass, seed: int) -> None:
    rng = random.Random(seed)
    for _ in range(STRUCTURES // 8):
        structure = random_structure(rng)
        exporter = recording(
            structure.memory_byte_size,
            structure.format,
            structure.shape,
            structure.strides,
            structure.byte_offset,
            structure.readonly,
        )
        found = differences(structure, exporter, exporter.address())
        assert found == [], f"{structure}:\n" + "\n".join(found)
        # Each request was one acquisition, granted or refused, and came back with its own view.
        assert exporter.acquired() == exporter.released() == len(ALL_REQUESTS)
        assert exporter.strangers() == 0


@pytest.mark.parametrize("request_name", ALL_REQUESTS)
def test_supports_agrees_with_the_outcome(recording: bb.JavaClass, request_name: str) -> None:
    flags = ALL_REQUESTS[request_name]
    for exporter in (
        recording.ofDoubles(3, 4),
        recording(96, "d", [3, 4], [8, 24], 0, True),
        recording(96, "d", [6], [16], 0, False),
    ):
        assert exporter.supports(flags) == (ask(exporter, flags) != "refused")


def test_the_exporter_sees_the_flags_of_the_request(recording: bb.JavaClass) -> None:
    exporter = recording.ofBytes(8)
    for flags in ALL_REQUESTS.values():
        ask(exporter, flags)
        assert exporter.lastRequest() == flags


def test_readonly_is_the_exporters_truth_for_every_consumer(recording: bb.JavaClass) -> None:
    for readonly in (False, True):
        exporter = recording(8, "B", [8], [1], 0, readonly)
        for flags in ALL_REQUESTS.values():
            answer = ask(exporter, flags)
            assert answer == "refused" or answer.readonly == readonly


def test_sixty_four_dimensions_are_exported(recording: bb.JavaClass) -> None:
    shape = [1] * 62 + [2, 3]
    exporter = recording(6, "B", shape, [6] * 62 + [3, 1], 0, False)
    view = memoryview(exporter)
    assert view.shape == tuple(shape)
    assert view.tobytes() == bytes(range(6))
    view.release()


def test_no_bytes_have_an_address_all_the_same(odd: bb.JavaClass) -> None:
    exporter = odd.empty()
    for flags in ALL_REQUESTS.values():
        answer = ask(exporter, flags)
        assert answer == "refused" or (answer.buf != 0 and answer.len == 0)
