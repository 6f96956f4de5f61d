"""New memory, snapshots, and heap arrays lent for a block of code."""

from __future__ import annotations

import contextlib
import operator
import weakref
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, SupportsIndex

from bufferbridge import _native
from bufferbridge._errors import with_blocks
from bufferbridge._native import JavaBuffer, JavaClass, JavaObject
from bufferbridge._reports import users

_COPY = "org.bufferbridge.internal.memory.BorrowedCopy"
"""The class of the copy that is lent instead of an array that cannot be pinned."""


def empty(shape: SupportsIndex | Sequence[SupportsIndex], format: str = "B") -> JavaBuffer:
    """New memory outside the Java heap, C-contiguous and zeroed, for Python and Java alike.

    Large blocks are advised for huge pages. The memory is freed when the object dies and, if Java code was given the
    object, when Java has let go of it too. `release()` zeroes the memory, and gives the pages of a large block (4 MiB
    or more) back to the system at once. The addresses stay valid until the object dies.

    Args:
        shape: the number of items along each dimension, or one length; () means a single item.
        format: the format of one item, in the syntax of PEP 3118.

    Raises:
        ValueError: a dimension is negative or too large, or the format does not parse.
        MemoryError: memory ran out.
    """
    items = tuple(map(operator.index, (shape,) if isinstance(shape, SupportsIndex) else shape))
    for size in items:
        if not -(2**63) <= size < 2**63:
            raise ValueError(f"a dimension of {size} items is larger than any memory; at most {2**63 - 1} are allowed")
    return _native.empty(items, format)


def copy(source: JavaObject) -> JavaBuffer:
    """A snapshot of Java memory, outside the heap and C-contiguous.

    Args:
        source: a primitive array or a rectangular array of them; an NIO buffer; a memory segment; JNA memory; a
            BufferView.

    Raises:
        ValueError: `source` is none of these, or its rows differ in length.
    """
    return _native.copy(source)


def array(source: object) -> JavaObject:
    """Copies the items into a new Java array of the element type: `T[]`, or `T[][]` for two dimensions.

    Java has no type for some items. Of those, the array has these elements:

    - An unsigned integer keeps its bits: `uint8` 200 becomes the byte -56; `uint16` becomes a char.
    - A `longdouble` is rounded to the nearest double.
    - A complex number becomes two elements, the real part and the imaginary part.
    - A string of numpy's type `U2` becomes two ints, the code points; one of type `S2` becomes two bytes.

    Args:
        source: any object with a buffer.

    Returns:
        A Java array; an array of one dimension is a JavaBuffer.

    Raises:
        TypeError: `source` has no buffer.
        JavaError: Java has no type for the items, such as structs.
    """
    try:
        made: JavaObject = _native.jclass("org.bufferbridge.Buffers").arrayOf(source)
    except Exception:
        if not _has_buffer(source):
            raise TypeError(
                f"array() takes an object with a buffer, not {type(source).__qualname__}: "
                "numpy.array(x) makes one of numbers, and so does array.array"
            ) from None
        raise
    return made


def _has_buffer(candidate: Any) -> bool:
    """Called only after a failure, because a user's exporter would decode its memory once more."""
    try:
        memoryview(candidate).release()
    except TypeError:
        return False
    except BufferError:
        pass
    return True


@contextmanager
def borrow(array: JavaObject, *, write: bool = True) -> Iterator[memoryview]:
    """The memory of a Java heap array during a `with` block.

    If the collector can pin, the view shows the array itself, and each language sees the other's writes. If it cannot,
    or if too much is pinned already, the view shows a copy. The end of the block, even when the block raises, writes
    back the items that Python changed, and no others. The block does not see what Java writes to the array meanwhile.
    Java's values stay in all items that Python did not change.

    Args:
        array: a Java array of primitives.
        write: whether Python may change the array. If not, the view is read-only and nothing is written back.

    Raises:
        TypeError: `array` is not a Java object.
        ValueError: `array` is not an array of primitives.
        BufferError: at the start, another block has borrowed a copy of the array for writing; any number of blocks
            may read it. At the end, an object made from the view still uses it. Everything written until then is in
            the array. If the view shows a copy, later writes are lost. An exception that leaves the block is not
            replaced: it gets a note.
    """
    if not isinstance(array, JavaObject):
        raise TypeError(f"borrow() takes a Java array of primitives, not {type(array).__qualname__}")
    borrowing = _native.internal_class("Borrowing")
    lent = borrowing.borrow(array, write)
    views: list[memoryview] = []
    others = 0
    try:
        try:
            views.append(memoryview(lent))
        except BufferError:  # too much is pinned
            lent = borrowing.borrowCopy(array, write)
            views.append(memoryview(lent))
        others = lent.export_count - 1  # exports of the array itself that others acquired
        if not write:
            views.append(views[0].toreadonly())
        # For a copy: np.ndarray(buffer=view) keeps the address, and refers to nothing but the view.
        weakref.finalize(views[-1], _free, borrowing, lent).atexit = False
        yield views[-1]
    except BaseException as exception:
        try:
            _end_borrow(borrowing, lent, views, others)
        except Exception as failure:
            with_blocks.survive(exception, failure)
        raise
    _end_borrow(borrowing, lent, views, others)


def _end_borrow(borrowing: JavaClass, lent: Any, views: list[memoryview], others: int) -> None:
    """Ends a loan: every step runs, even if an earlier one fails."""
    try:
        for view in views:
            with contextlib.suppress(BufferError):
                view.release()
    finally:
        borrowing.giveBack(lent)
    if not views:
        borrowing.free(lent)
    elif lent.export_count > others:
        way_out = "delete {them} before the end of the block"
        if _native.class_name(lent) == _COPY:
            way_out += "; what {they_write} now no longer reaches Java"
        raise BufferError(users.still_used("the borrowed array", users.other_users(views), way_out))
    elif others == 0:
        lent.release()  # the pin


def _free(borrowing: JavaClass, lent: Any) -> None:
    with contextlib.suppress(RuntimeError):  # the JVM cannot be reached any more
        borrowing.free(lent)
