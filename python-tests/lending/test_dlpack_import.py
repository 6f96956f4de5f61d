"""Objects with DLPack and no buffer are leased through it; the deleter is the release."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import bufferbridge as bb
from support import dlpack


@pytest.fixture(scope="module")
def leasing(jvm: None) -> bb.JavaClass:
    return bb.jclass("org.bufferbridge.fixtures.leases.Leasing")


TYPES = ["?", "i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f2", "f4", "f8", "c8", "c16"]


@pytest.mark.parametrize("dtype", TYPES)
def test_java_has_the_very_memory(leasing: bb.JavaClass, dtype: str) -> None:
    array = np.arange(12).astype(dtype).reshape(3, 4)
    for source in array, array[::2], array.T, array[:, ::-1], array[0, 0:0]:
        lender = dlpack.Lender(source)
        assert leasing.describe(lender) == leasing.describe(source)
        assert leasing.address(lender) == leasing.address(source)
        if dtype[0] in "iuf":
            assert leasing.sum(lender) == leasing.sum(source)


def test_what_java_writes_is_in_the_tensor(leasing: bb.JavaClass) -> None:
    lender = dlpack.Lender(np.zeros(4))
    with bb.retain(lender) as lease:
        lease.view().setDouble(7.0, 2)
        assert lease.owner() is lender
    assert lender.array.tolist() == [0, 0, 7, 0]


def test_a_tensor_without_a_version_is_read_only(leasing: bb.JavaClass) -> None:
    lender = dlpack.Unversioned(np.zeros(4))
    assert leasing.describe(lender) == "d [4] [8] read-only"
    with bb.retain(lender) as lease, pytest.raises(bb.JavaError, match="read-only"):
        lease.view().setDouble(7.0, 2)


def test_read_only_memory_is_read_only(leasing: bb.JavaClass) -> None:
    array = np.zeros(4)
    array.flags.writeable = False
    assert leasing.describe(dlpack.Lender(array)) == "d [4] [8] read-only"
    with pytest.raises(BufferError, match="read-only"):
        leasing.fill(dlpack.Lender(array), 1.0)


def test_the_deleter_is_called_once_when_the_lease_ends(leasing: bb.JavaClass) -> None:
    foreign = dlpack.Foreign()
    assert leasing.sum(foreign) == 15
    assert len(foreign.deleted) == 1
    with bb.retain(foreign) as lease:
        view = lease.view()
        shared = memoryview(view)
        assert len(foreign.deleted) == 1
        with pytest.raises(bb.JavaError):
            lease.close()
        shared.release()
        del view
    assert len(foreign.deleted) == 2


SAID: list[tuple[dict[str, Any], str]] = [
    ({"device_type": 2, "device_id": 3}, r"on the device \(2, 3\), CUDA; x.cpu\(\)"),
    ({"device_type": 99}, r"on the device \(99, 0\), unknown"),
    ({"code": 4, "bits": 16}, r"bfloat16 \(DLPack's type 4\) have no buffer format"),
    ({"code": 10, "bits": 8}, r"small float8 \(DLPack's type 10\) have no buffer format"),
    ({"code": 5, "bits": 32}, "complex32"),
    ({"code": 3, "bits": 64}, "opaque64"),
    ({"lanes": 4}, "items of 4 x int32"),
    ({"bits": 4}, "int4"),
    ({"ndim": 65}, "0 to 64 dimensions, not 65"),
    ({"ndim": -1}, "0 to 64 dimensions, not -1"),
    ({"shape": (-1,)}, "dimension 0 has -1 items"),
    ({"shape": (2**40, 2**40), "ndim": 2}, f"dimension 1 has {2**40} items"),
    ({"data": None}, "the address of 24 bytes is NULL"),
    ({"version": (2, 0)}, "DLPack 2.0 came; version 1 was asked for"),
    ({"flags": dlpack.IS_COPIED}, "lends a copy of its memory, which would not be live"),
]


@pytest.mark.parametrize(("said", "reason"), SAID, ids=lambda value: str(value)[:40])
def test_what_cannot_be_shared_is_refused_and_deleted_once(
    leasing: bb.JavaClass, said: dict[str, Any], reason: str
) -> None:
    foreign = dlpack.Foreign(**said)
    with pytest.raises(BufferError, match=reason):
        leasing.sum(foreign)
    assert len(foreign.deleted) == 1
    with pytest.raises(BufferError, match=reason):
        bb.retain(foreign)
    assert len(foreign.deleted) == len(set(foreign.deleted)) + 1 == 2
    assert bb.jclass("java.util.Objects").requireNonNull(foreign) is foreign


@pytest.mark.parametrize("said", [{}, {"strides": (1,)}, {"strides": (-1,)}, {"shape": (0,), "data": None}], ids=str)
def test_memory_is_described_by_what_it_says(leasing: bb.JavaClass, said: dict[str, Any]) -> None:
    told = {"(-1,)": "i [6] [-4]"}.get(str(said.get("strides")), "i [0] [4]" if "shape" in said else "i [6] [4]")
    if said.get("strides") == (-1,):
        said = {**said, "byte_offset": 20}
    assert leasing.describe(dlpack.Foreign(**said)) == told


class Refusing:
    def __init__(self, failure: BaseException) -> None:
        self.failure = failure

    def __dlpack__(self, **wanted: object) -> object:
        raise self.failure


def test_a_refusal_of_the_object_is_told(leasing: bb.JavaClass) -> None:
    with pytest.raises(BufferError, match="not now"):
        leasing.sum(Refusing(BufferError("not now")))
    with pytest.raises(ZeroDivisionError):
        leasing.sum(Refusing(ZeroDivisionError()))
    with pytest.raises(KeyboardInterrupt):
        leasing.sum(Refusing(KeyboardInterrupt()))
    refusing = Refusing(BufferError("not now"))
    assert bb.jclass("java.util.Objects").requireNonNull(refusing) is refusing


def test_an_answer_that_is_no_tensor_is_refused(leasing: bb.JavaClass) -> None:
    class Wrong:
        def __dlpack__(self, **wanted: object) -> object:
            return self

    with pytest.raises(BufferError, match=r"__dlpack__\(\) returned <.*Wrong.*>, and no capsule with a tensor"):
        leasing.sum(Wrong())
    used = dlpack.Lender(np.zeros(3)).__dlpack__(max_version=(1, 0))
    np.from_dlpack(type("Once", (), {"__dlpack__": lambda *_, **__: used, "__dlpack_device__": lambda *_: (1, 0)})())

    class Again:
        def __dlpack__(self, **wanted: object) -> object:
            return used

    with pytest.raises(BufferError, match="no capsule with a tensor"):
        leasing.sum(Again())


def test_a_buffer_goes_before_dlpack(leasing: bb.JavaClass) -> None:
    class Both(np.ndarray):
        def __dlpack__(self, **wanted: object) -> object:
            raise AssertionError("the buffer is enough")

    assert leasing.sum(np.ones(3).view(Both)) == 3


class ReadOnlyAtFirst(dlpack.Lender):
    """Read-only memory, and then what a test wants."""

    def __init__(self, following: BaseException | Any) -> None:
        super().__init__(np.zeros(3))
        self.array.flags.writeable = False
        self.following = following
        self.asked = 0

    def __dlpack__(self, **wanted: Any) -> Any:
        self.asked += 1
        if self.asked == 1:
            return super().__dlpack__(**wanted)
        if isinstance(self.following, BaseException):
            raise self.following
        return self.following.__dlpack__(**wanted)


def test_memory_is_lent_anew_to_be_written(leasing: bb.JavaClass) -> None:
    lender = ReadOnlyAtFirst(np.zeros(2, "i4"))
    leasing.fill(lender, 3.0)
    assert (lender.asked, lender.array.tolist(), lender.following.tolist()) == (2, [0, 0, 0], [3, 3])
    with pytest.raises(BufferError, match="a writable buffer is required: not now"):
        leasing.fill(ReadOnlyAtFirst(ValueError("not now")), 3.0)


@pytest.mark.parametrize("failure", [KeyboardInterrupt, SystemExit, MemoryError, RecursionError])
def test_what_is_no_refusal_ends_the_call_that_lends_anew(leasing: bb.JavaClass, failure: type[BaseException]) -> None:
    with pytest.raises(failure):
        leasing.fill(ReadOnlyAtFirst(failure()), 3.0)
    assert bb.leases() == []
