"""Bad input at any place is refused with the actual and the required value, and leaves nothing behind."""

from __future__ import annotations

import struct
import threading
import time
import zlib
from collections.abc import Callable

import numpy as np
import pytest

import bufferbridge as bb
from support import raw_requests

LARGEST = 2**63 - 1


def refused(action: Callable[[], object], error: type[Exception], *said: str) -> None:
    with pytest.raises(error) as caught:
        action()
    message = str(caught.value)
    missing = [words for words in said if words not in message]
    assert not missing, f"{missing} are not said in: {message}"


# ---------------------------------------------------------------------------------------- shapes

SHAPES: dict[str, tuple[object, type[Exception], list[str]]] = {
    "negative": (-1, ValueError, ["-1 items", "at least 0 are required"]),
    "negative-behind-a-zero": ((0, -5), ValueError, ["-5 items", "at least 0 are required"]),
    "more-than-64-bits": ((2**40, 2**40), ValueError, ["[1099511627776, 1099511627776]", str(LARGEST)]),
    "more-than-64-bits-with-the-items": (2**61, ValueError, ["[2305843009213693952] of 8-byte items", str(LARGEST)]),
    "more-than-the-machine-has": (2**58, MemoryError, [f"{2**61} bytes"]),
    "a-length-beyond-64-bits": (2**63, ValueError, [f"{2**63} items", str(LARGEST)]),
    "a-length-of-2**64": (2**64, ValueError, [f"{2**64} items"]),
    "a-negative-length-beyond-64-bits": ((1, -(2**64)), ValueError, [f"{-(2**64)} items"]),
    "too-many-dimensions": ((1,) * 65, ValueError, ["65 dimensions", "at most 64"]),
    "a-float": (1.5, TypeError, ["float"]),
    "a-text": ("3", TypeError, ["str"]),
}


@pytest.mark.parametrize("case", SHAPES)
def test_a_bad_shape_of_new_memory_is_refused(case: str) -> None:
    shape, error, said = SHAPES[case]
    refused(lambda: bb.empty(shape, "d"), error, *said)  # type: ignore[arg-type]


def test_dimensions_that_are_no_tuple_are_refused() -> None:
    refused(lambda: bb.empty(3, 4), TypeError, "a format is a str", "not 4", "empty((3, 4))")  # type: ignore[arg-type]
    refused(lambda: bb.empty(3, b"d"), TypeError, "a format is a str")  # type: ignore[arg-type]


def test_a_copy_of_python_memory_is_an_array() -> None:
    refused(lambda: bb.copy(bytearray(3)), TypeError, "bytearray", "array() copies")  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["__array__", "__array_interface__", "__dlpack__", "__arrow_c_array__"])
def test_an_array_without_a_buffer_leads_to_numpy(jvm: None, name: str) -> None:
    segment = bb.jclass("java.lang.foreign.Arena").ofAuto().allocate(8)
    value = type("Tensor", (), {name: None})()
    refused(lambda: segment.copyFrom(value), TypeError, "takes (Tensor)", "Tensor has no buffer; numpy.asarray(x) has")


def test_a_hostile_value_is_refused_as_any_other(jvm: None) -> None:
    class Hostile:
        def __getattr__(self, name: str) -> object:
            raise RuntimeError(name)

    segment = bb.jclass("java.lang.foreign.Arena").ofAuto().allocate(8)
    refused(lambda: segment.copyFrom(Hostile()), TypeError, "Hostile); candidates: copyFrom(MemorySegment)")


@pytest.mark.parametrize("end", [KeyboardInterrupt, SystemExit])
def test_an_end_while_a_value_is_refused_is_not_lost(jvm: None, end: type[BaseException]) -> None:
    class Ending:
        def __getattr__(self, name: str) -> object:
            raise end(name)

    with pytest.raises(end, match="__array__"):
        bb.jclass("java.lang.foreign.Arena").ofAuto().allocate(8).copyFrom(Ending())


VIEWS: dict[str, tuple[str, list[int], list[int], int, list[str]]] = {
    "a-shape-too-large": ("d", [9], [8], 0, ["to byte 72", "to byte 64"]),
    "a-negative-length": ("d", [-1], [8], 0, ["[-1]", "negative"]),
    "strides-beyond-the-end": ("d", [3], [32], 0, ["to byte 72", "to byte 64"]),
    "strides-before-the-beginning": ("d", [3], [-8], 8, ["from byte -8", "from byte 0 to byte 64"]),
    "two-strides-that-add-up": ("b", [8, 8], [8, 9], 0, ["to byte 120", "to byte 64"]),
    "an-offset-behind-the-end": ("d", [1], [8], 64, ["from byte 64", "to byte 64"]),
    "a-negative-offset": ("d", [1], [8], -8, ["from byte -8"]),
    "an-offset-of-the-last-byte": ("b", [1], [1], LARGEST, ["byte offset 9223372036854775807", "64"]),
    "an-empty-view-behind-the-end": ("d", [0], [8], 72, ["72", "to byte 64"]),
    "a-stride-too-many": ("d", [1], [8, 8], 0, ["[8, 8] have 2 dimensions", "[1] has 1"]),
    "a-stride-missing": ("d", [1, 1], [8], 0, ["[8] have 1 dimensions", "[1, 1] has 2"]),
    "strides-that-overflow": ("d", [2**30, 3], [2**40, 8], 0, ["[1073741824, 3]", "beyond 64 bits"]),
    "items-that-overflow": ("d", [2**62, 3], [0, 0], 0, ["[4611686018427387904, 3]", str(LARGEST)]),
    "the-smallest-stride": ("b", [3], [-(2**63)], 0, ["-9223372036854775808", "beyond 64 bits"]),
    "too-many-dimensions": ("b", [1] * 65, [1] * 65, 0, ["65 dimensions", "at most 64"]),
    "a-stride-that-is-not-aligned": ("d", [3], [9], 0, ["aligned to 8 bytes; actual 1", '"=d"']),
    "an-offset-that-is-not-aligned": ("i", [3], [4], 2, ["aligned to 4 bytes; actual 2", '"=i"']),
    "a-structure-that-is-not-aligned": ("T{d:x:i:id:}", [1], [16], 4, ["aligned to 8 bytes; actual 4"]),
}


@pytest.mark.parametrize("case", VIEWS)
def test_a_view_that_leaves_its_memory_or_is_not_aligned_is_refused(memories: bb.JavaClass, case: str) -> None:
    format_, shape, strides, byte_offset, said = VIEWS[case]
    memory = memories.automatic(64)
    refused(lambda: memories.strided(memory, format_, shape, strides, byte_offset), ValueError, *said)


@pytest.mark.parametrize("case", VIEWS)
def test_an_exporter_cannot_hand_out_such_a_view(recording: bb.JavaClass, case: str) -> None:
    format_, shape, strides, byte_offset, said = VIEWS[case]
    refused(lambda: recording(64, format_, shape, strides, byte_offset, False), ValueError, *said)


def test_memory_that_is_not_aligned_takes_a_format_that_promises_nothing(memories: bb.JavaClass) -> None:
    view = memories.strided(memories.automatic(64), "=d", [3], [9], 1)
    assert np.asarray(view).tolist() == [
        struct.unpack_from("=d", bytes(range(64)), offset)[0] for offset in (1, 10, 19)
    ]


def test_heap_memory_is_as_aligned_as_its_array(memories: bb.JavaClass) -> None:
    segment = memories.heapSegment(64)
    refused(lambda: memories.view(segment, "d", 1), ValueError, "aligned to 8 bytes; actual 1", "heap memory", '"=d"')


@pytest.mark.parametrize("type_", ["short", "char", "int", "long", "float", "double"])
def test_a_typed_buffer_over_bytes_on_the_heap_promises_no_alignment(memories: bb.JavaClass, type_: str) -> None:
    typed = memories.typed(memories.heap(64), type_, False)
    try:
        assert typed.format[0] == "="
    except BufferError as refusal:
        assert "heap array" in str(refusal)


# --------------------------------------------------------------------------------------- formats

FORMATS: dict[str, tuple[str, list[str]]] = {
    "unknown": ("y", ["position 0", "'y' is unknown"]),
    "an-object": ("3hO", ["position 2", "'O'"]),
    "a-pointer": ("P", ["position 0", "'P'"]),
    "a-typed-pointer": ("b&d", ["position 1", "'&'"]),
    "a-function": ("X{}", ["position 0", "'X{}'"]),
    "nothing": ("", ["0 bytes", "at least 1"]),
    "no-bytes": ("0d", ["0 bytes", "at least 1"]),
    "not-closed": ("T{d:x:", ["position 0", "not closed"]),
    "a-count-alone": ("12", ["position 0", "count 12"]),
    "larger-than-64-bits": (f"{LARGEST}d", [str(LARGEST)]),
    "a-nul": ("d\0", ["position 1"]),
    "nested-too-deeply": ("T{" * 65 + "b" + "}" * 65, ["64 levels"]),
}


@pytest.mark.parametrize("case", FORMATS)
def test_a_bad_format_is_refused(memories: bb.JavaClass, recording: bb.JavaClass, case: str) -> None:
    format_, said = FORMATS[case]
    memory = memories.automatic(64)
    refused(lambda: bb.empty(1, format_), ValueError, *said)
    refused(lambda: memories.view(memory, format_, 1), ValueError, *said)
    refused(lambda: recording(64, format_, [1], [1], 0, False), ValueError, *said)


def test_a_format_is_a_text() -> None:
    refused(lambda: bb.empty(1, b"d"), TypeError, "a str", "not b'd'")  # type: ignore[arg-type]
    refused(lambda: bb.empty(1, None), TypeError, "str", "None")  # type: ignore[arg-type]


def test_a_name_with_a_nul_is_refused() -> None:
    """C would cut the format off at the NUL."""
    refused(lambda: bb.empty(1, "T{d:a\0b:}"), ValueError, "position 3")


# ------------------------------------------------------------------------- memory that is gone

CLOSED: dict[str, Callable[[bb.JavaClass, bb.JavaObject], bb.JavaBuffer]] = {
    "segment": lambda memories, arena: memories.in_(arena, 16),
    "view": lambda memories, arena: memories.view(memories.in_(arena, 16), "h", 8),
    "slice-of-a-view": lambda memories, arena: memories.view(memories.in_(arena, 16), "h", 8).slice(0, 7, -1, -2),
    "rows": lambda memories, arena: memories.rows(arena, "B", 2, 8),
    "nio-buffer": lambda memories, arena: memories.in_(arena, 16).asByteBuffer(),
    "typed-nio-buffer": lambda memories, arena: memories.in_(arena, 16).asByteBuffer().asIntBuffer(),
    "library-exporter": lambda memories, arena: bb.jclass("org.bufferbridge.Buffers").exporter(memories.in_(arena, 16)),
    "users-exporter": lambda memories, arena: bb.jclass("org.bufferbridge.fixtures.exporters.OddExporters").of(
        memories.in_(arena, 16)
    ),
}


@pytest.mark.parametrize("kind", CLOSED)
@pytest.mark.parametrize("arena_kind", ["shared", "confined", "exporting"])
def test_memory_of_a_closed_arena_is_refused(memories: bb.JavaClass, arena_kind: str, kind: str) -> None:
    arena = getattr(memories, arena_kind)()
    buffer = CLOSED[kind](memories, arena)
    memoryview(buffer).release()
    buffer.release()
    arena.close()
    for flags in (raw_requests.SIMPLE, raw_requests.FULL_RO, raw_requests.WRITABLE):
        refused(lambda: raw_requests.acquire(buffer, flags), BufferError, "closed", "an open one is required")
    assert not buffer.supports(raw_requests.FULL_RO)
    assert buffer.export_count == 0


@pytest.mark.parametrize("kind", [kind for kind in CLOSED if kind != "rows"])
def test_confined_memory_is_refused_on_another_thread(memories: bb.JavaClass, kind: str) -> None:
    arena = memories.confined()
    buffer = CLOSED[kind](memories, arena)
    outcome: list[object] = []

    def export() -> None:
        try:
            outcome.append(memoryview(buffer))
        except BaseException as error:
            outcome.append(error)

    thread = threading.Thread(target=export)
    thread.start()
    thread.join()
    assert isinstance(outcome[0], BufferError)
    assert "on its owner's thread only" in str(outcome[0])
    memoryview(buffer).release()
    buffer.release()
    arena.close()


def test_closed_jna_memory_is_refused(memories: bb.JavaClass) -> None:
    memory = memories.jna(16)
    memory.close()
    refused(lambda: memoryview(memory), BufferError, "16 bytes is closed", "open memory is required")
    assert not memory.supports(raw_requests.SIMPLE)


def test_jna_memory_lives_as_long_as_a_view_of_it(memories: bb.JavaClass) -> None:
    view = bb.jclass("org.bufferbridge.Buffers").viewOf(memories.jna(1 << 16))
    for _ in range(5):
        memories.collectGarbage()
        time.sleep(0.05)  # JNA frees memory on a thread of its own
    assert bytes(view) == bytes(range(256)) * 256


def test_memory_that_was_freed_is_refused_by_name() -> None:
    buffer = bb.empty(16)
    buffer.release()
    refused(lambda: memoryview(buffer), BufferError, "freed by release()")
    assert not buffer.supports(raw_requests.SIMPLE)


def test_java_is_not_given_memory_that_was_freed() -> None:
    buffer = bb.empty(16)
    buffer.release()
    refused(lambda: buffer.reshape(4, 4), BufferError, "freed by release()")
    refused(lambda: bb.jclass("org.bufferbridge.Buffers").copyOf(buffer), BufferError, "freed by release()")


def test_memory_that_was_freed_is_not_copied() -> None:
    buffer = bb.empty(16)
    buffer.release()
    refused(lambda: bb.copy(buffer), BufferError, "freed by release()")


# ------------------------------------------------------------------------------------- read-only

READ_ONLY: dict[str, Callable[[bb.JavaClass], bb.JavaBuffer]] = {
    "segment": lambda memories: memories.readOnly(memories.automatic(16)),
    "view": lambda memories: memories.view(memories.automatic(16), "B", 16).asReadOnly(),
    "view-of-a-read-only-segment": lambda memories: memories.view(memories.readOnly(memories.automatic(16)), "h", 8),
    "direct-buffer": lambda memories: memories.readOnly(memories.direct(16)),
    "typed-buffer": lambda memories: memories.typed(memories.readOnly(memories.direct(16)), "int", False),
    "rows-one-of-which-is-read-only": lambda memories: bb.jclass("org.bufferbridge.BufferView").ofRows(
        bb.jclass("org.bufferbridge.BufferFormat").UINT8,
        memories.automatic(8),
        memories.readOnly(memories.automatic(8)),
    ),
    "new-memory-seen-read-only": lambda memories: bb.empty(16).asReadOnly(),
    "users-exporter": lambda memories: bb.jclass("org.bufferbridge.fixtures.exporters.RecordingExporter")(
        16, "B", [16], [1], 0, True
    ),
}


@pytest.mark.parametrize("kind", READ_ONLY)
def test_writing_into_read_only_memory_is_refused(memories: bb.JavaClass, kind: str) -> None:
    buffer = READ_ONLY[kind](memories)
    assert buffer.readonly
    structure = raw_requests.INDIRECT
    refused(
        lambda: raw_requests.acquire(buffer, structure | raw_requests.WRITABLE), BufferError, "read-only", "writable"
    )
    with memoryview(buffer) as view:
        assert view.readonly
        with pytest.raises((TypeError, NotImplementedError)):  # the latter for two dimensions
            view[0] = 1
    if not kind.startswith("rows"):  # numpy takes no suboffsets
        assert not np.asarray(buffer).flags.writeable
    assert not buffer.supports(structure | raw_requests.WRITABLE)


# ------------------------------------------------------------------------------------- arguments


def test_flags_are_an_int(recording: bb.JavaClass) -> None:
    exporter = recording.ofBytes(8)
    refused(lambda: exporter.supports("FULL"), TypeError, "str")
    refused(lambda: exporter.supports(None), TypeError, "NoneType")


def test_flags_that_are_no_c_int_are_refused(recording: bb.JavaClass) -> None:
    refused(lambda: recording.ofBytes(8).supports(2**40), OverflowError)


@pytest.mark.parametrize("blocking", [True, False], ids=["gil-released", "gil-held"])
def test_a_bad_argument_beside_a_buffer_is_still_told(recording: bb.JavaClass, blocking: bool) -> None:
    """The buffer is released while the TypeError is pending."""
    exporter = recording.ofBytes(8)
    if not blocking:
        exporter.neverBlocking()
    with pytest.raises(TypeError, match="str"):
        zlib.crc32(exporter, "no number")  # type: ignore[arg-type]
    assert exporter.acquired() == exporter.released() == 1


def test_the_view_of_a_function_that_raises_is_released_on_the_way(recording: bb.JavaClass) -> None:
    exporter = recording.ofBytes(8)

    def failing() -> None:
        view = memoryview(exporter)
        raise KeyError(view[3])

    with pytest.raises(KeyError) as caught:
        failing()
    assert caught.value.args == (3,)
    caught.value.__traceback__ = None
    del caught
    assert exporter.acquired() == exporter.released() == 1


@pytest.mark.parametrize("reader", [zlib.crc32, lambda view, extra: struct.unpack_from("B", view, extra)])
def test_a_throw_from_release_does_not_hide_the_exception_on_its_way(
    throwing: bb.JavaClass, monkeypatch: pytest.MonkeyPatch, reader: Callable[[object, object], object]
) -> None:
    reported: list[type] = []
    monkeypatch.setattr("sys.unraisablehook", lambda unraisable: reported.append(unraisable.exc_type))
    exporter = throwing.in_("RELEASE", "UnsupportedOperationException")
    with pytest.raises(TypeError):
        reader(exporter, "no number")
    assert [issubclass(kind, bb.JavaError) for kind in reported] == [True]
    assert exporter.releases() == 1


def test_what_is_no_memory_has_no_view(memories: bb.JavaClass) -> None:
    buffers = bb.jclass("org.bufferbridge.Buffers")
    refused(lambda: buffers.viewOf(bb.jclass("java.util.ArrayList")()), ValueError, "java.util.ArrayList is no memory")
    refused(lambda: buffers.viewOf(memories.array("boolean", 3)), ValueError, "boolean[] is no memory")
    refused(lambda: buffers.viewOf(memories.table(2, 2)), ValueError, "int[][] is no memory")


def test_only_arrays_of_primitives_are_lent(memories: bb.JavaClass) -> None:
    refused(lambda: bb.borrow(memories.table(2, 2)).__enter__(), ValueError, "int[][] is no array of primitives")
    refused(lambda: bb.borrow(b"bytes").__enter__(), TypeError, "a Java array of primitives, not bytes")  # type: ignore[arg-type]
    refused(lambda: bb.borrow(None).__enter__(), TypeError, "not NoneType")  # type: ignore[arg-type]
    refused(
        lambda: bb.array([1, 2]), TypeError, "array() takes an object with a buffer, not list: numpy.array(x) makes one"
    )
    refused(lambda: bb.array(None), TypeError, "not NoneType")


def test_only_rectangles_are_copied(memories: bb.JavaClass) -> None:
    refused(lambda: bb.copy(memories.ragged()), ValueError, "dimension 1 has 1 items", "2 are required")


def test_pythons_own_objects_are_not_copied() -> None:
    refused(lambda: bb.copy(b"bytes"), TypeError, "Java object", "bytes")  # type: ignore[arg-type]
