"""Values whose exporter refuses: they are taken as themselves, and refused where a buffer is wanted."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import bufferbridge as bb


def released() -> memoryview:
    view = memoryview(b"abc")
    view.release()
    return view


class Refusing:
    """Exports from Python 3.12 on."""

    def __buffer__(self, flags: int) -> memoryview:
        raise LookupError("mine")


VALUES: dict[str, tuple[Callable[[], object], type[Exception]]] = {
    "times": (lambda: np.array(["2026-01-01"], "M8[ns]"), ValueError),
    "durations": (lambda: np.array([1], "m8[s]"), ValueError),
    "texts": (lambda: np.array(["a"], np.dtypes.StringDType()), ValueError),
    "fields": (
        lambda: np.zeros(1, np.dtype({"names": ["a", "b"], "formats": ["i4", "i4"], "offsets": [4, 0]})),
        ValueError,
    ),
    "released": (released, ValueError),
}
if sys.version_info >= (3, 12):
    VALUES["own"] = (Refusing, LookupError)

each_value = pytest.mark.parametrize(("make", "error"), VALUES.values(), ids=VALUES)


@pytest.fixture(scope="module")
def taking(jvm: None) -> Any:
    return bb.jclass("org.bufferbridge.fixtures.calls.ContainerParameters")


@each_value
def test_it_is_itself_for_an_object(taking: Any, make: Callable[[], object], error: type[Exception]) -> None:
    value = make()
    assert taking.itself(value) == "PythonObject"
    assert taking.chosen(value) == "Object"
    assert bb.jclass("java.util.Objects").requireNonNull(value) is value
    assert bb.jclass("java.util.ArrayList")([value]).get(0) is value
    items = bb.jclass("java.util.ArrayList")()
    items.add(value)
    assert items[0] is value


@each_value
def test_its_own_exception_is_raised_where_a_buffer_is_wanted(
    make: Callable[[], object], error: type[Exception]
) -> None:
    leasing = bb.jclass("org.bufferbridge.fixtures.leases.Leasing")
    with pytest.raises(error) as caught:
        leasing.sum(make())
    assert not isinstance(caught.value, bb.JavaError)
    assert bb.leases() == []


def test_times_name_the_way_out() -> None:
    leasing = bb.jclass("org.bufferbridge.fixtures.leases.Leasing")
    times = np.array([5], "M8[s]")
    with pytest.raises(ValueError, match="cannot include dtype 'M'") as caught:
        leasing.sum(times)
    assert caught.value.__notes__ == ["x.view('i8') has the numbers of a time's unit as a buffer"]
    assert leasing.sum(times.view("i8")) == 5


def test_the_choice_of_a_method_is_no_frame_of_java() -> None:
    with pytest.raises(ValueError, match="cannot include dtype 'M'") as caught:
        bb.array(np.array([5], "M8[s]"))
    assert caught.value.__notes__ == ["x.view('i8') has the numbers of a time's unit as a buffer"]
    assert caught.value.__context__ is None


def test_another_type_says_that_there_is_no_buffer() -> None:
    with pytest.raises(TypeError, match=r"takes \(ndarray\).*ndarray: it has no buffer: cannot include dtype 'M'"):
        bb.jclass("java.lang.Math").abs(np.array([5], "M8[s]"))


@pytest.mark.parametrize("error", [MemoryError, KeyboardInterrupt])
@pytest.mark.skipif(sys.version_info < (3, 12), reason="classes export from Python 3.12 on")
def test_an_exception_that_is_not_about_the_value_is_raised(taking: Any, error: type[BaseException]) -> None:
    class Ending:
        def __buffer__(self, flags: int) -> memoryview:
            raise error

    with pytest.raises(error):
        taking.itself(Ending())
