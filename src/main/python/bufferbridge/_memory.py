"""New memory, snapshots, and heap arrays lent for a block of code."""

from __future__ import annotations

import contextlib
import operator
import weakref
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, SupportsIndex

from bufferbridge import _blocks, _native
from bufferbridge._native import JavaBuffer, JavaClass, JavaObject

_COPY = "org.bufferbridge.internal.memory.BorrowedCopy"
"""The class of what is lent in the place of an array that cannot be pinned."""


def empty(shape: SupportsIndex | Sequence[SupportsIndex], format: str = "B") -> JavaBuffer:
    """New memory outside the Java heap, C-contiguous and zeroed, for Python and Java alike.

    Large blocks are advised for huge pages. The memory is freed when the object dies; if Java code was
    given the object, when Java has let go of it too. `release()` zeroes it, and gives the pages of a large block
    (4 MiB or more) back to the system at once; the addresses stay until the object dies.

    Args:
        shape: items along each dimension, or one length; () for a single item.
        format: of one item, in the syntax of PEP 3118.

    Raises:
        ValueError: a negative or too large shape, or a format that does not parse.
        MemoryError: there is no memory.
    """
    items = tuple(map(operator.index, (shape,) if isinstance(shape, SupportsIndex) else shape))
    for size in items:
        if not -(2**63) <= size < 2**63:
            raise ValueError(f"a dimension of {size} items is larger than any memory; at most {2**63 - 1} are allowed")
    return _native.empty(items, format)


def copy(source: JavaObject) -> JavaBuffer:
    """A snapshot of Java memory, outside the heap and C-contiguous.

    Args:
        source: a primitive array, also a rectangular array of arrays; an NIO buffer; a memory segment;
            JNA memory; a BufferView.

    Raises:
        ValueError: it is none of these, or its rows differ in length.
    """
    return _native.copy(source)


def array(source: object) -> JavaObject:
    """An explicit copy into a new Java heap array of the element type: `T[]`, `T[][]` for two dimensions.

    Java has no type for some items. Of those, the array has these elements:

    - An unsigned integer keeps its bits: `uint8` 200 becomes the byte -56; `uint16` becomes a char.
    - A `longdouble` is rounded to the nearest double.
    - A complex number becomes two elements, the real part and the imaginary part.
    - A string of numpy's type `U2` becomes two ints, the code points; one of type `S2` becomes two bytes.

    Args:
        source: any object with a buffer.

    Returns:
        A Java array; of one dimension, a JavaBuffer.

    Raises:
        TypeError: `source` has no buffer.
        JavaError: there is no Java type for its items, such as structs.
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
    """Asked only when something failed: a user's exporter would decode its memory once more."""
    try:
        memoryview(candidate).release()
    except TypeError:
        return False
    except BufferError:
        pass
    return True


@contextmanager
def borrow(array: JavaObject, *, write: bool = True) -> Iterator[memoryview]:
    """The memory of a Java heap array, for the length of a `with` block.

    Where the collector can pin, this is the array itself, live in both directions. Elsewhere, and where
    too much is pinned already, it is a copy. At the end of the block, also when the block raises, the items
    that Python has changed are written back, and no others. What Java writes to the array meanwhile is not
    seen in the block; it stays in all items that Python leaves as they were.

    Args:
        array: a Java array of primitives.
        write: whether the array may be changed; if not, the view is read-only and nothing is written
            back.

    Raises:
        TypeError: `array` is no Java object.
        ValueError: `array` is no array of primitives.
        BufferError: at the start, because a copy of the array is borrowed for writing already; any number
            of blocks may read it. At the end of the block, because something made from the view still uses
            it. All that was written until then is in the array; of a copy, nothing that is written later. An
            exception that leaves the block is not replaced: it gets a note.
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
        others = lent.export_count - 1  # of the array itself, by somebody else
        if not write:
            views.append(views[0].toreadonly())
        # Of a copy: np.ndarray(buffer=view) keeps the address, and of all this only the view.
        weakref.finalize(views[-1], _free, borrowing, lent).atexit = False
        yield views[-1]
    except BaseException as exception:
        try:
            _end_borrow(borrowing, lent, views, others)
        except Exception as failure:
            _blocks.survive(exception, failure)
        raise
    _end_borrow(borrowing, lent, views, others)


def _end_borrow(borrowing: JavaClass, lent: Any, views: list[memoryview], others: int) -> None:
    """All that ends a loan, whatever fails of it."""
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
        raise BufferError(_blocks.still_used("the borrowed array", _blocks.users_beside(views), way_out))
    elif others == 0:
        lent.release()  # the pin


def _free(borrowing: JavaClass, lent: Any) -> None:
    with contextlib.suppress(RuntimeError):  # the JVM cannot be reached any more
        borrowing.free(lent)
