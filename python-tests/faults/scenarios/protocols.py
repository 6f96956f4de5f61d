"""Memory by other protocols than the buffer protocol, both ways, while calls fail."""

from __future__ import annotations

import ctypes

import numpy as np

import bufferbridge as bb
from bufferbridge import _native
from bufferbridge._lending import lending
from faults.scenarios.scenario import FIXTURES, Scenario
from support import arrow, dlpack


class Interface:
    def __init__(self, array: np.ndarray) -> None:
        self.array = array

    @property
    def __array_interface__(self) -> dict[str, object]:
        return self.array.__array_interface__


def protocols() -> list[Scenario]:
    memories = bb.jclass(FIXTURES + "memory.Memories")
    leasing = bb.jclass(FIXTURES + "leases.Leasing")
    recording = bb.jclass(FIXTURES + "exporters.RecordingExporter")
    numbers = memories.view(memories.automatic(24), "i", [2, 3])
    asked = recording.ofBytes(16)
    structs = memories.view(memories.automatic(16), "T{i:a:i:b:}", [2])

    def exported(_: int) -> None:
        for memory in (numbers, asked):
            assert np.array_equal(np.from_dlpack(memory), np.asarray(memory))
            assert memory.__dlpack_device__() == (1, 0)
            capsule = memory.__dlpack__(max_version=(1, 0))
            assert memory.export_count == 1
            del capsule
            assert memory.export_count == 0
            copied = np.from_dlpack(memory, copy=True)
            assert memory.export_count == 0 and copied.size > 0
        numbers.release()

    def deleted_elsewhere(_: int) -> None:
        managed = dlpack.consume(asked.__dlpack__(max_version=(1, 0)))
        dlpack.delete(managed)
        assert asked.export_count == 0

    def refused(_: int) -> None:
        try:
            structs.__dlpack__(dl_device=(1, 0), stream=-1)
        except BufferError:
            pass
        else:
            raise AssertionError("DLPack has no structs")
        structs.release()

    def imported(_: int) -> None:
        lender = dlpack.Lender(np.arange(6.0))
        leasing.fill(lender, 7.0)
        assert leasing.sum(lender) == 42
        assert leasing.sum(dlpack.Unversioned(np.arange(6.0))) == 15

    def exported_by_arrow(_: int) -> None:
        for memory in (numbers, asked):
            schema = memory.__arrow_c_schema__()
            assert arrow.schema_in(schema).name == b""
            _, array = memory.__arrow_c_array__()
            assert memory.export_count == 1
            arrow.release(arrow.moved(arrow.array_in(array)))
            assert memory.export_count == 0
        numbers.release()

    column = arrow.Lender(np.arange(4.0), sizes=(2,))
    chunked = arrow.Chunked(arrow.Lender())

    def imported_by_arrow(_: int) -> None:
        column.released = 0
        assert leasing.sum(column) == 6
        assert column.released == 1
        assert leasing.sum(chunked) == 10

    def exported_by_address(_: int) -> None:
        for memory in (numbers, asked):
            told = memory.__array_interface__
            assert memory.export_count == 0 and told["data"][0] > 0
        numbers.release()

    def imported_by_address(_: int) -> None:
        assert leasing.sum(Interface(np.arange(6.0)[::2])) == 6

    def in_capsules(_: int) -> None:
        lender = arrow.Lender()
        _native.new_arrow_capsule("arrow_array_stream")
        for name, structure in (("arrow_schema", lender.schema), ("arrow_array", lender.array)):
            capsule, address = _native.new_arrow_capsule(name)
            assert _native.arrow_address(capsule, name) == address
            ctypes.memmove(address, ctypes.byref(structure), ctypes.sizeof(structure))
            del capsule
        assert lender.released == 1

    foreign = dlpack.Foreign(device_type=2)

    def refused_from_python(_: int) -> None:
        foreign.deleted.clear()
        try:
            lending.lend(foreign)  # leaves no exception with Java, which gives it up when it collects
        except BufferError:
            pass
        else:
            raise AssertionError("memory of another device was leased")

    scenarios = {
        "by DLPack": exported,
        "by DLPack, deleted without the GIL": deleted_elsewhere,
        "that DLPack cannot say": refused,
        "of a tensor": imported,
        "of another device": refused_from_python,
        "by Arrow": exported_by_arrow,
        "of an array of Arrow": imported_by_arrow,
        "in capsules of Arrow": in_capsules,
        "by its address": exported_by_address,
        "at an address": imported_by_address,
    }
    return [Scenario(f"memory {name}", run) for name, run in scenarios.items()]
