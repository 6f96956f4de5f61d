"""The end of a `with` block never replaces an exception that leaves the block."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import numpy as np
import pytest

import bufferbridge as bb
from bufferbridge import _native
from support.processes import output_of


class Mine(Exception):
    pass


def borrowed_pinned_or_copied() -> AbstractContextManager[object]:
    return bb.borrow(bb.array(np.arange(3.0)))


def borrowed_to_read() -> AbstractContextManager[object]:
    return bb.borrow(bb.array(np.arange(3.0)), write=False)


def known_memory() -> AbstractContextManager[object]:
    return bb.empty(24)


def foreign_exporter() -> AbstractContextManager[object]:
    return bb.jclass("org.bufferbridge.fixtures.exporters.RecordingExporter")(24, "B", [24], [1], 0, False)  # type: ignore[no-any-return]


BLOCKS = pytest.mark.parametrize(
    "block",
    [known_memory, foreign_exporter, borrowed_pinned_or_copied, borrowed_to_read],
    ids=lambda block: block.__name__,
)


@BLOCKS
def test_an_exception_leaves_a_block_whose_memory_is_used(block: Callable[[], AbstractContextManager[object]]) -> None:
    kept = []
    with pytest.raises(Mine) as caught, block() as memory:
        kept.append(np.asarray(memory))
        raise Mine("the real problem")
    assert caught.value.args == ("the real problem",) and caught.value.__context__ is None
    (note,) = caught.value.__notes__
    assert "BufferError" in note and "still used by 1 array or memoryview: delete it" in note
    kept.clear()


@BLOCKS
def test_a_block_whose_memory_is_used_is_refused_with_the_number_and_the_way_out(
    block: Callable[[], AbstractContextManager[object]],
) -> None:
    kept = []
    way_out = "delete them (first, or leave out `with`|before the end of the block)"
    with pytest.raises(BufferError, match=f"used by 2 arrays or memoryviews: {way_out}"):
        with block() as memory:
            kept.append(np.asarray(memory))
            kept.append(np.asarray(memory))
    kept.clear()


@BLOCKS
def test_an_exception_leaves_a_block_that_ends_well_without_a_note(
    block: Callable[[], AbstractContextManager[object]],
) -> None:
    with pytest.raises(Mine) as caught, block() as memory:
        np.asarray(memory)
        raise Mine
    assert not hasattr(caught.value, "__notes__")


@BLOCKS
def test_a_return_within_a_block_is_refused_as_its_end_is(block: Callable[[], AbstractContextManager[object]]) -> None:
    def first() -> object:
        with block() as memory:
            return np.asarray(memory)

    with pytest.raises(BufferError, match="still used by 1 array"):
        first()


def test_a_generator_that_is_closed_in_a_block_logs_it(caplog: pytest.LogCaptureFixture) -> None:
    kept = []

    def items() -> Iterator[int]:
        with bb.empty(3) as memory:
            kept.append(memoryview(memory))
            yield 1

    generator = items()
    next(generator)
    with caplog.at_level(logging.WARNING, "bufferbridge"):
        generator.close()
    assert "still used by 1 array or memoryview" in caplog.text
    kept[0].release()


def test_a_borrowed_array_is_given_back_whatever_leaves_the_block() -> None:
    array = bb.array(np.arange(3.0))
    kept = []
    with pytest.raises(Mine), bb.borrow(array) as view:
        kept.append(np.asarray(view))
        kept[0][1] = 42
        raise Mine
    assert bb.jclass("java.lang.reflect.Array").getDouble(array, 1) == 42
    kept.clear()


def test_an_address_of_a_borrowed_copy_stays_as_long_as_its_view() -> None:
    """np.ndarray(buffer=) keeps the view, but no export. If the collector cannot pin, borrow() lends a copy."""
    code = """
        import bufferbridge as bb, gc, numpy as np, os
        bb.start(options=["-XX:+UseSerialGC", "-Xmx64m"])
        java_array, size = bb.array(np.arange(1e5)), 10**5
        for write in (True, False):
            with bb.borrow(java_array, write=write) as view:
                array = np.ndarray((size,), np.float64, buffer=view)
            for _ in range(3):
                bb.jclass("java.lang.System").gc(); gc.collect()
                [bb.copy(java_array) for _ in range(20)]
            assert array.tolist() == list(range(size))

        def resident():
            return int(open("/proc/self/statm").read().split()[1]) * 4096

        before = resident()
        for _ in range(200):
            with bb.borrow(java_array) as view:
                pass
        is_kept_by_asan = "libasan" in os.environ.get("LD_PRELOAD", "")  # which frees late, to find later accesses
        assert is_kept_by_asan or resident() - before < 20 << 20, "each loan is freed with its view"
        print("kept")
    """
    assert output_of(code) == "kept"


def test_a_borrowed_array_that_was_pinned_moves_again_after_the_block() -> None:
    """The pin ends with the block, even if a name still refers to the released view."""
    if _native.internal_class("Diagnosis").pinObstacle() is not None:
        pytest.skip("arrays are copied under this collector, and nothing is pinned")
    with bb.borrow(bb.array(np.arange(3.0))) as view:
        pass
    with pytest.raises(ValueError, match="released"):
        view[0]
    assert bb.exports() == []


# ------------------------------------------------------------------- Java objects that are closed


@pytest.fixture
def closing() -> bb.JavaClass:
    return bb.jclass("org.bufferbridge.fixtures.leases.Closing")


def test_what_close_throws_is_raised_where_nothing_is_on_its_way(closing: bb.JavaClass) -> None:
    with pytest.raises(bb.JavaError, match="not to be closed"), closing.throwing("not to be closed"):
        pass


def test_what_close_throws_is_a_note_of_the_exception_that_is_on_its_way(closing: bb.JavaClass) -> None:
    java = closing.throwing("not to be closed")
    with pytest.raises(Mine) as caught, java:
        raise Mine("the real problem")
    assert java.closed == 1
    (note,) = caught.value.__notes__
    assert note.startswith("At the end of its with block: JavaError: ") and "not to be closed" in note


def test_an_interrupt_on_its_way_is_not_replaced_either(closing: bb.JavaClass) -> None:
    with pytest.raises(KeyboardInterrupt) as caught, closing.throwing("not to be closed"):
        raise KeyboardInterrupt
    assert "not to be closed" in caught.value.__notes__[0]


def test_an_interrupt_during_close_is_raised(closing: bb.JavaClass) -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt) as caught, closing.calling(interrupted):
        raise Mine("the real problem")
    assert isinstance(caught.value.__context__, Mine)


def test_notes_that_cannot_be_added_are_unraisable(closing: bb.JavaClass) -> None:
    class Closed(Exception):
        __notes__ = None

    seen = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.unraisablehook", lambda unraisable: seen.append(str(unraisable.exc_value)))
        with pytest.raises(Closed), closing.throwing("not to be closed"):
            raise Closed
    assert len(seen) == 1
