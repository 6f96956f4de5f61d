"""An exporter that fails raises the mapped Python exception with Java's cause, and leaves nothing behind."""

from __future__ import annotations

import pytest

import bufferbridge as bb
from support import raw_requests

MAPPED = {
    "BufferException": (bb.JavaBufferError, BufferError),
    "IllegalArgumentException": (bb.JavaValueError, ValueError),
    "IndexOutOfBoundsException": (bb.JavaIndexError, IndexError),
    "ClassCastException": (bb.JavaTypeError, TypeError),
    "OutOfMemoryError": (bb.JavaMemoryError, MemoryError),
    "UnsupportedOperationException": (bb.JavaError, Exception),
    "StackOverflowError": (bb.JavaError, Exception),
}


@pytest.mark.parametrize("name", MAPPED)
@pytest.mark.parametrize("place", ["GET", "MAY_BLOCK"])
def test_a_throw_becomes_its_python_exception(throwing: bb.JavaClass, place: str, name: str) -> None:
    java_error, python_error = MAPPED[name]
    exporter = throwing.in_(place, name)
    with pytest.raises(python_error) as caught:
        memoryview(exporter)
    error = caught.value
    assert isinstance(error, java_error) and type(error).__name__ == java_error.__name__
    assert error.java_class.endswith("." + name)
    assert "ThrowingExporter" in error.java_stack
    if error.java_message is not None:
        assert error.java_message in str(error)
    assert exporter.export_count == 0


def test_the_causes_are_chained(throwing: bb.JavaClass) -> None:
    exporter = throwing.in_("GET", "BufferException")
    with pytest.raises(bb.JavaBufferError) as caught:
        memoryview(exporter)
    cause = caught.value.__cause__
    assert isinstance(cause, bb.JavaError)
    assert (cause.java_class, cause.java_message) == ("java.lang.IllegalStateException", "the cause")


def test_a_refusal_leaves_obj_null(throwing: bb.JavaClass) -> None:
    assert raw_requests.ask(throwing.in_("GET", "BufferException"), raw_requests.FULL_RO) == "refused"


def test_a_throw_from_release_is_unraisable_and_loses_nothing(
    throwing: bb.JavaClass, monkeypatch: pytest.MonkeyPatch
) -> None:
    reported: list[object] = []
    monkeypatch.setattr("sys.unraisablehook", reported.append)
    exporter = throwing.in_("RELEASE", "UnsupportedOperationException")
    memoryview(exporter).release()
    assert exporter.releases() == 1
    assert exporter.export_count == 0
    assert len(reported) == 1
    assert isinstance(reported[0].exc_value, bb.JavaError)
    assert reported[0].object is exporter
    reported.clear()


def test_a_pending_exception_survives_a_throw_from_release(
    throwing: bb.JavaClass, monkeypatch: pytest.MonkeyPatch
) -> None:
    reported: list[object] = []
    monkeypatch.setattr("sys.unraisablehook", reported.append)
    exporter = throwing.in_("RELEASE", "UnsupportedOperationException")
    with pytest.raises(KeyError, match="pending"), memoryview(exporter):
        raise KeyError("pending")
    assert len(reported) == 1
    reported.clear()


def test_returning_null_is_refused_by_name(odd: bb.JavaClass) -> None:
    with pytest.raises(BufferError, match="getBuffer returned null; a BufferView is required"):
        memoryview(odd.returningNull())


def test_a_view_that_leaves_its_memory_is_refused_with_the_numbers(odd: bb.JavaClass) -> None:
    with pytest.raises(ValueError) as caught:
        memoryview(odd.leavingItsMemory())
    assert "24" in str(caught.value) and "16" in str(caught.value)


def test_memory_of_a_closed_arena_is_refused(odd: bb.JavaClass) -> None:
    with pytest.raises(BufferError, match="closed"):
        memoryview(odd.afterClose())


def test_a_refused_request_is_released_to_the_exporter(recording: bb.JavaClass) -> None:
    exporter = recording(16, "B", [8], [2], 0, True)
    with pytest.raises(BufferError, match="not C-contiguous"):
        bytes_of = raw_requests.acquire(exporter, raw_requests.SIMPLE)
        raw_requests.release(bytes_of)
    with pytest.raises(BufferError, match="read-only"):
        raw_requests.acquire(exporter, raw_requests.STRIDES | raw_requests.WRITABLE)
    assert exporter.acquired() == exporter.released() == 2
    assert exporter.strangers() == 0
