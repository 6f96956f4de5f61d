"""Objects with Arrow's C data interface and no buffer are leased through it; the release is Arrow's."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import bufferbridge as bb
from support import arrow


@pytest.fixture(scope="module")
def leasing(jvm: None) -> bb.JavaClass:
    return bb.jclass("org.bufferbridge.fixtures.leases.Leasing")


TYPES = {"c": "i1", "C": "u1", "s": "i2", "S": "u2", "i": "i4", "I": "u4", "l": "i8", "L": "u8"}
TYPES |= {"e": "f2", "f": "f4", "g": "f8"}


@pytest.mark.parametrize("stream", [False, True], ids=["array", "stream"])
@pytest.mark.parametrize("type", TYPES)
def test_java_has_the_very_memory(leasing: bb.JavaClass, type: str, stream: bool) -> None:
    items = np.arange(5).astype(TYPES[type])
    lender = arrow.Lender(items, type.encode())
    source = arrow.Chunked(lender) if stream else lender
    assert leasing.describe(source) == leasing.describe(items) + " read-only"
    assert leasing.sum(source) == 10
    assert lender.released == 2
    assert leasing.address(source) == items.ctypes.data


def test_an_offset_is_minded(leasing: bb.JavaClass) -> None:
    lender = arrow.Lender(offset=1, length=2)
    assert (leasing.describe(lender), leasing.sum(lender)) == ("d [2] [8] read-only", 5.0)


@pytest.mark.parametrize(("sizes", "described"), [((2,), "d [6, 2] [16, 8]"), ((3, 2), "d [2, 3, 2] [48, 16, 8]")])
def test_lists_of_one_size_are_dimensions(leasing: bb.JavaClass, sizes: tuple[int, ...], described: str) -> None:
    lender = arrow.Lender(np.arange(12.0), sizes=sizes)
    assert (leasing.describe(lender), leasing.sum(lender)) == (described + " read-only", 66.0)


def test_nulls_of_a_child_count_where_the_parent_has_them(leasing: bb.JavaClass) -> None:
    def lists(offset: int) -> arrow.Lender:
        lender = arrow.Lender(np.arange(6.0), valid=b"\x3e", null_count=1, sizes=(2,))
        lender.array.offset, lender.array.length = offset, 3 - offset
        return lender

    assert (leasing.describe(lists(1)), leasing.sum(lists(1))) == ("d [2, 2] [16, 8] read-only", 14.0)
    with pytest.raises(BufferError, match="has nulls"):
        leasing.sum(lists(0))


@pytest.mark.parametrize(
    ("said", "described"),
    [
        ({"valid": b"\xff"}, "d [4] [8] read-only"),
        ({"valid": b"\xff", "null_count": -1}, "d [4] [8] read-only"),
        ({"valid": b"\x0e", "null_count": -1, "offset": 1, "length": 3}, "d [3] [8] read-only"),
        ({"null_count": -1}, "d [4] [8] read-only"),
    ],
)
def test_memory_without_nulls_is_shared(leasing: bb.JavaClass, said: dict[str, Any], described: str) -> None:
    assert leasing.describe(arrow.Lender(**said)) == described


REFUSED: list[tuple[Any, str]] = [
    (lambda: arrow.Lender(valid=b"\x0e", null_count=1), r"has nulls, which a buffer has not: x.fill_null\(value\)"),
    (lambda: arrow.Lender(valid=b"\x0e", null_count=-1), "has nulls"),
    (lambda: arrow.Lender(format=b"b"), r"'b' has no buffer format: its booleans are bits; x.cast\('uint8'\)"),
    (lambda: arrow.Lender(format=b"u"), "'u' has no buffer format: its items are no numbers"),
    (lambda: arrow.Lender(format=b"tss:"), r"'tss:' has no buffer format: it has a unit; x.cast\('int64'\)"),
    (lambda: arrow.Lender(format=b"+s"), "it is a table; each of its columns has memory"),
    (lambda: arrow.Lender(format=b"+l"), r"'\+l' has no buffer format"),
    (lambda: arrow.Lender(format=b""), "'' has no buffer format"),
    (lambda: arrow.Lender(length=-1), "dimension 0 has -1 items"),
    (lambda: arrow.Lender(n_buffers=1), "no buffer format"),
    (lambda: arrow.Chunked(arrow.Lender(), arrow.Lender()), r"several chunks: x.combine_chunks\(\) of pyarrow"),
    (lambda: arrow.Chunked(), "has no array, and so no memory"),
    (lambda: arrow.Chunked(arrow.Lender(), error=5), "the stream of Arrow failed: the disk is full"),
]


@pytest.mark.parametrize(("make", "reason"), REFUSED, ids=[reason for _, reason in REFUSED])
def test_what_cannot_be_shared_is_refused_and_goes_as_itself(leasing: bb.JavaClass, make: Any, reason: str) -> None:
    lender = make()
    with pytest.raises(BufferError, match=reason):
        leasing.sum(lender)
    with pytest.raises(BufferError, match=reason):
        bb.retain(lender)
    assert bb.jclass("java.util.Objects").requireNonNull(lender) is lender
    assert bb.leases() == []


def test_what_is_iterable_goes_where_items_are_wanted(leasing: bb.JavaClass) -> None:
    lender = arrow.Lender()
    assert list(bb.jclass("java.util.ArrayList")(lender)) == [1.0, 2.0, 3.0, 4.0]
    assert lender.released == 0
    assert leasing.chosen(lender) == leasing.chosen(lender.items)


def test_a_parameter_of_objects_takes_it_as_itself_whatever_it_declares(leasing: bb.JavaClass) -> None:
    lender = arrow.Lender()
    assert leasing.writesObject(lender) == "the method ran"
    assert lender.released == 0
    with pytest.raises(BufferError, match="a writable buffer is required"):
        leasing.writesView(lender)


def test_an_array_of_java_would_be_a_copy(leasing: bb.JavaClass) -> None:
    copy = r"a Java array would be a silent copy; bufferbridge.array\(x\) makes one"
    with pytest.raises(TypeError, match=copy):
        leasing.mean(arrow.Lender())
    assert list(bb.array(arrow.Lender())) == [1, 2, 3, 4]
    refusing = arrow.Lender(valid=b"\x0e", null_count=1)
    with pytest.raises(TypeError, match="no overload") as told:
        leasing.mean(refusing)
    assert "silent copy" not in str(told.value)
    with pytest.raises(BufferError, match="has nulls"):
        bb.array(refusing)


def test_a_lease_holds_the_array_until_it_is_closed(leasing: bb.JavaClass) -> None:
    lender = arrow.Lender()
    with bb.retain(lender) as lease:
        assert lender.released == 0
        assert lease.view().getDouble(3) == 4
    assert lender.released == 1


class Wrong:
    def __arrow_c_array__(self, requested_schema: object = None) -> object:
        return 1, 2


class WrongStream:
    def __len__(self) -> int:
        return 1

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return 1


class Raising:
    def __arrow_c_array__(self, requested_schema: object = None) -> object:
        raise ZeroDivisionError


class Reader:
    """A stream that is read once."""

    asked = False

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        self.asked = True
        raise AssertionError("what it has would be lost")


def test_a_stream_that_is_read_once_is_not_asked(leasing: bb.JavaClass) -> None:
    reader = Reader()
    assert leasing.chosen(reader) == "Object"
    with pytest.raises(TypeError, match="no overload .* takes"):
        leasing.sum(reader)
    assert not reader.asked


class Answering:
    """An object whose every call returns the same capsules."""

    def __init__(self, lender: Any) -> None:
        self.lender = lender
        self.answer = lender.__arrow_c_array__()

    def __arrow_c_array__(self, requested_schema: object = None) -> object:
        return self.answer


class AnsweringStream:
    def __init__(self, lender: Any) -> None:
        self.lender = lender
        self.answer = lender.__arrow_c_stream__()

    def __len__(self) -> int:
        return 4

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self.answer


def test_memory_that_was_taken_out_of_its_capsule_is_refused(leasing: bb.JavaClass) -> None:
    answering = Answering(arrow.Lender())
    assert leasing.sum(answering) == 10
    for call in leasing.sum, bb.retain:
        with pytest.raises(BufferError, match=r"__arrow_c_array__\(\) returned capsules .* was taken before"):
            call(answering)
    assert answering.lender.released == 1
    stream = arrow.Chunked(arrow.Lender())
    answering_stream = AnsweringStream(stream)
    stream._stream.release = type(stream._stream.release)()
    with pytest.raises(BufferError, match=r"__arrow_c_stream__\(\) returned capsules .* was taken before"):
        leasing.sum(answering_stream)


def test_an_attribute_error_of_the_object_is_its_own(leasing: bb.JavaClass) -> None:
    class Broken:
        def __arrow_c_array__(self, requested_schema: object = None) -> object:
            return self.missing  # type: ignore[attr-defined]

    with pytest.raises(AttributeError, match="'missing'"):
        leasing.sum(Broken())


def test_answers_that_are_not_arrows_are_refused(leasing: bb.JavaClass) -> None:
    with pytest.raises(BufferError, match=r"__arrow_c_array__\(\) returned \(1, 2\), and no capsules of Arrow"):
        leasing.sum(Wrong())
    with pytest.raises(BufferError, match=r"__arrow_c_stream__\(\) returned 1, and no capsule of Arrow"):
        leasing.sum(WrongStream())
    with pytest.raises(ZeroDivisionError):
        leasing.sum(Raising())
