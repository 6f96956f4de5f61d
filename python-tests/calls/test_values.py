"""Values between the languages: what goes over and comes back is equal and of the same class, or is refused."""

from __future__ import annotations

import datetime
import math
import pathlib
import sys
import warnings
from decimal import Context, Decimal, localcontext
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import bufferbridge as bb


@pytest.fixture(scope="module")
def kinds(jvm: None) -> bb.JavaClass:
    return bb.jclass("org.bufferbridge.fixtures.calls.Kinds")


@pytest.fixture(scope="module")
def numbers(jvm: None) -> bb.JavaClass:
    return bb.jclass("org.bufferbridge.fixtures.calls.NumberParameters")


# ---------------------------------------------------------------------- numbers without a Java type


@pytest.mark.parametrize("value", [np.longdouble(0.5), np.longdouble(math.inf), Fraction(1, 4)], ids=repr)
def test_a_number_that_a_double_has_becomes_one_where_asked(
    kinds: bb.JavaClass, numbers: bb.JavaClass, value: Any
) -> None:
    assert numbers.doubleOf(value) == value
    assert kinds.same(value) is value  # whatever its value is
    with pytest.raises(TypeError, match=r"only float and double take it; float\(x\) makes it a float"):
        numbers.longOf(value)


def test_what_is_no_number_is_none(numbers: bb.JavaClass) -> None:
    assert math.isnan(numbers.doubleOf(np.longdouble(math.nan)))


def test_a_buffer_that_no_view_has_goes_to_the_overload_that_takes_it(kinds: bb.JavaClass) -> None:
    assert kinds.memory(np.zeros(3)) == "BufferView"
    assert kinds.memory(np.array([None])) == "Object"
    assert kinds.memory(np.zeros(1, [("a", object)])) == "Object"
    with pytest.raises(BufferError, match="references cannot leave their interpreter"):
        bb.jclass("java.lang.foreign.Arena").ofAuto().allocate(8).copyFrom(np.array([None]))
    assert bb.leases() == []


def test_an_unsigned_number_of_64_bits_is_named_where_it_is_refused(jvm: None) -> None:
    with pytest.raises(TypeError, match=r"an item of boolean\[\] cannot be uint64"):
        bb.jclass("boolean[]")(1)[0] = np.uint64(3)


@pytest.mark.parametrize("value", [np.longdouble(1) + np.longdouble(2) ** -60, Fraction(1, 3)], ids=["long", "third"])
def test_a_number_is_rounded_only_for_floating_point_types(
    kinds: bb.JavaClass, numbers: bb.JavaClass, value: object
) -> None:
    assert numbers.doubleOf(value) == float(value)  # type: ignore[arg-type]
    assert numbers.floatOf(value) == np.float32(value)  # type: ignore[call-overload]
    assert kinds.same(value) is value
    with pytest.raises(TypeError, match="longOf"):
        numbers.longOf(value)


@pytest.mark.parametrize("value", [np.longdouble("1e4000"), Fraction(10**400, 3)], ids=["longdouble", "fraction"])
def test_a_number_outside_the_range_of_a_double_is_refused(
    kinds: bb.JavaClass, numbers: bb.JavaClass, value: object
) -> None:
    for method in (numbers.doubleOf, numbers.floatOf):
        with pytest.raises(OverflowError, match="does not fit"):
            method(value)
    assert kinds.same(value) is value


# ---------------------------------------------------------------------------------------- rounding


@pytest.mark.parametrize(
    ("value", "primitive"),
    [
        (2**24, "float"),
        (2**24 + 1, "double"),
        (2**63 - 1, "double"),
        (2**53 + 1, "double"),
        (-(2**63), "float"),
        (2**64 + 2**41, "float"),
        (2**64 + 2**40, "double"),
        (2**70 + 1, "double"),
    ],
)
def test_an_int_takes_the_overload_that_rounds_less(numbers: bb.JavaClass, value: int, primitive: str) -> None:
    for _ in range(3):  # a choice is remembered
        assert numbers.wide(value) == primitive
        assert numbers.wideBox(value) == primitive.capitalize()
        assert numbers.wides([1, value]) == f"{primitive}[]"


def test_an_overload_that_does_not_round_comes_first(numbers: bb.JavaClass) -> None:
    assert [numbers.lossless(value) for value in (3, 2**53 + 1, 2**64, 2**64 + 1)] == [
        *("double", "BigDecimal", "double", "BigDecimal")
    ]


# -------------------------------------------------------------------- numbers of any number of digits

BIG = [0, 7, -1, 2**63 - 1, 2**63, -(2**63), -(2**63) - 1, 2**64, 10**100, -(2**70) - 3, 3**20_000, -(2**100_000)]


@pytest.mark.parametrize("value", BIG, ids=[f"{number.bit_length()}-bits-{number < 0:d}" for number in BIG])
def test_an_int_comes_back_whatever_its_size(kinds: bb.JavaClass, numbers: bb.JavaClass, value: int) -> None:
    for method in (kinds.same, numbers.integerOf):
        assert method(value) == value
    assert type(kinds.same(value)) is int
    assert type(numbers.integerOf(value)) is (bb.JavaBigInteger if -(2**63) <= value < 2**63 else int)


def test_an_int_is_not_converted_through_decimal_text(numbers: bb.JavaClass) -> None:
    digits = sys.get_int_max_str_digits()
    value = 10**digits  # one digit too many for a text
    assert numbers.bits(value) == value.bit_length()
    assert numbers.integerOf(value) == value
    with pytest.raises(OverflowError, match=f"an int of {value.bit_length()} bits does not fit long"):
        numbers.longOf(value)


def test_an_int_beyond_64_bits_keeps_its_value_in_collections(jvm: None) -> None:
    items = bb.jclass("java.util.ArrayList")([2**64, -(2**64)])
    assert list(items) == [2**64, -(2**64)] and items.get(0) + 1 == 2**64 + 1
    assert items.contains(2**64) and items.indexOf(items.get(1)) == 1


DECIMALS = ["0", "1.10", "-3", "7E+9", "1E-2147483647", "1E+2147483648", "0.00", "123456789" * 500 + ".5"]


@pytest.mark.parametrize("text", DECIMALS, ids=[text[:20] for text in DECIMALS])
def test_a_decimal_comes_back_with_its_digits(kinds: bb.JavaClass, numbers: bb.JavaClass, text: str) -> None:
    with localcontext(Context(prec=3, Emin=-5, Emax=5)):
        value = Decimal(text)
        for method in (kinds.same, numbers.decimal):
            result = method(value)
            assert type(result) is Decimal
            assert result.as_tuple() == value.as_tuple()


def test_a_decimal_has_the_scale_of_java(kinds: bb.JavaClass) -> None:
    assert kinds.of(Decimal("1.10")) == "BigDecimal 1.10"
    assert bb.jclass("java.math.BigDecimal")("1.10").as_tuple() == Decimal("1.10").as_tuple()


@pytest.mark.parametrize("text", ["-0", "NaN", "sNaN", "Infinity", "-Infinity", "1E-2147483648", "1E+2147483649"])
def test_a_decimal_that_java_does_not_have_is_refused(kinds: bb.JavaClass, numbers: bb.JavaClass, text: str) -> None:
    value = Decimal(text)
    with pytest.raises(TypeError, match=r"Decimal: (BigDecimal has neither|its exponent)"):
        numbers.decimal(value)
    assert kinds.same(value) is value


def test_a_decimal_is_no_double(numbers: bb.JavaClass) -> None:
    for method in (numbers.doubleOf, numbers.longOf, numbers.integerOf):
        with pytest.raises(TypeError, match=r"a Decimal becomes a BigDecimal; float\(x\) rounds it"):
            method(Decimal("1.5"))


# -------------------------------------------------------------------------------------------- times


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (np.timedelta64(3, "ns"), "PT0.000000003S"),
        (np.timedelta64(-1, "us"), "PT-0.000001S"),
        (np.timedelta64(5000, "ps"), "PT0.000000005S"),
        (np.timedelta64(2, "W"), "PT336H"),
        (np.timedelta64(2**62, "s"), f"PT{2**62 // 3600}H{2**62 % 3600 // 60}M{2**62 % 60}S"),
        (np.array([3], "m8[15s]")[0], "PT45S"),
        (datetime.timedelta(days=-1, microseconds=5), "PT-23H-59M-59.999995S"),
    ],
    ids=["ns", "us", "ps", "weeks", "long", "steps", "datetime"],
)
def test_a_length_of_time_becomes_a_duration(kinds: bb.JavaClass, value: object, text: str) -> None:
    assert kinds.duration(value) == f"Duration {text}"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (np.datetime64("2026-11-30T04:05:06.000000007"), "2026-11-30T04:05:06.000000007"),
        (np.datetime64("1969-12-31T23:59:59.5"), "1969-12-31T23:59:59.500"),
        (np.datetime64("2026-02"), "2026-02-01T00:00"),
        (np.datetime64("-0044-03-15"), "-0044-03-15T00:00"),
        (datetime.datetime(2026, 11, 30, 4, 5, 6, 7), "2026-11-30T04:05:06.000007"),
        (datetime.datetime.min, "0001-01-01T00:00"),
    ],
    ids=["ns", "before-1970", "month", "bc", "datetime", "first"],
)
def test_a_time_becomes_a_local_date_time(kinds: bb.JavaClass, value: object, text: str) -> None:
    assert kinds.local(value) == f"LocalDateTime {text}"


def test_a_time_whose_zone_is_known_becomes_an_instant(kinds: bb.JavaClass) -> None:
    zone = datetime.timezone(datetime.timedelta(hours=2))
    assert kinds.instant(datetime.datetime(2026, 1, 1, 1, tzinfo=zone)) == "Instant 2025-12-31T23:00:00Z"
    assert kinds.instant(np.datetime64("2026-01-01T01")) == "Instant 2026-01-01T01:00:00Z"
    with pytest.raises(TypeError, match=r"a time becomes a LocalDateTime"):
        kinds.instant(datetime.datetime(2026, 1, 1))
    with pytest.raises(TypeError, match=r"a time becomes an Instant"):
        kinds.local(datetime.datetime(2026, 1, 1, tzinfo=zone))


def test_overloads_take_a_time_as_its_own_type(kinds: bb.JavaClass) -> None:
    assert kinds.time(np.datetime64("2026-01-01")) == "LocalDateTime"
    assert kinds.time(datetime.datetime(2026, 1, 1)) == "LocalDateTime"
    assert kinds.time(datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)) == "Instant"
    assert kinds.time(np.timedelta64(3, "s")) == "Object"


def without_unit(count: int) -> np.timedelta64:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # numpy deprecates it
        return np.timedelta64(count)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (np.timedelta64("NaT", "s"), "NaT is no time, and not null; pass None for null"),
        (np.timedelta64(3, "M"), r"its unit M has no fixed length; x.astype\('m8\[D\]'\) gives it days"),
        (without_unit(3), "its unit generic has no fixed length"),
        (np.timedelta64(3, "ps"), r"Java has whole nanoseconds; x.astype\(...\) in ns rounds it"),
    ],
    ids=["nat", "months", "no-unit", "picoseconds"],
)
def test_a_time_that_java_does_not_have_is_refused_with_the_way_out(
    kinds: bb.JavaClass, value: object, reason: str
) -> None:
    with pytest.raises(TypeError, match=f"timedelta64: {reason}"):
        kinds.duration(value)
    assert kinds.same(value) is value


@pytest.mark.parametrize("value", [np.timedelta64(3, "ns"), np.datetime64(3, "ns"), datetime.timedelta(1)], ids=repr)
def test_a_time_is_no_number(kinds: bb.JavaClass, numbers: bb.JavaClass, value: object) -> None:
    for method in (numbers.longOf, numbers.doubleOf, bb.jclass("java.lang.Math").abs):
        with pytest.raises(TypeError, match=r"a time becomes a .*, and no number"):
            method(value)
    assert kinds.same(value) is value


def test_a_time_outside_the_range_of_java_overflows(kinds: bb.JavaClass) -> None:
    with pytest.raises(OverflowError, match="datetime64 does not fit LocalDateTime"):
        kinds.local(np.datetime64(2**62, "s"))
    with pytest.raises(OverflowError, match="timedelta64 does not fit Duration"):
        kinds.duration(np.timedelta64(2**62, "W"))


# -------------------------------------------------------------------------- bytes, constants, paths


def test_bytes_become_an_array_by_copy(kinds: bb.JavaClass) -> None:
    for value in (b"", b"abc", bytes(range(256)) * 1000):
        array = kinds.bytes(value)
        assert bytes(unit & 0xFF for unit in array) == value  # not by an export: not every JVM grants one
        array = None
    assert kinds.rows([b"a", b"bc"]) == 2
    assert bb.jclass("java.lang.String")(b"abc") == "abc"
    assert bb.leases() == []


def test_bytes_prefer_live_memory_to_a_copy_and_a_copy_to_any_object(kinds: bb.JavaClass) -> None:
    assert kinds.bytesOrMemory(b"abc") == "ByteBuffer"
    assert kinds.bytesOrObject(b"abc") == "byte[]"
    assert kinds.bytesOrObject(bytearray(b"abc")) == "Object"


class Derived(bytes):
    """May export other memory than its own, so it is no bytes."""


@pytest.mark.parametrize(
    "value",
    [bytearray(3), memoryview(b"abc"), np.zeros(3, "B"), Derived(b"abc")],
    ids=lambda value: type(value).__name__,
)
def test_an_array_takes_no_other_buffer(kinds: bb.JavaClass, value: object) -> None:
    for method in (kinds.bytes, bb.jclass("java.lang.String")):
        with pytest.raises(TypeError) as caught:
            method(value)
        assert str(caught.value).count("; a Java array would be a silent copy; bufferbridge.array(x) makes one") == 1
    with pytest.raises(TypeError, match="silent copy"):
        kinds.chars(b"abc")


def test_a_str_becomes_the_constant_of_that_name(kinds: bb.JavaClass) -> None:
    assert kinds.color("GREEN") == kinds.Color.GREEN
    assert kinds.colorOrText("GREEN") == "String"
    assert bb.jclass("java.util.concurrent.TimeUnit").valueOf("DAYS").convert(48, "HOURS") == 2


def test_a_str_that_names_no_constant_is_refused_with_the_names(kinds: bb.JavaClass) -> None:
    for name in ("green", "", "BLUE"):
        with pytest.raises(TypeError, match="; the constants of .*Color are RED, GREEN"):
            kinds.color(name)


def test_overloads_take_the_enum_that_has_the_name(kinds: bb.JavaClass) -> None:
    for _ in range(2):
        assert kinds.either("RED") == "Color"
        assert kinds.either("YELLOW") == "Light"
        with pytest.raises(TypeError, match="no most specific overload"):
            kinds.either("GREEN")


class Named:
    def __fspath__(self) -> str:
        return "named"


def test_a_path_becomes_a_path_or_a_file(kinds: bb.JavaClass, numbers: bb.JavaClass) -> None:
    for method in (kinds.path, kinds.file):
        assert method(pathlib.PurePosixPath("a/b")) == "a/b"
        assert method(Named()) == "named"
        with pytest.raises(TypeError, match=str(method.__name__)):
            method("a/b")
    assert kinds.pathOrFile(pathlib.Path("a")) == "Path"
    with pytest.raises(TypeError, match=r"a path becomes a Path or a File; str\(x\) is its text"):
        numbers.longOf(pathlib.Path("a"))
    with pytest.raises(OverflowError, match="does not fit Path"):
        kinds.path(pathlib.PurePosixPath("a\0b"))
    for method in (kinds.path, kinds.file):  # a File would name another file, with `?` in place of what has no bytes
        with pytest.raises(OverflowError, match="does not fit"):
            method(pathlib.PurePosixPath("a\udcff"))
    value = Named()
    assert kinds.same(value) is value


def test_none_is_an_empty_optional(kinds: bb.JavaClass) -> None:
    assert kinds.optional(None) == "Optional.empty"
    assert kinds.optionalInt(None) == "OptionalInt.empty"
    assert kinds.same(None) is None
