"""Exceptions whose class refuses to set attributes, such as frozen dataclasses, pass both languages as they are."""

from __future__ import annotations

import dataclasses
import logging
from typing import Any

import pytest

import bufferbridge as bb

CALLBACKS = "org.bufferbridge.fixtures.calls.Callbacks"


@dataclasses.dataclass(frozen=True)
class Frozen(Exception):
    code: int


class Slotted(Exception):
    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(name)


class Nameless(type):
    @property
    def __module__(cls) -> Any:
        raise ValueError("no module")


class Undescribed(Exception, metaclass=Nameless):
    pass


def exceptions() -> list[Exception]:
    return [Frozen(3), Slotted("text"), Undescribed("text")]


@pytest.fixture(params=exceptions(), ids=["frozen", "refusing", "nameless"])
def exception(request: pytest.FixtureRequest) -> Exception:
    return request.param  # type: ignore[no-any-return]


def raise_(exception: Exception) -> None:
    raise exception


def test_it_comes_through_java(exception: Exception) -> None:
    with pytest.raises(type(exception)) as raised:
        bb.jclass(CALLBACKS).sum(lambda _: raise_(exception), 1)
    assert raised.value is exception


def test_java_sees_a_python_exception(exception: Exception) -> None:
    kind = type.__dict__["__qualname__"].__get__(type(exception))
    assert kind in bb.jclass(CALLBACKS).raisedBy(lambda: raise_(exception))


@pytest.mark.parametrize("write", [True, False])
def test_it_leaves_a_block_of_borrow(exception: Exception, write: bool) -> None:
    array = bb.array(memoryview(bytes(8)))
    with pytest.raises(type(exception)) as raised, bb.borrow(array, write=write):
        raise exception
    assert raised.value is exception


def test_it_leaves_a_block_whose_memory_is_used(exception: Exception, caplog: pytest.LogCaptureFixture) -> None:
    array = bb.array(memoryview(bytes(8)))
    kept = []
    with caplog.at_level(logging.WARNING, "bufferbridge"):
        with pytest.raises(type(exception)), bb.borrow(array) as view:
            kept.append(memoryview(view))
            raise exception
    notes = getattr(exception, "__notes__", [])
    assert "At the end of its with block" in caplog.text + "".join(notes)
    kept[0].release()


def test_it_leaves_the_block_of_a_buffer(exception: Exception) -> None:
    memory = bb.empty(8)
    with pytest.raises(type(exception)) as raised, memory:
        raise exception
    assert raised.value is exception


def test_a_block_of_borrow_serves_once() -> None:
    block = bb.borrow(bb.array(memoryview(bytes(8))))
    with block as view:
        assert len(view) == 8
    with pytest.raises(RuntimeError, match="one with block"), block:
        pass
