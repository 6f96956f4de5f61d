"""Times of pandas, which derive from Python's and have nanoseconds. `make test-ecosystem` has pandas."""

from __future__ import annotations

from typing import Any

import pytest

import bufferbridge as bb

pandas = pytest.importorskip("pandas")


def J(name: str) -> Any:
    return bb.jclass(name)


def test_times_keep_their_nanoseconds(jvm: None) -> None:
    text = "2020-01-01T00:00:00.123456789"
    assert str(J("java.time.LocalDateTime").from_(pandas.Timestamp(text))) == text
    assert str(J("java.time.Instant").from_(pandas.Timestamp(text, tz="UTC"))) == text + "Z"
    assert (
        str(J("java.time.Instant").from_(pandas.Timestamp(text, tz="Asia/Tokyo"))) == "2019-12-31T15:00:00.123456789Z"
    )
    assert J("java.time.Duration").ZERO.plus(pandas.Timedelta("-1ns")).toNanos() == -1
    assert J("java.time.Duration").ZERO.plus(pandas.Timedelta("2 days 3us 4ns")).toNanos() == 172_800_000_003_004


def test_nat_is_no_time_and_na_is_itself(jvm: None) -> None:
    with pytest.raises(TypeError, match="NaT is no time, and not null; pass None for null"):
        J("java.time.Duration").ZERO.plus(pandas.NaT)
    for missing in pandas.NaT, pandas.NA:
        assert J("java.util.Objects").requireNonNull(missing) is missing
    with pytest.raises(TypeError, match=r"takes \(NAType\)"):
        J("java.lang.Math").abs(pandas.NA)


def test_a_series_is_an_iterable(jvm: None) -> None:
    assert list(J("java.util.ArrayList")(pandas.Series([1, 2]))) == [1, 2]
    assert list(J("java.util.ArrayList")(pandas.Series(["a", None], dtype=object))) == ["a", None]
