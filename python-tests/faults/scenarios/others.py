"""Pickling, traces and the rest, while calls fail."""

from __future__ import annotations

import pickle

import numpy as np

import bufferbridge as bb
from faults.scenarios.scenario import FIXTURES, Scenario


def others() -> list[Scenario]:
    memories = bb.jclass(FIXTURES + "memory.Memories")
    leaks = bb.jclass("org.bufferbridge.Leaks")
    callee = bb.jclass(FIXTURES + "calls.Callee")
    recording = bb.jclass(FIXTURES + "exporters.RecordingExporter")
    numbers = memories.view(memories.automatic(24), "i", [2, 3])
    asked = recording.ofBytes(16)

    def pickled(_: int) -> None:
        again = pickle.loads(pickle.dumps(numbers, protocol=5))
        assert (again.shape, again.format, again.nbytes) == ((2, 3), "i", 24)
        assert bytes(memoryview(again)) == bytes(memoryview(numbers))
        assert "shape (2, 3)" in repr(again)
        try:
            pickle.dumps(callee("x"))
        except TypeError:
            pass
        else:
            raise AssertionError("a Java object was pickled")
        numbers.release()

    def traced(_: int) -> None:
        source = np.zeros(3)
        try:
            bb.set_leak_level("paranoid")
            with memoryview(numbers), memoryview(asked):
                assert len(bb.exports()) == 2
                assert leaks.exports().size() == 2
            callee.same(source)
        finally:
            set_level(simple)
            numbers.release()

    source = bytearray(3)
    recording_class = bb.jclass("jdk.jfr.Recording")

    def recorded(_: int) -> None:
        with recording_class() as recorder:
            for event in ("Export", "Release", "Lease"):
                recorder.enable("org.bufferbridge." + event)
            recorder.start()
            for memory in (numbers, asked):
                memoryview(memory).release()
            assert callee.same(source) is source
        numbers.release()

    def undo() -> None:
        set_level(simple)
        numbers.release()

    leaks = bb.jclass("org.bufferbridge.Leaks")
    simple = bb.jclass("org.bufferbridge.LeakLevel").valueOf("SIMPLE")
    set_level = leaks.setLevel

    def constructed(_: int) -> None:
        for arguments in (("x",) * 12, (object(),)):
            try:
                callee(*arguments)
            except TypeError:
                pass
            else:
                raise AssertionError("there is no such constructor")
        assert callee("y").greet_("z") == "y greets z"

    return [
        Scenario("pickling", pickled),
        Scenario("stacks of everything", traced, clean=undo),
        Scenario("Flight Recorder's events", recorded, clean=numbers.release, slow=True),
        Scenario("constructors", constructed),
    ]
