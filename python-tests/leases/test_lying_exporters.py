"""Java and a Py_buffer that says too little, or contradicts itself."""

from __future__ import annotations

import ctypes
import struct
import sys
from collections.abc import Iterator

import pytest

import bufferbridge as bb
from support.lying_exporters import Claim, LyingExporter
from support.raw_requests import ALL_REQUESTS, WRITABLE, ask

INTS = struct.pack("6i", 1, 2, 3, 4, 5, 6)


@pytest.fixture(scope="module")
def items(jvm: None) -> bb.JavaClass:
    return bb.jclass("org.bufferbridge.fixtures.memory.Items")


def claim(**fields: object) -> LyingExporter:
    """Six ints, described correctly except for the given fields."""
    truth: dict[str, object] = {
        "memory": bytearray(INTS),
        "len": 24,
        "itemsize": 4,
        "format": b"i",
        "shape": [6],
        "strides": [4],
    }
    return LyingExporter(Claim(**(truth | fields)))


# --------------------------------------------------------------------------------------- rebuilt

REBUILT: dict[str, tuple[dict[str, object], str, str]] = {
    "nothing-left-out": ({}, "i [6] [4]", "1 2 3 4 5 6"),
    "no-strides": ({"strides": None}, "i [6] [4]", "1 2 3 4 5 6"),
    "no-strides-of-a-table": ({"ndim": 2, "shape": [2, 3], "strides": None}, "i [2, 3] [12, 4]", "1 2 3 4 5 6"),
    "no-shape": ({"shape": None, "strides": None}, "i [6] [4]", "1 2 3 4 5 6"),
    "no-format": ({"len": 2, "itemsize": 1, "format": None, "shape": [2], "strides": [4]}, "B [2] [4]", "1 2"),
    "no-format-of-wide-items": (
        {"format": None},
        "4s [6] [4]",
        "#01000000 #02000000 #03000000 #04000000 #05000000 #06000000",
    ),
    "nothing-but-a-length": (
        {"len": 3, "itemsize": 1, "format": None, "shape": None, "strides": None},
        "B [3] [1]",
        "1 0 0",
    ),
    "no-dimensions": ({"len": 4, "ndim": 0, "shape": None, "strides": None}, "i [] []", "1"),
    "negative-strides": ({"strides": [-4], "start": 20}, "i [6] [-4]", "6 5 4 3 2 1"),
    "the-same-item-again": ({"strides": [0]}, "i [6] [0]", "1 1 1 1 1 1"),
    "suboffsets-that-lead-nowhere": ({"suboffsets": [-1]}, "i [6] [4]", "1 2 3 4 5 6"),
    "nothing-at-no-address": ({"memory": None, "len": 0, "shape": [0]}, "i [0] [4]", ""),
    "no-owner": ({"has_owner": False}, "i [6] [4]", "1 2 3 4 5 6"),
}


@pytest.mark.parametrize("kind", REBUILT)
def test_fields_that_were_left_out_are_rebuilt(leasing: bb.JavaClass, items: bb.JavaClass, kind: str) -> None:
    fields, description, values = REBUILT[kind]
    exporter = claim(**fields)
    assert leasing.describe(exporter) == description
    assert items.spell(exporter) == values


@pytest.mark.parametrize("request_name", [name for name in ALL_REQUESTS if name != "FORMAT"])
def test_the_answer_to_any_request_is_enough_for_the_bytes(items: bb.JavaClass, request_name: str) -> None:
    """An exporter ignores the flags of the lease, as ctypes does, and answers another request instead."""
    memory = bytearray(INTS)
    answer = ask(memoryview(memory).cast("i", [2, 3]), ALL_REQUESTS[request_name])
    if answer == "refused":
        pytest.skip("memoryview refuses this request")
    fields = {name: getattr(answer, name) for name in ("len", "itemsize", "readonly", "ndim", "format")}
    arrays = {name: getattr(answer, name) for name in ("shape", "strides", "suboffsets")}
    exporter = claim(memory=memory, **fields, **{name: told and list(told) for name, told in arrays.items()})
    if answer.format is None:
        assert items.spell(exporter).replace("#", "").replace(" ", "") == INTS.hex()
    else:
        assert items.spell(exporter) == "1 2 3 4 5 6"


# ---------------------------------------------------------------------------------------- refused

REFUSED: dict[str, tuple[dict[str, object], str]] = {
    "too-short": ({"len": 20}, r"len 20; its shape \[6\] with itemsize 4 requires 24"),
    "too-long": ({"len": 28}, r"len 28; its shape \[6\] with itemsize 4 requires 24"),
    "negative-length": ({"len": -24}, "len -24"),
    "part-of-an-item": ({"len": 22, "shape": None, "strides": None}, "len 22"),
    "negative-dimensions": ({"ndim": -1}, "ndim -1"),
    "too-many-dimensions": ({"ndim": 65, "shape": [1] * 64 + [6], "strides": [4] * 65}, "ndim 65"),
    "no-shape-of-a-table": ({"ndim": 2, "shape": None, "strides": None}, "ndim 2 and no shape"),
    "items-of-no-bytes": ({"itemsize": 0, "len": 0}, "items of 0 bytes"),
    "items-of-less-than-no-bytes": ({"itemsize": -4, "len": 24, "shape": [-6]}, "itemsize -4"),
    "format-of-another-size": ({"format": b"d"}, "8 bytes; required 4"),
    "negative-shape": ({"ndim": 2, "shape": [-2, -3], "strides": [12, 4]}, r"\[-2, -3\]"),
    "shape-beyond-all-memory": ({"ndim": 2, "shape": [2**62, 2**62], "strides": [4, 4]}, "len 24"),
    "strides-beyond-all-memory": ({"strides": [2**62]}, "64 bits"),
    "memory-at-no-address": ({"memory": None}, "NULL|null|address"),
    "python-objects": ({"format": b"O", "len": 24, "itemsize": 8, "shape": [3]}, "Python object"),
    "pointers": ({"format": b"&i", "len": 24, "itemsize": 8, "shape": [3]}, "pointer"),
    "format-of-no-meaning": ({"format": b"?!zz"}, "zz"),
    "format-without-an-end": ({"format": b"T{i:x:"}, "T{"),
    "format-of-no-characters": ({"format": b""}, "0 bytes"),
    "format-in-no-encoding": ({"format": b"\xff\xfe"}, "format"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_contradictions_are_refused_with_the_numbers(leasing: bb.JavaClass, kind: str) -> None:
    fields, text = REFUSED[kind]
    exporter = claim(**fields)
    references = sys.getrefcount(exporter)
    with pytest.raises(BufferError, match=text):
        leasing.describe(exporter)
    assert exporter.claim.releases == len(exporter.claim.requests) == 1
    assert sys.getrefcount(exporter) == references


def test_memory_that_stays_read_only_is_not_written(leasing: bb.JavaClass) -> None:
    """The exporter grants a request for writable memory, and still marks the memory read-only."""
    exporter = claim(readonly=1)
    with pytest.raises((BufferError, bb.JavaError), match="read-only|writable"):
        leasing.fill(exporter, 9.0)
    assert bytes(exporter.claim.memory) == INTS
    assert exporter.claim.requests[-1] & WRITABLE
    assert exporter.claim.releases == len(exporter.claim.requests)


# ------------------------------------------------------------------------------- every byte is released


@pytest.mark.parametrize("kind", REBUILT)
def test_what_was_granted_is_released_once(leasing: bb.JavaClass, kind: str) -> None:
    exporter = claim(**REBUILT[kind][0])
    references = sys.getrefcount(exporter)
    leasing.nothing(exporter)
    leasing.describe(exporter)
    leasing.retain(exporter)
    leasing.closeKept()
    assert len(exporter.claim.requests) == 3
    assert exporter.claim.releases == (3 if exporter.claim.has_owner else 0)
    assert sys.getrefcount(exporter) == references


class Refusing:
    """An exporter class that answers with an exception of another kind."""

    def __buffer__(self, flags: int) -> memoryview:
        raise LookupError("not today")


class Lending:
    """An exporter class that gets back the same memoryview that it made."""

    def __init__(self, data: bytearray) -> None:
        self.data = data
        self.made: list[int] = []
        self.returned: list[int] = []

    def __buffer__(self, flags: int) -> memoryview:
        view = memoryview(self.data)
        self.made.append(id(view))
        return view

    def __release_buffer__(self, view: memoryview) -> None:
        self.returned.append(id(view.obj) if view.obj is self else id(view))
        view.release()


needs_buffer_method = pytest.mark.skipif(sys.version_info < (3, 12), reason="classes export from Python 3.12 on")


@needs_buffer_method
def test_the_exporters_own_exception_arrives(leasing: bb.JavaClass) -> None:
    with pytest.raises(LookupError, match="not today"):
        leasing.describe(Refusing())


@needs_buffer_method
def test_a_class_lends_until_java_closes(leasing: bb.JavaClass) -> None:
    data = bytearray(b"\1\2\3")
    exporter = Lending(data)
    leasing.retain(exporter)
    assert leasing.keptByte(2) == 3
    with pytest.raises(BufferError):
        data.append(4)
    assert exporter.returned == []
    leasing.closeKept()
    assert len(exporter.returned) == len(exporter.made) == 1
    data.append(4)


# ------------------------------------------------------------------------------- CPython's own exporter


@pytest.fixture
def testbuffer() -> Iterator[object]:
    yield pytest.importorskip("_testbuffer", reason="this CPython was built without _testbuffer")


def flat(nested: object) -> list[float]:
    return [value for inner in nested for value in flat(inner)] if isinstance(nested, list) else [nested]


@pytest.mark.parametrize("shape", [[6], [2, 3], [3, 2, 2], [2, 1, 2, 3]], ids=lambda shape: f"{len(shape)}-d")
@pytest.mark.parametrize("format_", ["i", "d", "B", "q"])
def test_pointers_to_rows_are_followed(
    leasing: bb.JavaClass, items: bb.JavaClass, testbuffer: object, shape: list[int], format_: str
) -> None:
    count = 1
    for length in shape:
        count *= length
    flags = testbuffer.ND_PIL | testbuffer.ND_WRITABLE
    array = testbuffer.ndarray(list(range(count)), shape=shape, format=format_, flags=flags)
    assert array.suboffsets[0] >= 0
    expected = flat(array.tolist())
    assert leasing.sum(array) == sum(expected)
    items.requireEqualReads(array)
    items.reverse(array)
    assert flat(array.tolist()) == expected[::-1]


def test_pointers_are_followed_in_slices(leasing: bb.JavaClass, testbuffer: object) -> None:
    array = testbuffer.ndarray(list(range(12)), shape=[3, 4], format="i", flags=testbuffer.ND_PIL)
    for part in (array[::2], array[:, ::-1], array[1:, 2:], memoryview(array)):
        assert leasing.sum(part) == sum(flat(part.tolist()))


def test_rows_behind_pointers_are_no_segment(leasing: bb.JavaClass, testbuffer: object) -> None:
    array = testbuffer.ndarray(list(range(12)), shape=[3, 4], format="i", flags=testbuffer.ND_PIL)
    with pytest.raises(TypeError, match="C-contiguous"):
        leasing.ofSegment(array)


def test_a_refusal_of_pythons_leaves_no_lease(leasing: bb.JavaClass, testbuffer: object) -> None:
    array = testbuffer.ndarray([1, 2], shape=[2], format="i", flags=testbuffer.ND_GETBUF_FAIL)
    with pytest.raises(BufferError):
        leasing.sum(array)


def test_a_redirected_buffer_is_read(leasing: bb.JavaClass, testbuffer: object) -> None:
    array = testbuffer.ndarray(list(range(6)), shape=[2, 3], format="h", flags=testbuffer.ND_REDIRECT)
    assert leasing.sum(array) == sum(range(6))


def test_ctypes_leaves_strides_out_and_is_read(leasing: bb.JavaClass) -> None:
    table = ((ctypes.c_int * 3) * 2)((1, 2, 3), (4, 5, 6))
    assert leasing.describe(table) == "i [2, 3] [12, 4]"
    assert leasing.sum(table) == 21
