"""Heap arrays lent for a block of code."""

from __future__ import annotations

import contextlib
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bufferbridge import _native
from bufferbridge._errors import with_blocks
from bufferbridge._native import JavaClass, JavaObject
from bufferbridge._reports import users

_COPY = "org.bufferbridge.internal.memory.BorrowedCopy"
"""The class of the copy that is lent instead of an array that cannot be pinned."""


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
