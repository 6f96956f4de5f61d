"""Java texts, numbers, optionals and comparable objects in Python's operators."""

from __future__ import annotations

import pytest

import bufferbridge as bb


def test_a_text_has_utf16_units() -> None:
    text = bb.jclass("java.lang.StringBuilder")("h\u00e9llo\U0001f600")
    assert (len(text), text[0], text[-1], text[1:3], text[::-2]) == (7, "h", "\ude00", "\u00e9l", "\ude00ol" + "h")
    assert "ll" in text and "x" not in text and 3 not in text
    assert list(text)[:2] == ["h", "\u00e9"]
    assert not bb.jclass("java.lang.StringBuilder")()


def test_numbers_become_pythons() -> None:
    count = bb.jclass("java.util.concurrent.atomic.AtomicInteger")(7)
    assert (int(count), float(count), round(count), [0] * count, f"{count:03d}", f"{count}") == (
        *(7, 7.0, 7, [0] * 7),
        *("007", "7"),
    )
    assert count and not bb.jclass("java.util.concurrent.atomic.AtomicLong")()
    total = bb.jclass("java.util.concurrent.atomic.DoubleAdder")()
    total.add(2.75)
    assert (int(total), float(total), round(total), round(total, 1), f"{total:.1f}") == (2, 2.75, 3, 2.8, "2.8")
    with pytest.raises(TypeError):
        [0] * total


def test_comparable_objects_are_ordered() -> None:
    date = bb.jclass("java.time.LocalDate")
    early, late = date.of(2020, 1, 1), date.of(2021, 1, 1)
    assert early < late and early <= early and late > early and late >= late and not late < early
    assert sorted([late, early]) == [early, late] and max(early, late) == late


def test_objects_without_an_order_are_refused() -> None:
    thing, date = bb.jclass("java.lang.Object")(), bb.jclass("java.time.LocalDate").of(2020, 1, 1)
    for left, right in [(thing, thing), (date, 3), (date, "2020-01-01"), (date, thing)]:
        with pytest.raises(TypeError):
            sorted([left, right])


def test_an_optional_is_true_if_it_has_a_value() -> None:
    optional = bb.jclass("java.util.Optional")
    assert list(optional.of("x")) == ["x"] and optional.of(0)
    assert list(optional.empty()) == [] and not optional.empty()
    assert list(bb.jclass("java.util.OptionalDouble").of(0.5)) == [0.5]
    assert list(bb.jclass("java.util.OptionalInt").of(3)) == [3]
    assert not bb.jclass("java.util.OptionalLong").empty()
