"""New memory, snapshots, and copies as Java arrays."""

from __future__ import annotations

import functools
import numbers
import operator
from collections.abc import Sequence
from typing import Any, SupportsIndex

from bufferbridge import _native
from bufferbridge._lending import lending
from bufferbridge._memory import formats
from bufferbridge._memory.formats import Format
from bufferbridge._native import JavaBuffer, JavaObject


def empty(
    shape: SupportsIndex | Sequence[SupportsIndex], format: Format = "B", *, dtype: Format | None = None
) -> JavaBuffer:
    """New memory outside the Java heap, C-contiguous and zeroed, for Python and Java alike.

    Large blocks are advised for huge pages. The memory is freed when the object dies. If Java code was given the
    object, Java has to let go of it too. `release()` zeroes the memory. The pages of a large block (4 MiB or more) go
    back to the system at once. The addresses stay valid until the object dies.

    Args:
        shape: the number of items along each dimension, or one length; () means a single item.
        format: the format of one item, in the syntax of PEP 3118; or a dtype of numpy or torch, the name of one, or
            one of Python's types bool, int, float and complex.
        dtype: the same under numpy's name; None is as good as no argument.

    Raises:
        TypeError: the format is none of these, or a dimension no integer.
        ValueError: a dimension is negative or too large, the format does not parse, or a dtype has none.
        MemoryError: memory ran out.
    """
    items = _lengths(shape)
    # Abstract classes and protocols are slow to ask, and most arguments are plain ones.
    if type(format) is not str and isinstance(format, numbers.Integral):
        raise TypeError(
            f"a format is a str such as 'd', not {format!r}; several dimensions are one tuple: "
            f"empty(({shape!r}, {format!r}))"
        )
    if dtype is not None:
        if not isinstance(format, str) or format != "B":
            raise TypeError(f"format and dtype are two names of one argument; {format!r} and {dtype!r} were given")
        format = dtype
    text = formats.text_of(format)
    for size in items:
        if not -(2**63) <= size < 2**63:
            raise ValueError(f"a dimension of {size} items is larger than any memory; at most {2**63 - 1} are allowed")
    try:
        return _native.empty(items, text)
    except ValueError:
        of_numpy = formats.understood(text)
        if of_numpy is None:
            raise
    return _native.empty(items, of_numpy)


def _lengths(shape: Any) -> tuple[int, ...]:
    dimensions = (shape,) if type(shape) is not tuple and hasattr(type(shape), "__index__") else shape
    try:
        return tuple(map(operator.index, dimensions))
    except TypeError:
        raise TypeError(
            f"a shape is an int or a tuple of ints, not the {type(shape).__qualname__} {shape!r}; "
            "the format comes second: empty((3, 4), 'd')"
        ) from None


def copy(source: JavaObject) -> JavaBuffer:
    """A snapshot of Java memory, outside the heap and C-contiguous.

    Args:
        source: a primitive array or a rectangular array of them; an NIO buffer; a memory segment; JNA memory; a
            BufferView.

    Raises:
        ValueError: `source` is none of these, or its rows differ in length.
    """
    return _native.copy(source)


def array(source: object, dtype: Format | None = None) -> JavaObject:
    """Copies the items into a new Java array of the element type: `T[]`, or `T[][]` for two dimensions.

    Java has no type for some items. Of those, the array has these elements:

    - An unsigned integer keeps its bits: `uint8` 200 becomes the byte -56; `uint16` becomes a char.
    - A `longdouble` is rounded to the nearest double.
    - A complex number becomes two elements, the real part and the imaginary part.
    - A string of numpy's type `U2` becomes two ints, the code points; one of type `S2` becomes two bytes.

    Args:
        source: any object with a buffer.
        dtype: the type of the elements, in any spelling that `empty` takes. Numbers go by value; a float or double is
            the nearest one. The items' own type, if none is given.

    Returns:
        A Java array; an array of one dimension is a JavaBuffer.

    Raises:
        TypeError: `source` has no buffer.
        ValueError: Java has no elements of the dtype, or they do not have the value of an item.
        JavaError: Java has no type for the items, such as structs.
    """
    try:
        made: JavaObject
        if dtype is None:
            made = _method_array_of()(source)
        else:
            text = formats.text_of(dtype)
            made = _native.internal_class("Copying").arrayOf(source, formats.understood(text) or text)
    except Exception:
        if not _has_buffer(source):
            raise TypeError(
                f"array() takes an object with a buffer, not {type(source).__qualname__}: "
                "numpy.array(x) makes one of numbers, and so does array.array"
            ) from None
        raise
    return made


@functools.cache
def _method_array_of() -> Any:
    return _native.jclass("org.bufferbridge.Buffers").arrayOf


def _has_buffer(candidate: Any) -> bool:
    """Called only after a failure, because a user's exporter would decode its memory once more."""
    try:
        memoryview(candidate).release()
    except TypeError:
        return lending.lends(type(candidate))
    except (BufferError, ValueError):  # numpy's refusal of a dtype is a ValueError
        pass
    return True
