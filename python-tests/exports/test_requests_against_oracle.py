"""Every request has the same answer as CPython's, for every kind of memory.

The oracles are memoryview and `_testbuffer.ndarray`, CPython's own complete exporters. They get the same bytes and the
same geometry, and every field of every answer must be equal. BUFFERBRIDGE_ORACLE_STRUCTURES sets how many structures of
each kind are drawn.
"""

from __future__ import annotations

import random
import struct
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import bufferbridge as bb
from support.raw_requests import ALL_REQUESTS, FULL_RO, Answer, ask
from support.structured_memory import EXPORTERS, KINDS, exported, formats_of, obstacle_of
from support.structures import (
    Oracle,
    Structure,
    c_contiguous_strides,
    expected_text,
    means_the_same,
    ndarray_oracle,
    random_structure,
    report,
    seeds,
)

FIELDS = ("len", "itemsize", "readonly", "ndim", "format", "shape", "strides", "suboffsets")
STRUCTURES_OF_A_KIND = 400
PYBUF_READ = 0x100


@pytest.fixture(scope="module")
def testbuffer() -> ModuleType:
    return pytest.importorskip("_testbuffer", reason="this CPython was built without _testbuffer")


def differences(name: str, expected: Answer | str, actual: Answer | str) -> list[str]:
    """The fields in which two answers to a request differ. Each exporter has its own `buf` and `obj`."""
    if isinstance(expected, str) or isinstance(actual, str):
        outcomes = [answer if isinstance(answer, str) else "granted" for answer in (expected, actual)]
        return [] if outcomes[0] == outcomes[1] else [f"{name}: expected {outcomes[0]}, actual {outcomes[1]}"]
    return [
        f"{name}: {field} expected {getattr(expected, field)}, actual {getattr(actual, field)}"
        for field in FIELDS
        if getattr(expected, field) != getattr(actual, field)
    ]


def differences_in_all_requests(
    structure: Structure, exporter: bb.JavaBuffer, address: int, testbuffer: Any = None
) -> list[str]:
    full = ask(exporter, FULL_RO)
    if isinstance(full, str):
        return ["FULL_RO is refused"]
    text = (full.format or b"").decode()
    found = []
    if not means_the_same(text, structure.format, structure.itemsize):
        found.append(f"format {text!r} does not mean {structure.format!r}")
    oracle = Oracle(structure, text)
    ndarray = None if testbuffer is None else ndarray_oracle(testbuffer, structure, text)
    first_item = address + structure.byte_offset if address else full.buf
    for name, flags in ALL_REQUESTS.items():
        actual = ask(exporter, flags)
        expected = ask(oracle.view, flags)
        found += differences(name, expected, actual)
        if ndarray is not None:
            found += differences(f"{name}, of ndarray", ask(ndarray, flags), actual)
        if isinstance(actual, Answer):
            if actual.obj != id(exporter):
                found.append(f"{name}: obj is not the exporter")
            if actual.buf != first_item:
                found.append(f"{name}: buf is not the first item")
        if exporter.export_count != 0:
            found.append(f"{name}: {exporter.export_count} exports are out after it")
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_of_every_request_equals_the_oracles(kind: str, testbuffer: ModuleType) -> None:
    if obstacle := obstacle_of(kind):
        pytest.skip(obstacle)
    for seed in seeds(kind, STRUCTURES_OF_A_KIND):
        structure = random_structure(seed, formats_of(kind))
        with exported(kind, structure) as memory:
            found = differences_in_all_requests(structure, memory.buffer, memory.address, testbuffer)
            assert found == [], report(structure, found)
            if kind in EXPORTERS:
                # Each request, granted or refused, was one acquisition. Its own view came back.
                assert memory.buffer.acquired() == memory.buffer.released() == len(ALL_REQUESTS) + 1
                assert memory.buffer.strangers() == 0


@pytest.mark.parametrize("kind", ["blocking-exporter", "automatic", "empty"])
def test_a_single_code_is_exported_natively_where_that_says_the_same(kind: str) -> None:
    for seed in seeds(f"{kind}-codes", 250):
        structure = random_structure(seed, ["marked", "native"])
        with exported(kind, structure) as memory:
            measures = [structure.byte_offset]
            measures += [stride for stride, n in zip(structure.strides, structure.shape) if n > 1]
            alignment = struct.calcsize(structure.format)
            aligned = structure.is_empty or all(measure % alignment == 0 for measure in measures)
            text = memory.buffer.format
            assert text == expected_text(structure.format, aligned), report(structure, [text])


@pytest.mark.parametrize("kind", ["blocking-exporter", "shared"])
def test_every_pattern_of_flags_equals_the_oracle(kind: str) -> None:
    """This includes patterns for which CPython has no name, such as half of PyBUF_C_CONTIGUOUS."""
    for seed in seeds(f"{kind}-flags", 12):
        structure = random_structure(seed)
        with exported(kind, structure) as memory:
            oracle = Oracle(structure, memory.buffer.format)
            found = []
            for flags in range(0x200):
                if flags == PYBUF_READ:
                    continue  # CPython takes this as a flag of another function
                found += differences(hex(flags), ask(oracle.view, flags), ask(memory.buffer, flags))
            assert found == [], report(structure, found)


@pytest.mark.parametrize("shape", [(2**33,), (2**20, 2**20), (2**62,), (3, 2**31, 1)], ids=str)
@pytest.mark.parametrize("kind", ["blocking-exporter", "automatic", "library-exporter"])
def test_sizes_beyond_32_bits_equal_the_oracle(kind: str, shape: tuple[int, ...]) -> None:
    """One item represents all: every stride is 0."""
    structure = Structure("", "B", 1, shape, (0,) * len(shape), 0, 1, False)
    with exported(kind, structure) as memory:
        found = differences_in_all_requests(structure, memory.buffer, memory.address)
        assert found == [], report(structure, found)


# -------------------------------------------------------------- memory that brings its geometry


BUFFER_TYPES = {"byte": "b", "short": "h", "char": "H", "int": "i", "long": "q", "float": "f", "double": "d"}


@pytest.mark.parametrize("where", ["direct", "heap"])
def test_typed_nio_buffers_answer_as_the_oracles(where: str, testbuffer: ModuleType) -> None:
    if where == "heap" and (obstacle := obstacle_of("heap-segment")):
        pytest.skip(obstacle)
    for seed in seeds(f"{where}-buffers", 120):
        rng = random.Random(seed)
        type_, big_endian = rng.choice(list(BUFFER_TYPES)), rng.random() < 0.5
        shift, position, count, readonly = rng.randrange(3), rng.randrange(3), rng.randrange(6), rng.random() < 0.3
        java = bb.jclass("org.bufferbridge.fixtures.memory.StructuredMemory").ofBuffer(
            where == "direct", type_, big_endian, shift, position, count, readonly
        )
        code = BUFFER_TYPES[type_]
        itemsize = struct.calcsize(code)
        byte_offset = shift + position * itemsize
        structure = Structure(
            seed,
            f"{'>' if big_endian else '<'}{code}",
            itemsize,
            (count,),
            (itemsize,),
            byte_offset,
            shift + 8 * (position + count + 1),
            readonly,
        )
        found = differences_in_all_requests(structure, java.source(), java.address(), testbuffer)
        # The array under a heap buffer is a byte array, which the collector may place at any address.
        aligned = count == 0 or byte_offset % itemsize == 0 if where == "direct" else itemsize == 1 or count == 0
        text = java.source().format
        if text != expected_text(structure.format, aligned):
            found.append(f"format {text!r}, expected {expected_text(structure.format, aligned)!r}")
        assert found == [], report(structure, found)


@pytest.mark.parametrize("type_", ["boolean", *BUFFER_TYPES])
def test_arrays_answer_as_the_oracles(type_: str, testbuffer: ModuleType) -> None:
    if obstacle := obstacle_of("heap-segment"):
        pytest.skip(obstacle)
    code = BUFFER_TYPES.get(type_, "?")
    itemsize = struct.calcsize(code)
    for count in (0, 1, 7):
        array = bb.jclass("org.bufferbridge.fixtures.memory.Memories").array(type_, count)
        structure = Structure("", code, itemsize, (count,), (itemsize,), 0, itemsize * (count + 1), False)
        assert differences_in_all_requests(structure, array, 0, testbuffer) == []


def test_new_memory_answers_as_the_oracles(testbuffer: ModuleType) -> None:
    for seed in seeds("new", 120):
        drawn = random_structure(seed)
        strides = c_contiguous_strides(drawn.shape, drawn.itemsize)
        size = int(np.prod(drawn.shape)) * drawn.itemsize
        structure = Structure(seed, drawn.format, drawn.itemsize, drawn.shape, strides, 0, size + drawn.itemsize, False)
        found = differences_in_all_requests(structure, bb.empty(drawn.shape, drawn.format), 0, testbuffer)
        assert found == [], report(structure, found)


# ------------------------------------------------------------------------------- derived views


def derived(rng: random.Random, view: bb.JavaBuffer, array: np.ndarray) -> tuple[bb.JavaBuffer, np.ndarray, str]:
    """The next derived view, in both libraries."""
    step = rng.choice(["slice", "slice", "transpose", "reshape", "at"])
    if step == "transpose" or array.ndim == 0:
        order = list(range(array.ndim))
        rng.shuffle(order)
        return view.transpose(*order) if order else view.transpose(), array.transpose(order), f"transpose {order}"
    if step == "reshape":
        shape = [array.size] if rng.random() < 0.5 else [1, *reversed(array.shape), 1]
        shaped = array.reshape(shape)
        if array.size == 0 or np.shares_memory(shaped, array):
            return view.reshape(*shape), shaped, f"reshape {shape}"
        with pytest.raises(BufferError, match="copy"):
            view.reshape(*shape)
        return view, array, f"no reshape {shape}"
    dimension = rng.randrange(array.ndim)
    length = array.shape[dimension]
    before = (slice(None),) * dimension
    if step == "at" and length:
        index = rng.randrange(length)
        return view.at(dimension, index), array[(*before, index, ...)], f"at {dimension}, {index}"
    start, stop, by = rng.randint(0, length), rng.randint(0, length), rng.randint(1, 3)
    start, stop = min(start, stop), max(start, stop)
    if rng.random() < 0.5 and start < stop:
        # From the last index down; in Java, -1 as the end includes index 0.
        picked = array[(*before, slice(stop - 1, start - 1 if start else None, -by))]
        return view.slice(dimension, stop - 1, start - 1, -by), picked, f"slice {dimension}: down"
    picked = array[(*before, slice(start, stop, by))]
    return view.slice(dimension, start, stop, by), picked, f"slice {dimension}: {start}, {stop}, {by}"


def test_derived_views_answer_as_the_oracles(testbuffer: ModuleType) -> None:
    """numpy computes the geometry; the oracles give the answers, as in the other tests."""
    for seed in seeds("derived", 250):
        rng = random.Random(seed)
        code = rng.choice("bhiqfdHc")
        shape = tuple(rng.randint(1, 5) for _ in range(rng.randint(1, 4)))
        root = bb.empty(shape, code)
        view, array = root, np.zeros(shape, root.format.replace("c", "S1"))
        first = array.__array_interface__["data"][0]
        steps = []
        for _ in range(rng.randint(1, 4)):
            view, array, step = derived(rng, view, array)
            steps.append(step)
        itemsize = array.itemsize
        offset = 0 if array.size == 0 else array.__array_interface__["data"][0] - first
        actual = ask(view, FULL_RO)
        assert isinstance(actual, Answer)
        strides = actual.strides or ()
        structure = Structure(seed, code, itemsize, array.shape, strides, offset, root.nbytes, False)
        found = differences_in_all_requests(structure, view, 0, testbuffer)
        if actual.shape is not None and actual.shape != array.shape:
            found.append(f"shape {actual.shape}, numpy has {array.shape}")
        if array.size:
            if offset != actual.buf - ask(root, FULL_RO).buf:
                found.append(f"the first item is {actual.buf - ask(root, FULL_RO).buf} bytes off, numpy has {offset}")
            # The stride of a single item has no meaning.
            pairs = [(a, b) for a, b, n in zip(strides, array.strides, array.shape) if n > 1]
            if any(a != b for a, b in pairs):
                found.append(f"strides {strides}, numpy has {array.strides}")
        assert found == [], report(structure, [*steps, *found])


# ---------------------------------------------------------------------------------- suboffsets


def test_suboffsets_answer_as_the_oracle(testbuffer: ModuleType) -> None:
    """`_testbuffer` lays arrays out behind pointers as the Python Imaging Library did."""
    for seed in seeds("suboffsets", 150):
        rng = random.Random(seed)
        code = rng.choice("bhiqfdBHIQ")
        shape = [rng.randint(1, 4) for _ in range(rng.randint(1, 4))]
        readonly = rng.random() < 0.3
        count, itemsize = int(np.prod(shape)), struct.calcsize(code)
        items = struct.unpack(f"{count}{code}", bytes(i & 0xFF for i in range(count * itemsize)))
        flags = testbuffer.ND_PIL | (0 if readonly else testbuffer.ND_WRITABLE)
        oracle = testbuffer.ndarray(list(items), shape=shape, format=code, flags=flags)
        java = bb.jclass("org.bufferbridge.fixtures.memory.StructuredMemory").behindPointers(code, shape, readonly)
        view = java.source()
        key: list[slice] = []
        for dimension, length in enumerate(shape):
            start = rng.randrange(length)
            if rng.random() < 0.5 or start == 0:  # the stride of a single item has no meaning
                key.append(slice(start, length, 1))
                view = view.slice(dimension, start, length)
            else:
                key.append(slice(start, None, -1))
                view = view.slice(dimension, start, -1, -1)
        oracle = oracle[tuple(key)] if len(key) > 1 else oracle[key[0]]
        found = []
        for name, request in ALL_REQUESTS.items():
            found += differences(name, ask(oracle, request), ask(view, request))
        if repr(memoryview(view).tolist()) != repr(memoryview(oracle).tolist()):
            found.append(f"values {memoryview(view).tolist()}, expected {oracle.tolist()}")
        if testbuffer.ndarray(view, getbuf=FULL_RO).tobytes() != oracle.tobytes():
            found.append("bytes differ")
        assert found == [], "\n".join([f"BUFFERBRIDGE_ORACLE_SEED={seed}", code, str(shape), str(key), *found])


# ---------------------------------------------------------------------------------- single rules


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
