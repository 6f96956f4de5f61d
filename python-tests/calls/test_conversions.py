"""The table of conversions: each row at each place where Java takes a value, and values that come back from Python.

A value comes back equal and of the class that the table names, or the call is refused.
"""

from __future__ import annotations

import collections.abc
import math
from collections.abc import Callable
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st

import bufferbridge as bb
from support.conversions import BOXES, JAVA_TYPES, RANGES, TABLE, VALUES, Fresh, box_of, python_of, ways

some_examples = settings(
    max_examples=5,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=list(HealthCheck),
)

FIXTURES = "org.bufferbridge.fixtures.conversions."
REFUSALS = (TypeError, OverflowError)
PYTHON_TYPES = {python_type: row for row in TABLE["python"] for python_type in (row["type"], *row.get("also", []))}

# ---------------------------------------------------------------------------------------------- places


def attribute(java_type: str) -> str:
    """The name that a fixture's member for a type has."""
    arrays = {
        "byte[]": "bytes_",
        "int[]": "ints_",
        "double[]": "doubles_",
        "String[]": "Strings",
        "Object[]": "Objects",
    }
    return arrays.get(java_type, java_type + "_" if java_type in BOXES else java_type)


def by_parameter(java_type: str, value: object) -> Any:
    return getattr(bb.jclass(FIXTURES + "Parameters"), attribute(java_type))(value)


def by_field(java_type: str, value: object) -> Any:
    fields = bb.jclass(FIXTURES + "Fields")
    setattr(fields, attribute(java_type), value)
    return getattr(fields, attribute(java_type))


def by_array(java_type: str, value: object) -> Any:
    array = bb.jclass(JAVA_TYPES[java_type] + "[]")(1)
    array[0] = value
    return array[0]


def by_list(java_type: str, value: object) -> Any:
    return getattr(bb.jclass(FIXTURES + "Lists"), attribute(java_type))([value])


def by_function(java_type: str, value: object) -> Any:
    return getattr(bb.jclass(FIXTURES + "Suppliers"), attribute(java_type))(lambda: value)


def by_request(java_type: str, value: object) -> Any:
    return bb.jclass(FIXTURES + "Requests").as_(value, bb.jclass(JAVA_TYPES[java_type]))


# Whether the place has a primitive type as itself.
PLACES: dict[Callable[[str, object], Any], bool] = {
    by_parameter: True,
    by_field: True,
    by_array: True,
    by_list: False,
    by_function: False,
    by_request: False,
}

# --------------------------------------------------------------------------------------------- outcomes


def has(java_type: str, value: Any) -> bool:
    """Whether a type has the value of a row that it takes if it fits."""
    if java_type == "TimeUnit":
        return value in ("NANOSECONDS", "MICROSECONDS", "MILLISECONDS", "SECONDS", "MINUTES", "HOURS", "DAYS")
    if java_type in ("char", "Character"):
        return len(value.encode("utf-16-le", "surrogatepass")) == 2
    low, high = RANGES[BOXES.get(java_type.removesuffix("[]"), java_type)]
    return all(low <= item <= high for item in (value if java_type == "byte[]" else [value]))


def nearest(java_type: str, value: Any) -> float:
    """The nearest float or double. OverflowError, if it is infinite and the value is not."""
    double = float(value)
    with np.errstate(over="ignore"):
        rounded = double if java_type.lower() == "double" else float(np.float32(double))
    if math.isinf(rounded) and value != rounded:
        raise OverflowError(rounded)
    if isinstance(value, int | np.integer) and java_type.lower() == "float" and value:
        around = [
            rounded,
            *(float(np.nextafter(np.float32(rounded), np.float32(way))) for way in (-math.inf, math.inf)),
        ]
        rounded = min((one for one in around if math.isfinite(one)), key=lambda one: abs(Fraction(one) - int(value)))
    return rounded


def require_value(java_type: str, expected: Any, back: Any, box: str) -> None:
    """Requires that a value came back equal, and of the type that the table names for the class."""
    if expected is None:
        assert back is None
    elif isinstance(expected, float | np.floating) and math.isnan(expected):
        assert math.isnan(back)
    elif java_type == "BigDecimal":
        assert back == (expected if not isinstance(expected, np.integer) else int(expected))
    else:
        assert back == expected
    if expected is not None and java_type != "TimeUnit":
        name = python_of(box, back).removeprefix("bb.").removeprefix("decimal.")
        assert type(back).__name__ == name, f"{java_type}: {back!r} of {type(back)}"


def content(value: Any) -> Any:
    return value.content if isinstance(value, Fresh) else value


def require_copy(java_type: str, value: Any, back: Any) -> None:
    if java_type.startswith("Optional"):
        assert not back
    elif isinstance(value, dict):
        assert {key: back[key] for key in back} == value
    elif isinstance(value, collections.abc.Iterable | Fresh):
        items = list(back)
        assert sorted(items) == sorted(value) if isinstance(value, set | frozenset) else items == list(content(value))
    elif java_type in ("Path", "File"):
        assert str(back) == str(value)
    else:
        assert str(back) == java_time(back.getClass().getSimpleName(), value)


def java_time(name: str, value: Any) -> str:
    """The text of a time in Java, which has whole nanoseconds."""
    time = bb.jclass("java.time." + name)
    if name == "Duration":
        span = value.astype(object) if isinstance(value, np.timedelta64) else value
        return str(time.ofSeconds(86_400 * span.days + span.seconds, 1000 * span.microseconds))
    moment = value.astype(object) if isinstance(value, np.datetime64) else value
    since = moment.replace(tzinfo=None) - datetime(1970, 1, 1) - (moment.utcoffset() or timedelta())
    seconds = (86_400 * since.days + since.seconds, 1000 * since.microseconds)
    is_local = name == "LocalDateTime"
    return str(
        time.ofEpochSecond(*seconds, bb.jclass("java.time.ZoneOffset").UTC)
        if is_local
        else time.ofEpochSecond(*seconds)
    )


def require(place: Callable[[str, object], Any], java_type: str, taken: dict[str, str], value: Any) -> None:
    """Requires what the table says of a value where a type is wanted. `taken` are the ways of the value's row."""

    def go() -> Any:
        return place(java_type, value.make() if isinstance(value, Fresh) else value)

    box = java_type if PLACES[place] else BOXES.get(java_type, java_type)
    way = taken.get(box)
    expected = value
    if way == "rounded":
        try:
            expected = nearest(java_type, value)
        except OverflowError:
            way = None
    if way == "fits" and not has(java_type, value):
        way = None
    if way is None:
        with pytest.raises(REFUSALS):
            go()
        return
    back = go()
    if way == "itself":
        assert isinstance(value, Fresh) or back is value
    elif way == "copied" or (way == "fits" and java_type == "byte[]"):
        require_copy(java_type, value, back)
    elif java_type == "TimeUnit" and value is not None:
        assert str(back) == value
    else:
        if java_type in ("Object", "Number", "Comparable", "CharSequence") and value is not None:
            is_decimal = type(value).__name__ == "Decimal"
            box = "BigDecimal" if is_decimal else "String" if java_type == "CharSequence" else box_of(value)
        require_value(java_type, expected, back, box)


# ------------------------------------------------------------------------------------------------ tests


def test_every_row_has_values() -> None:
    assert set(PYTHON_TYPES) == set(VALUES)
    named = {java_type for row in TABLE["python"] for java_type in ways(row)}
    assert named == set(JAVA_TYPES)


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.__name__)
@pytest.mark.parametrize("python_type", PYTHON_TYPES)
def test_values_of_each_row(jvm: None, python_type: str, place: Callable[[str, object], Any]) -> None:
    if python_type == "None" and place is by_request:
        pytest.skip("None arrives as null, which has no methods")
    taken = ways(PYTHON_TYPES[python_type])

    @some_examples
    @given(value=VALUES[python_type])
    def every_type(value: Any) -> None:
        for java_type in JAVA_TYPES:
            note(f"{value!r} as {java_type}")
            require(place, java_type, taken, value)

    every_type()


PLAIN = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5)
NESTED = st.recursive(
    PLAIN, lambda items: st.lists(items, max_size=4) | st.dictionaries(st.text(max_size=3), items, max_size=4)
)


def plain(value: Any) -> Any:
    """Java's collections as those of Python."""
    if isinstance(value, collections.abc.Mapping):
        return {key: plain(value[key]) for key in value}
    if isinstance(value, collections.abc.Sequence) and not isinstance(value, str):
        return [plain(item) for item in value]
    return value


@settings(some_examples, max_examples=100)
@given(value=NESTED)
def test_nested_values_come_back(jvm: None, value: Any) -> None:
    assert plain(by_parameter("Object", value)) == value
    assert plain(by_list("Object", value)) == value
    assert plain(by_parameter("Map", {"key": value})) == {"key": value}


@settings(some_examples, max_examples=200)
@given(data=st.data())
def test_java_values_come_back_to_java(jvm: None, data: st.DataObject) -> None:
    rows = [row for row in PYTHON_TYPES if PYTHON_TYPES[row].get("exact") and row != "None"]
    value = data.draw(st.sampled_from(rows).flatmap(VALUES.__getitem__))
    assert bb.jclass(FIXTURES + "Requests").comesBack(lambda same: same, value), repr(value)


@pytest.mark.parametrize(
    "make",
    [
        lambda: bb.jclass("java.time.Instant").EPOCH,
        lambda: bb.jclass("java.util.List").of(1, 2),
        lambda: bb.jclass("java.util.concurrent.TimeUnit").DAYS,
        lambda: bb.jclass("int[]")([1]),
        lambda: bb.jclass("java.nio.ByteBuffer").allocateDirect(4),
    ],
)
def test_java_objects_come_back_to_java(jvm: None, make: Callable[[], object]) -> None:
    assert bb.jclass(FIXTURES + "Requests").comesBack(lambda same: same, make())
