"""`empty`, `copy` and `array`, while calls fail."""

from __future__ import annotations

import numpy as np

import bufferbridge as bb
from faults.scenarios.scenario import FIXTURES, Scenario


def new_memory() -> list[Scenario]:
    memories = bb.jclass(FIXTURES + "memory.Memories")
    numbers = memories.array("double", 6)
    table = memories.table(2, 3)

    def empty(_: int) -> None:
        made = bb.empty((3, 4), "d")
        with memoryview(made) as view:
            view[2, 3] = 1.5
            assert np.asarray(view).sum() == 1.5 and made.nbytes == 96
        made.release()

    def empty_and_large(_: int) -> None:
        with bb.empty(5 << 20) as made:
            view = memoryview(made)
            view[-1] = 7
            assert view[-1] == 7
            view.release()

    large = bb.array(np.full(5 << 20, 7, np.uint8))

    def copied_and_large(_: int) -> None:
        view = memoryview(bb.copy(large))  # of a block that the run before has freed
        assert view[0] == view[-1] == 7
        view.release()
        with memoryview(bb.empty(5 << 20)) as zeros:
            assert zeros[0] == zeros[-1] == 0

    def dropped(_: int) -> None:
        view = memoryview(bb.empty(10))
        assert bytes(view) == bytes(10)

    def refused(_: int) -> None:
        for shape, format in (((-1,), "B"), ((2**40, 2**40), "d"), ((1,), "?!")):
            try:
                bb.empty(shape, format)
            except (ValueError, MemoryError):
                pass
            else:
                raise AssertionError("nonsense was allocated")

    def dtypes(_: int) -> None:
        for format, itemsize in ((np.dtype("i4,f8"), 12), ("double", 8), ("float32", 4)):
            assert bb.empty(2, format).itemsize == itemsize
        assert list(bb.array(np.arange(3.0), "f4")) == [0, 1, 2]

    def copied(_: int) -> None:
        assert memoryview(bb.copy(numbers)).tolist() == [0, 1, 2, 3, 4, 5]
        assert memoryview(bb.copy(table)).tolist() == [[0, 1, 2], [10, 11, 12]]

    def arrays(_: int) -> None:
        made = bb.array(np.arange(4.0))
        assert memories.get(made, 3) == 3
        with memoryview(made) as view:
            assert view.format == "d"

    def borrowed(_: int) -> None:
        with bb.borrow(numbers) as view:
            assert view[5] == 5
            view[0] = 1
            view[0] = 0
        assert memories.get(numbers, 0) == 0
        numbers.release()

    def left_by_an_exception(_: int) -> None:
        made = bb.empty(10)
        views: list[memoryview] = []
        try:
            with made:
                views.append(memoryview(made))
                raise KeyError("on its way")
        except KeyError:
            pass
        finally:
            for view in views:
                view.release()
            made.release()

    return [
        Scenario("an exception that leaves a block whose memory is used", left_by_an_exception, twice=True),
        Scenario("empty", empty),
        Scenario("a large empty", empty_and_large),
        Scenario("a large copy, then a large empty", copied_and_large),
        Scenario("an empty that is dropped", dropped),
        Scenario("an empty that is refused", refused),
        Scenario("empty with a dtype", dtypes),
        Scenario("copy", copied),
        Scenario("array", arrays),
        Scenario("borrow", borrowed),
    ]
