"""Values on their way to Java that are not built in: numbers, times and paths.

`described` tells C what a value is. `internal.values.Described` reads its tuples; the kinds are the same there.
"""

from __future__ import annotations

import datetime
import decimal
import math
import numbers
import os
import sys
from collections.abc import Callable
from typing import Any, TypeAlias

from bufferbridge._lending import lending
from bufferbridge._lending.kinds import name_of
from bufferbridge._objects import bridges
from bufferbridge._objects.boxes import JavaBigInteger, JavaByte, JavaFloat, JavaLong, JavaShort

REFUSED = 0  # nothing but itself
REAL = 1  # a float, to which the value is rounded
BEYOND = 2  # the text of a number that a float cannot have
DURATION = 3  # seconds, nanoseconds
LOCAL_TIME = 4  # seconds and nanoseconds since 1970, in no time zone
INSTANT = 5  # seconds and nanoseconds since 1970, in UTC
EITHER_TIME = 6  # the same, as numpy has it: in no time zone, or in UTC
DECIMAL = 7  # the unscaled value and the scale
PATH = 8  # the text of a path
WITHOUT_BUFFER = 9  # the exception of an exporter that refuses

_AS_FLOAT = "only float and double take it; float(x) makes it a float"
NO_TIME = "NaT is no time, and not null; pass None for null"

Description: TypeAlias = "tuple[str, int, str, *tuple[int | float | str | Exception, ...]]"
"""The type's name, the kind, why Java takes nothing else (or an empty text), and the parts."""

_NANOSECONDS = {"W": 604_800 * 10**9, "D": 86_400 * 10**9, "h": 3_600 * 10**9, "m": 60 * 10**9, "s": 10**9}
_NANOSECONDS |= {"ms": 10**6, "us": 10**3, "ns": 1}
_PARTS_OF_A_NANOSECOND = {"ps": 10**3, "fs": 10**6, "as": 10**9}
# The type that has all values of a numpy type, by kind and size. An int of 32 bits is an Integer by itself.
_WIDTHS: dict[tuple[str, int], Callable[[Any], int | float]] = {
    ("i", 1): JavaByte,
    ("u", 1): JavaShort,
    ("i", 2): JavaShort,
    ("i", 8): JavaLong,
    ("u", 4): JavaLong,
    ("u", 8): JavaBigInteger,
    ("f", 2): JavaFloat,
    ("f", 4): JavaFloat,
}
# The most bits of a BigInteger. to_bytes adds a sign.
_MAX_BITS = 2**31 - 1

# Changes the exponent of any decimal, and rounds none.
_EXACT = decimal.Context(decimal.MAX_PREC, Emin=decimal.MIN_EMIN, Emax=decimal.MAX_EMAX)

_EPOCH = datetime.datetime(1970, 1, 1)


def described(value: Any, has_buffer: bool) -> Any:
    """The bool, int or float equal to `value`; a description, if Java takes it only where asked; None for others.

    Of an object of another bridge it is this bridge's object for the same Java object. Of an object that lends its
    memory by another protocol than the buffer protocol, it is the LentMemory.

    numpy's scalars and every type registered with `numbers` are numbers. A type that has only `__index__` and
    `__float__` is not, because arrays have both. A scalar of numpy has a width, and is told as a box of that width.
    """
    lender = None if has_buffer else lending.lender_of(type(value))
    if lender is not None:
        try:
            return lender(value)
        except (MemoryError, RecursionError):
            raise
        except Exception as refusal:
            return without_buffer(value, refusal)
    taken = bridges.found_in(value, even_jep=False)
    if taken is not None:
        return taken()
    numpy: Any = sys.modules.get("numpy")
    scalar: Any = getattr(numpy, "generic", None)  # a module that is being imported has none, and a stand-in anything
    scalars: Any = scalar if isinstance(scalar, type) else ()
    if isinstance(value, scalars):
        if isinstance(value, numpy.bool_):
            return bool(value)
        # numpy registers timedelta64 as an integer.
        if isinstance(value, numpy.timedelta64 | numpy.datetime64):
            return _numpy_time(numpy, value)
        width = _WIDTHS.get((value.dtype.kind, value.dtype.itemsize))
        if width is not None:
            return width(value)
    if isinstance(value, numbers.Integral):
        return int(value)
    if isinstance(value, numbers.Real):
        return _real(value)
    if isinstance(value, decimal.Decimal):
        return _decimal(value)
    if isinstance(value, datetime.timedelta):
        return name_of(value), DURATION, _as_time("a Duration"), *_seconds(value)
    if isinstance(value, datetime.datetime):
        pandas = sys.modules.get("pandas")
        if pandas is not None and value is getattr(pandas, "NaT", None):  # a class derived from datetime
            return _refused(value, NO_TIME)
        return _python_time(value)
    if isinstance(value, os.PathLike):
        return name_of(value), PATH, "a path becomes a Path or a File; str(x) is its text", os.fsdecode(value)
    return None


def without_buffer(value: Any, refusal: Exception) -> Description:
    """A value whose exporter refuses. It is taken as itself; where a buffer is wanted, the exception is raised."""
    array: Any = getattr(sys.modules.get("numpy"), "ndarray", None)
    arrays: Any = array if isinstance(array, type) else ()
    if isinstance(value, arrays) and value.dtype.kind in "mM":
        refusal.add_note("x.view('i8') has the numbers of a time's unit as a buffer")
    return name_of(value), WITHOUT_BUFFER, f"it has no buffer: {refusal}", refusal


def to_bytes(value: int) -> bytes:
    """The two's complement of a BigInteger. A decimal text would need more time, and has a limit of digits."""
    bits = int.bit_length(value)
    if bits > _MAX_BITS:
        raise OverflowError(f"an int of {bits} bits does not fit a BigInteger (at most {_MAX_BITS})")
    return int.to_bytes(value, bits // 8 + 1, "big", signed=True)


def from_bytes(data: bytes) -> int:
    """The int that a BigInteger is."""
    return int.from_bytes(data, "big", signed=True)


def decimal_of(unscaled: bytes, scale: int) -> decimal.Decimal:
    """The decimal that a BigDecimal is, with the same number of digits after the point."""
    return _EXACT.scaleb(decimal.Decimal(from_bytes(unscaled)), -scale)


def _decimal(value: decimal.Decimal) -> Description:
    exponent = value.as_tuple().exponent
    if not isinstance(exponent, int) or (value.is_zero() and value.is_signed()):
        return _refused(value, "BigDecimal has neither -0 nor infinities nor NaN")
    if not -(2**31) <= -exponent < 2**31:
        return _refused(value, f"its exponent {exponent} does not fit the 32 bits of a BigDecimal's scale")
    unscaled = int(_EXACT.scaleb(value, -exponent))
    return name_of(value), DECIMAL, "a Decimal becomes a BigDecimal; float(x) rounds it", unscaled, -exponent


def _real(value: numbers.Real) -> float | Description:
    """A number that is no float. It goes as itself, whatever its value, except where a float or double is wanted."""
    try:
        number = float(value)
    except OverflowError:  # a fraction
        return name_of(value), BEYOND, _AS_FLOAT, str(value)
    if isinstance(value, float):
        return number
    if math.isinf(number) and number != value:  # a longdouble, which raises nothing
        return name_of(value), BEYOND, _AS_FLOAT, str(value)
    return name_of(value), REAL, _AS_FLOAT, number


def _python_time(value: datetime.datetime) -> Description:
    offset = value.utcoffset()
    since = value.replace(tzinfo=None) - _EPOCH
    if offset is not None:
        since -= offset
    kind, type_name = (LOCAL_TIME, "a LocalDateTime") if offset is None else (INSTANT, "an Instant")
    return name_of(value), kind, _as_time(type_name), *_seconds(since)


def _seconds(duration: datetime.timedelta) -> tuple[int, int]:
    """Seconds and nanoseconds. The classes of pandas derive from Python's, and have nanoseconds."""
    nanoseconds: int = getattr(duration, "nanoseconds", 0)
    return 86_400 * duration.days + duration.seconds, 1_000 * duration.microseconds + nanoseconds


def _numpy_time(numpy: object, value: object) -> Description:
    """A time in a unit, as numpy has it. `numpy` is the module, which need not be there when types are checked."""
    is_duration = isinstance(value, numpy.timedelta64)  # type: ignore[attr-defined]
    if numpy.isnat(value):  # type: ignore[attr-defined]
        return _refused(value, NO_TIME)
    unit, count = numpy.datetime_data(value.dtype)  # type: ignore[attr-defined]
    number = int(value.astype("int64"))  # type: ignore[attr-defined]
    if not is_duration and unit in ("Y", "M"):
        days = value.astype("M8[D]")  # type: ignore[attr-defined]
        if days.astype(value.dtype) != value:  # type: ignore[attr-defined]
            return _refused(value, "its days since 1970 do not fit 64 bits")
        unit, count, number = "D", 1, int(days.astype("int64"))
    if unit in _PARTS_OF_A_NANOSECOND:
        nanoseconds, rest = divmod(number * count, _PARTS_OF_A_NANOSECOND[unit])
        if rest:
            return _refused(value, "Java has whole nanoseconds; x.astype(...) in ns rounds it")
    elif unit in _NANOSECONDS:
        nanoseconds = number * count * _NANOSECONDS[unit]
    else:
        return _refused(value, f"its unit {unit} has no fixed length; x.astype('m8[D]') gives it days")
    seconds, rest = divmod(nanoseconds, 10**9)
    if is_duration:
        return name_of(value), DURATION, _as_time("a Duration"), seconds, rest
    return name_of(value), EITHER_TIME, _as_time("a LocalDateTime or an Instant"), seconds, rest


def _refused(value: object, reason: str) -> Description:
    return name_of(value), REFUSED, reason


def _as_time(java_type: str) -> str:
    return f"a time becomes {java_type}, and no number"
