"""First uses of new classes and memory: by eight threads at a barrier, and with class loaders that call anything.

Each kind of first use makes new classes or memory each time, so no round depends on an earlier one.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import bufferbridge as bb
from bufferbridge import _native
from support.java_types import THROWABLES
from support.processes import output_of

PLACES = ["", "Taken", "Kept", "Nested", "Listed", "Marked", "Returned", "Given", "Applied"]


@pytest.fixture
def hostile(jvm: None) -> Iterator[bb.JavaClass]:
    yield bb.jclass("org.bufferbridge.fixtures.classes.HostileClasses")
    bb.jclass("org.bufferbridge.fixtures.exporters.FreshProviders").harmless()


def use(used: Any) -> None:
    """Uses a class without the other classes."""
    assert "Used" in repr(used)
    assert used.plain(3) == 4
    assert used.number == 5
    used.number = 6
    assert used.number == 6
    assert used.listed([]) == 0
    assert bb.jclass(used.getClass())(7).number == 7


def test_all_places_are_tried(hostile: bb.JavaClass) -> None:
    assert bb.jclass("java.util.Arrays").asList(hostile.places()).toString() == f"[{', '.join(PLACES)}]"


@pytest.mark.parametrize("throwable", THROWABLES)
@pytest.mark.parametrize("place", PLACES)
def test_a_class_loader_that_throws_hides_no_other_member(hostile: bb.JavaClass, place: str, throwable: str) -> None:
    use(hostile.usedWhere(place, throwable))


@pytest.mark.parametrize("place", PLACES)
def test_a_class_loader_may_wait_for_python_on_a_third_thread(hostile: bb.JavaClass, place: str) -> None:
    use(hostile.usedThatCalls(place, lambda: None))


@pytest.mark.parametrize("place", PLACES)
def test_want_of_memory_of_a_class_loader_is_told_and_passes(hostile: bb.JavaClass, place: str) -> None:
    fresh = bb.jclass("org.bufferbridge.fixtures.exporters.FreshProviders")
    holder = hostile.holder()
    fresh.lackAt(f"class {place}", "OutOfMemoryError")
    with contextlib.suppress(MemoryError):
        use(holder.used())
    fresh.harmless()
    use(holder.used())


# ---------------------------------------------------------------------- eight threads at a barrier

Use = Callable[[], Any]


def fresh_class(memories: bb.JavaClass) -> Use:
    holder = bb.jclass("org.bufferbridge.fixtures.classes.HostileClasses").holder()
    return lambda: holder.used().plain(3)


def fresh_constructor(memories: bb.JavaClass) -> Use:
    holder = bb.jclass("org.bufferbridge.fixtures.classes.HostileClasses").holder()
    return lambda: bb.jclass(holder.used().getClass())(7).number


def fresh_provider(memories: bb.JavaClass) -> Use:
    holder = bb.jclass("org.bufferbridge.fixtures.exporters.FreshProviders").holder()
    return lambda: memoryview(holder.thing()).nbytes


def fresh_exporter(memories: bb.JavaClass) -> Use:
    recording = bb.jclass("org.bufferbridge.fixtures.exporters.RecordingExporter")
    exporter = memories.exporterOfHeap(memories.array("byte", 16)) if pins(memories) else recording.ofBytes(16)
    return lambda: memoryview(exporter).nbytes


def fresh_pin(memories: bb.JavaClass) -> Use:
    array = memories.array("int", 4)
    return lambda: memoryview(array).nbytes if pins(memories) else 16


def fresh_borrow(memories: bb.JavaClass) -> Use:
    array = memories.array("int", 4)

    def use() -> list[int]:
        with bb.borrow(array, write=False) as view:
            return view.tolist()

    return use


def fresh_jna(memories: bb.JavaClass) -> Use:
    memory = memories.jna(16)
    return lambda: memoryview(memory).nbytes


def fresh_structure(memories: bb.JavaClass) -> Use:
    point = memories.point(1.5, -2.5, 7)
    return lambda: bytes(point)[:8]


def fresh_segment(memories: bb.JavaClass) -> Use:
    segment = memories.in_(memories.shared(), 16)
    return lambda: np.asarray(segment).tolist()


def fresh_attributes(memories: bb.JavaClass) -> Use:
    segment = memories.in_(memories.shared(), 16)
    return lambda: (segment.nbytes, segment.shape, segment.format, repr(segment)[:10])


def fresh_release(memories: bb.JavaClass) -> Use:
    block = bb.empty(16)
    memoryview(block).release()
    return lambda: block.release()


def fresh_copy(memories: bb.JavaClass) -> Use:
    array = memories.array("int", 4)
    return lambda: bb.copy(array).shape


def fresh_lookup(memories: bb.JavaClass) -> Use:
    return lambda: str(bb.jclass("java.util.concurrent.atomic.LongAdder"))


FIRST_USES = {name.removeprefix("fresh_"): made for name, made in list(globals().items()) if name.startswith("fresh_")}


def pins(memories: bb.JavaClass) -> bool:
    return _native.internal_class("Diagnosis").pinObstacle() is None


def by_eight(use: Use) -> list[Any]:
    barrier = threading.Barrier(8)
    answers: list[Any] = []

    def one() -> None:
        barrier.wait()
        try:
            answers.append(use())
        except BaseException as error:
            answers.append(error)

    threads = [threading.Thread(target=one) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads), "a thread is stuck"
    return answers


@pytest.mark.parametrize("kind", FIRST_USES)
def test_eight_threads_make_the_first_use_at_once(memories: bb.JavaClass, kind: str) -> None:
    for _ in range(25):
        answers = by_eight(FIRST_USES[kind](memories))
        assert len(answers) == 8
        assert all(not isinstance(answer, BaseException) for answer in answers), answers
        assert all(answer == answers[0] for answer in answers), answers


def test_eight_threads_probe_the_pins_at_once() -> None:
    """A process probes the pins once."""
    code = """
        import threading
        memories = bb.jclass("org.bufferbridge.fixtures.memory.Memories")
        arrays = [memories.array("int", 4) for _ in range(8)]
        barrier = threading.Barrier(8)
        answers = []
        def probe(array):
            barrier.wait()
            try:
                answers.append(memoryview(array).nbytes)
            except BufferError as error:
                answers.append(str(error))
        threads = [threading.Thread(target=probe, args=(array,)) for array in arrays]
        for thread in threads: thread.start()
        for thread in threads: thread.join()
        print(len(answers), len(set(answers)))
    """
    assert output_of(code, started=True) == "8 1"
