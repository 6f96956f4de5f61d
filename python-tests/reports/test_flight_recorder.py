"""The library's events of Flight Recorder, as `jfr print` shows them."""

from __future__ import annotations

import json
import struct
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import bufferbridge as bb
from bufferbridge._process import jvms
from reports.test_leaks import forget_lease
from support.processes import output_of

PRINTER = jvms.find()[0].home / "bin" / "jfr"

needs_printer = pytest.mark.skipif(not PRINTER.exists(), reason=f"this Java runtime has no {PRINTER}")


class Recorder:
    """Records during a block of code, and prints the events of this library."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.recording = bb.jclass("jdk.jfr.Recording")()

    def __enter__(self) -> Recorder:
        self.recording.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.recording.stop()
        self.recording.dump(bb.jclass("java.nio.file.Path").of(str(self.file)))
        self.recording.close()

    def printed(self, *options: str) -> str:
        command = [str(PRINTER), "print", *options, "--events", "org.bufferbridge.*", str(self.file)]
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout

    def events(self) -> list[tuple[str, dict[str, Any]]]:
        """The name without package, and the values, of each event in the order of time."""
        events = json.loads(self.printed("--json"))["recording"]["events"]
        events.sort(key=lambda event: event["values"]["startTime"])
        return [(event["type"].removeprefix("org.bufferbridge."), event["values"]) for event in events]

    def values(self, name: str) -> list[dict[str, Any]]:
        return [values for event, values in self.events() if event == name]


@pytest.fixture
def recorder(simple_leak_level: None, tmp_path: Path) -> Recorder:
    """A recorder, at a leak level that traces nothing by itself."""
    return Recorder(tmp_path / "recording.jfr")


@pytest.fixture
def leasing() -> bb.JavaClass:
    return bb.jclass("org.bufferbridge.fixtures.leases.Leasing")


@needs_printer
@pytest.mark.parametrize("kind", ["known memory", "by upcall"])
def test_each_export_and_its_release_are_recorded(recorder: Recorder, kind: str) -> None:
    known = kind == "known memory"
    memory = (
        bb.empty(10, "d") if known else bb.jclass("org.bufferbridge.fixtures.exporters.RecordingExporter").ofDoubles(10)
    )
    with recorder:
        with memoryview(memory), memoryview(memory):
            pass
        struct.unpack("80b", memory)
    names = [name for name, _ in recorder.events()]
    assert sorted(names) == ["Export"] * 3 + ["Release"] * 3
    exports = recorder.values("Export")
    assert [event["request"] for event in exports] == [
        f"BufferRequest[{name}]" for name in ("FULL_RO", "FULL_RO", "SIMPLE")
    ]
    for event in exports + recorder.values("Release"):
        assert event["byteSize"] == 80
        assert event["exporter"] == "org.bufferbridge." + (
            "BufferView" if known else "fixtures.exporters.RecordingExporter"
        )


@needs_printer
def test_a_release_of_an_export_from_before_the_recording_is_not_recorded_for_known_memory(recorder: Recorder) -> None:
    early = memoryview(bb.empty(10, "d"))
    with recorder:
        early.release()
    assert recorder.events() == []


@needs_printer
def test_each_lease_and_its_close_are_recorded(recorder: Recorder, leasing: bb.JavaClass) -> None:
    with recorder:
        leasing.nothing(np.zeros(5))
        leasing.retain(bytearray(7))
        leasing.closeKept()
    assert [name for name, _ in recorder.events()] == ["Lease", "Close"] * 2
    for event, owner, size in zip(recorder.values("Lease"), ["ndarray", "bytearray"], [40, 7], strict=True):
        assert (event["owner"], event["byteSize"], event["request"]) == (owner, size, "BufferRequest[FULL_RO]")
    assert [event["owner"] for event in recorder.values("Close")] == ["ndarray", "bytearray"]


@needs_printer
def test_explicit_copies_are_recorded(recorder: Recorder) -> None:
    source = bb.empty((2, 3), "i")
    with recorder:
        bb.copy(source)
        bb.array(np.zeros((4, 5)))
    assert [event["byteSize"] for event in recorder.values("Copy")] == [24, 160]


@needs_printer
def test_refusals_are_recorded(recorder: Recorder) -> None:
    read_only = bb.jclass("java.nio.ByteBuffer").allocateDirect(3).asReadOnlyBuffer()
    with recorder, pytest.raises(TypeError):
        struct.pack_into("b", read_only, 0, 1)
    [(name, refusal)] = recorder.events()
    assert name == "Refusal"
    assert refusal["owner"].startswith("java.nio.DirectByteBuffer")
    assert refusal["request"] == "BufferRequest[WRITABLE]"
    assert "read-only" in refusal["reason"]


@needs_printer
def test_leaks_are_recorded(recorder: Recorder, leasing: bb.JavaClass) -> None:
    with recorder:
        forget_lease(leasing, bytearray(77))
    # The collector may find what an earlier test has forgotten, too.
    [leak] = [event for event in recorder.values("Leak") if event["kind"] == "LEASE"]
    assert (leak["owner"], leak["byteSize"]) == ("bytearray", 77)


@needs_printer
def test_the_events_can_be_read_by_people(recorder: Recorder) -> None:
    with recorder:
        memoryview(bb.empty(1024, "d")).release()
    text = recorder.printed()
    assert "org.bufferbridge.Export {" in text
    assert 'exporter = "org.bufferbridge.BufferView"' in text
    assert "byteSize = 8.0 kB" in text
    assert "held = " in text


def test_nothing_is_traced_when_the_recording_has_ended(recorder: Recorder) -> None:
    with recorder:
        pass
    with memoryview(bb.empty(10, "d")):
        assert bb.exports()[0].request is None


def test_a_recording_without_our_events_traces_nothing(recorder: Recorder) -> None:
    for name in ("Export", "Release", "Lease", "Close", "Copy", "Refusal", "Leak"):
        recorder.recording.disable(f"org.bufferbridge.{name}")
    with recorder, memoryview(bb.empty(10, "d")):
        assert bb.exports()[0].request is None


def test_a_recording_that_the_jvm_starts_with_is_noticed(tmp_path: Path) -> None:
    assert traced_with(f"-XX:StartFlightRecording:filename={tmp_path}/recording.jfr") == "284"


def test_a_runtime_without_flight_recorder_is_enough() -> None:
    assert traced_with("--limit-modules=java.base,java.logging,java.management,java.desktop") == "None"


def traced_with(option: str) -> str:
    """The request of an export that is out, in a JVM with those options. None if the export is only counted."""
    code = f"""
        import bufferbridge as bb
        bb.start(options=[{option!r}])
        view = memoryview(bb.empty(10, "d"))
        print(bb.exports()[0].request)
    """
    return output_of(code, BUFFERBRIDGE_LEAKS="").splitlines()[-1]
