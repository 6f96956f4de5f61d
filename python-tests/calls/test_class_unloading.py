"""A class loader without users is collected, whatever Python did with its classes before."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import bufferbridge as bb
from support.interpreter import classes_die

FIXTURES = "org.bufferbridge.fixtures."

USES: dict[str, Callable[[Any], object]] = {
    "met": lambda fresh: None,
    "named": lambda fresh: bb.jclass(fresh).__name__,
    "constructed": lambda fresh: bb.jclass(fresh)(3).own,
    "called": lambda fresh: bb.jclass(fresh).twice(4),
    "field": lambda fresh: bb.jclass(fresh).number,
    "assigned": lambda fresh: setattr(bb.jclass(fresh), "assigned", 5),
    "nested": lambda fresh: str(bb.jclass(fresh).Suit.CLUBS),
    "listed": lambda fresh: dir(bb.jclass(fresh)),
    "compared": lambda fresh: isinstance(bb.jclass(fresh)(), bb.jclass(fresh)),
    "exported": lambda fresh: memoryview(bb.jclass(fresh)()).tolist(),
    "leased": lambda fresh: bb.jclass(fresh).sum(np.arange(3.0)),
    "called back": lambda fresh: bb.jclass(fresh).call(lambda x: x),
    "raised": lambda fresh: pytest.raises(bb.JavaError, bb.jclass(fresh).fail),  # noqa: RUF061
    "lambda": lambda fresh: bb.jclass(fresh).square().corners(),
    "array": lambda fresh: bb.jclass("java.lang.reflect.Array").newInstance(fresh, 2),
    "held": lambda fresh: setattr(bb, "_class_of_a_test", bb.jclass(fresh)) or delattr(bb, "_class_of_a_test"),
}


def is_collected(weak: Any) -> bool:
    for _ in range(50):
        gc.collect()
        bb.jclass("java.lang.System").gc()
        if weak.get() is None:
            return True
        time.sleep(0.05)
    return False


@pytest.mark.parametrize("use", [pytest.param(use, marks=classes_die) if use == "raised" else use for use in USES])
def test_a_class_loader_is_collected(use: str) -> None:
    fresh = bb.jclass(FIXTURES + "classes.FirstUses").fresh()
    weak = bb.jclass("java.lang.ref.WeakReference")(fresh.getClassLoader())
    USES[use](fresh)
    del fresh
    assert is_collected(weak)


def test_a_class_that_python_holds_stays() -> None:
    fresh = bb.jclass(FIXTURES + "classes.FirstUses").fresh()
    weak = bb.jclass("java.lang.ref.WeakReference")(fresh.getClassLoader())
    held = bb.jclass(fresh)
    del fresh
    for _ in range(3):
        gc.collect()
        bb.jclass("java.lang.System").gc()
    assert weak.get() is not None
    assert held.twice(4) == 8
    method = held.twice
    del held
    gc.collect()
    bb.jclass("java.lang.System").gc()
    assert method(4) == 8


def test_an_object_keeps_its_class() -> None:
    thing = bb.jclass(FIXTURES + "classes.FirstUses").object()
    for _ in range(3):
        gc.collect()
        bb.jclass("java.lang.System").gc()
    assert thing.add(1) == 9
    assert isinstance(thing, bb.jclass("java.lang.Comparable"))


def test_a_class_that_is_used_again_is_the_same_object() -> None:
    fresh = bb.jclass(FIXTURES + "classes.FirstUses").fresh()
    first = bb.jclass(fresh)
    assert bb.jclass(fresh) is first
    assert id(bb.jclass("java.util.ArrayList")) == id(bb.jclass("java.util.ArrayList"))


def test_ids_of_unloaded_classes_are_used_again() -> None:
    """The table of classes does not fill up, however many classes come and go."""
    types = bb.jclass(FIXTURES + "classes.TypeIdsOf")
    for _ in range(20):
        for _ in range(50):
            bb.jclass(FIXTURES + "classes.FirstUses").object()
        gc.collect()
        bb.jclass("java.lang.System").gc()
        time.sleep(0.02)
    before = types.highest()
    for _ in range(10):
        for _ in range(50):
            bb.jclass(FIXTURES + "classes.FirstUses").object()
        gc.collect()
        bb.jclass("java.lang.System").gc()
        time.sleep(0.02)
    assert types.highest() < before + 250


def test_a_generation_that_is_no_number_of_c_is_refused() -> None:
    from bufferbridge import _native

    with pytest.raises(OverflowError):
        _native.forget_classes("start", {"generation": 2**70})
    assert _native.forget_classes("start", {"generation": 0}) is None
    assert _native.forget_classes("stop", {}) is None


def test_an_overload_that_is_remembered_does_not_outlive_its_class() -> None:
    """Another class may have the id of one that was unloaded; only its own overload is chosen."""
    fresh = bb.jclass(FIXTURES + "classes.FreshClasses")
    assert fresh.kind(fresh.throwaway(True)) == "Iterable"
    for _ in range(10):
        assert fresh.kind(fresh.throwaway(False)) == "Object"
    for _ in range(6):
        gc.collect()
        bb.jclass("java.lang.System").gc()
        time.sleep(0.1)
    assert [fresh.kind(fresh.throwaway(True)) for _ in range(10)] == ["Iterable"] * 10
    assert [fresh.kind(fresh.throwaway(False)) for _ in range(10)] == ["Object"] * 10
