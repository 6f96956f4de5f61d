"""Numbers and texts that remember the Java class of their box.

Each of Python's own types stands for a Java class: `float` for Double, `str` for String, `bool` for Boolean. An `int`
stands for the first of Integer, Long and BigInteger that has the value. A box of another class that Java returns as an
object is one of the types here. It is equal to the plain value, hashes alike, and goes back to Java as a box of its
class. What is computed with it is plain.

C makes the instances (`boxes.c`), and knows the types by their order in `TYPES`.
"""

from __future__ import annotations

import numbers
import operator
import struct
import sys
from typing import Any, Literal, SupportsFloat, SupportsIndex, TypeVar, overload

from bufferbridge._native import JavaClass

_Self = TypeVar("_Self")


class JavaBox:
    """What numbers and texts that remember a Java class have in common: their types are its only subclasses."""

    __slots__ = ()

    def __init_subclass__(cls) -> None:
        if cls.__module__ != __name__:
            raise TypeError(
                f"{cls.__bases__[0].__name__} has no subclasses: each of its kind stands for one Java class"
            )

    # A copy keeps the class. A pickle has the plain value, because it may go to a process without Java.
    def __copy__(self: _Self) -> _Self:
        return self

    def __deepcopy__(self: _Self, memo: object) -> _Self:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        plain = type(self).__bases__[1]
        return plain, (plain(self),)


class JavaByte(JavaBox, int):
    """An int that Java knows as a `java.lang.Byte`; `box(x, "byte")` makes one."""

    __slots__ = ()


class JavaShort(JavaBox, int):
    """An int that Java knows as a `java.lang.Short`; `box(x, "short")` makes one."""

    __slots__ = ()


class JavaInteger(JavaBox, int):
    """An int that Java knows as a `java.lang.Integer`, where a plain one might be an `int`; made by `box(x, "int")`."""

    __slots__ = ()


class JavaLong(JavaBox, int):
    """An int that Java knows as a `java.lang.Long`; `box(x, "long")` makes one."""

    __slots__ = ()


class JavaBigInteger(JavaBox, int):
    """An int that Java knows as a `java.math.BigInteger`; `box(x, "java.math.BigInteger")` makes one."""

    __slots__ = ()


class JavaFloat(JavaBox, float):
    """A float that Java knows as a `java.lang.Float`; `box(x, "float")` makes one."""

    __slots__ = ()


class JavaDouble(JavaBox, float):
    """A float that Java knows as a `java.lang.Double`, where a plain one might be a `double`."""

    __slots__ = ()


class JavaCharacter(JavaBox, str):
    """A str of one UTF-16 unit that Java knows as a `java.lang.Character`; `box(x, "char")` makes one."""

    __slots__ = ()


TYPES = (JavaByte, JavaShort, JavaInteger, JavaLong, JavaBigInteger, JavaFloat, JavaDouble, JavaCharacter)

_BITS: dict[type, int] = {JavaByte: 8, JavaShort: 16, JavaInteger: 32, JavaLong: 64}
"""How many bits an int has, where Java limits it."""

_BY_NAME: dict[str, type] = {
    "boolean": bool,
    "byte": JavaByte,
    "short": JavaShort,
    "int": JavaInteger,
    "long": JavaLong,
    "float": JavaFloat,
    "double": JavaDouble,
    "char": JavaCharacter,
    "java.lang.Boolean": bool,
    "java.math.BigInteger": JavaBigInteger,
    **{f"java.lang.{box.__name__.removeprefix('Java')}": box for box in TYPES if box is not JavaBigInteger},
}


@overload
def box(value: bool, java_type: Literal["boolean", "java.lang.Boolean"]) -> bool: ...
@overload
def box(value: SupportsIndex, java_type: Literal["byte", "java.lang.Byte"]) -> JavaByte: ...
@overload
def box(value: SupportsIndex, java_type: Literal["short", "java.lang.Short"]) -> JavaShort: ...
@overload
def box(value: SupportsIndex, java_type: Literal["int", "java.lang.Integer"]) -> JavaInteger: ...
@overload
def box(value: SupportsIndex, java_type: Literal["long", "java.lang.Long"]) -> JavaLong: ...
@overload
def box(value: SupportsIndex, java_type: Literal["java.math.BigInteger"]) -> JavaBigInteger: ...
@overload
def box(value: SupportsFloat, java_type: Literal["float", "java.lang.Float"]) -> JavaFloat: ...
@overload
def box(value: SupportsFloat, java_type: Literal["double", "java.lang.Double"]) -> JavaDouble: ...
@overload
def box(value: str, java_type: Literal["char", "java.lang.Character"]) -> JavaCharacter: ...
@overload
def box(value: object, java_type: str | JavaClass) -> bool | int | float | str: ...
def box(value: Any, java_type: Any) -> Any:
    """A value that Java gets as a box of that class, wherever an object is wanted.

    Overloads are chosen as Java does for a box. `numbers.remove(box(1, "int"))` removes the item 1 of a Java List.
    `numbers.remove(1)` removes the item at that index.

    Args:
        value: a bool for `boolean`, a str of one UTF-16 unit for `char`, otherwise a number. A float type rounds it.
        java_type: a primitive type or its box, or BigInteger: `"int"`, `"java.lang.Integer"`, or the JavaClass of one.

    Returns:
        An int, a float or a str that is equal to the value and remembers the class. A bool for `boolean`.

    Raises:
        TypeError: `value` is no value of that type, or `java_type` is no such type.
        OverflowError: the type does not have the value.
    """
    name = java_type if isinstance(java_type, str) else getattr(java_type, "__name__", java_type)
    made = _BY_NAME.get(name) if isinstance(name, str) else None
    if made is None:
        raise TypeError(f'box() takes a primitive type or a box, such as "int" or "java.lang.Integer", not {name!r}')
    if made is bool:
        if not isinstance(value, bool) and not _is_numpys_bool(value):
            raise _misfit(value, "a bool", name)
        return bool(value)
    if made is JavaCharacter:
        if not isinstance(value, str) or len(value) != 1 or ord(value) > 0xFFFF:
            raise _misfit(value, "a str of one UTF-16 unit", name)
        return JavaCharacter(value)
    return _integer(value, made, name) if issubclass(made, int) else _floating(value, made, name)


def _is_numpys_bool(value: object) -> bool:
    kind = getattr(sys.modules.get("numpy"), "bool_", None)
    return isinstance(kind, type) and isinstance(value, kind)


def _integer(value: Any, made: type, name: str) -> Any:
    if isinstance(value, bool):
        raise _misfit(value, "an int", name)
    try:
        number = operator.index(value)
    except TypeError:
        raise _misfit(value, "an int", name) from None
    bits = _BITS.get(made)
    if bits is not None and not -(1 << bits - 1) <= number < 1 << bits - 1:
        raise OverflowError(f"{number} does not fit {name} (-2**{bits - 1} to 2**{bits - 1} - 1)")
    return made(number)


def _floating(value: Any, made: type, name: str) -> Any:
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        raise _misfit(value, "a number", name)
    try:
        number = float(value)
        return made(struct.unpack("=f", struct.pack("=f", number))[0] if made is JavaFloat else number)
    except OverflowError:
        raise OverflowError(f"{value!r} does not fit {name}") from None


def _misfit(value: object, wanted: str, name: str) -> TypeError:
    return TypeError(f"box() takes {wanted} for {name}, not {value!r}")
