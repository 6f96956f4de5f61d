"""Objects are asked for their memory, and their metaclasses and stand-ins for libraries are not."""

from __future__ import annotations

import logging
import sys
import types
from typing import Any
from unittest import mock

import numpy as np
import pytest

import bufferbridge as bb
from bufferbridge._lending import tensors
from support import arrow, dlpack


class Unwilling(type):
    def __getattr__(cls, name: str) -> Any:
        raise ZeroDivisionError(f"{name} is not told")


class Answering(type):
    def __getattr__(cls, name: str) -> Any:
        return name


class Plain(metaclass=Unwilling):
    pass


class Items(metaclass=Unwilling):
    def __iter__(self) -> Any:
        return iter([1.0, 2.0])


class Tensor(dlpack.Lender, metaclass=Unwilling):
    pass


class AnythingIsThere(metaclass=Answering):
    pass


@pytest.fixture(scope="module")
def leasing(jvm: None) -> bb.JavaClass:
    return bb.jclass("org.bufferbridge.fixtures.leases.Leasing")


@pytest.mark.parametrize("value", [Plain(), Items(), AnythingIsThere()], ids=lambda value: type(value).__name__)
def test_a_metaclass_is_not_asked(leasing: bb.JavaClass, value: object) -> None:
    assert bb.jclass("java.util.Objects").requireNonNull(value) is value
    with pytest.raises(TypeError, match="no overload of .*sum takes"):
        leasing.sum(value)
    with pytest.raises(TypeError, match=r"retain\(\) takes an object with a buffer"):
        bb.retain(value)


def test_what_the_class_itself_has_is_taken(leasing: bb.JavaClass) -> None:
    assert leasing.sum(Tensor(np.ones(3))) == 3
    assert list(bb.jclass("java.util.ArrayList")(Items())) == [1.0, 2.0]


def stand_ins(name: str) -> list[types.ModuleType | mock.MagicMock]:
    """An empty module, as one that another thread imports is, and what tests and documentation put there."""
    return [types.ModuleType(name), mock.MagicMock()]


@pytest.mark.parametrize("stand_in", range(2), ids=["empty", "mock"])
@pytest.mark.parametrize("name", ["numpy", "pandas", "torch", "jpype", "jpy", "jnius", "jep"])
def test_a_stand_in_for_a_library_hinders_nothing(
    leasing: bb.JavaClass, monkeypatch: pytest.MonkeyPatch, name: str, stand_in: int
) -> None:
    monkeypatch.setattr(tensors, "tensor_type", None)
    tensor = dlpack.Foreign()
    monkeypatch.setitem(sys.modules, name, stand_ins(name)[stand_in])

    class Fresh:
        pass

    fresh = Fresh()
    assert bb.jclass("java.util.Objects").requireNonNull(fresh) is fresh
    assert list(bb.jclass("java.util.ArrayList")({7: 8}.keys())) == [7]
    assert bb.box(True, "boolean") is True
    with pytest.raises(TypeError, match="a bool"):
        bb.box(1, "boolean")
    assert bb.empty(2, "T{i:a:f:b:}").__array_interface__["shape"] == (2,)
    assert leasing.sum(tensor) == 15
    with pytest.raises(TypeError, match="no overload"):
        leasing.sum(fresh)


REFUSING = {
    "dlpack": lambda: dlpack.Foreign(device_type=2),
    "arrow": lambda: arrow.Lender(valid=b"\x0e", null_count=1),
    "stream": lambda: arrow.Chunked(),
    "interface": lambda: type("Interface", (), {"__array_interface__": {"data": None}})(),
}


@pytest.mark.parametrize("kind", REFUSING)
def test_each_refusal_is_logged(leasing: bb.JavaClass, kind: str, caplog: pytest.LogCaptureFixture) -> None:
    value = REFUSING[kind]()
    with caplog.at_level(logging.DEBUG, "bufferbridge"):
        with pytest.raises(BufferError) as told:
            leasing.sum(value)
        with pytest.raises(BufferError):
            bb.retain(value)
    logged = [record.getMessage() for record in caplog.records if record.getMessage().startswith("refused: ")]
    assert logged == 2 * [f"refused: {type(value).__qualname__}, request 0x11c: {told.value}"]
