"""Heap arrays lent for a block of code."""

from __future__ import annotations

import contextlib
import weakref
from types import TracebackType
from typing import Any

from bufferbridge import _native
from bufferbridge._errors import with_blocks
from bufferbridge._native import JavaClass, JavaObject
from bufferbridge._reports import users

_COPY = "org.bufferbridge.internal.memory.BorrowedCopy"
"""The class of the copy that is lent instead of an array that cannot be pinned."""


def borrow(array: JavaObject, *, write: bool = True) -> contextlib.AbstractContextManager[memoryview]:
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
        BufferError: at the start, another block has borrowed a copy of the array for writing. Any number of blocks may
            read it. At the end, an object made from the view still uses it. Everything written until then is in the
            array. If the view shows a copy, later writes are lost. An exception that leaves the block is not
            replaced: it gets a note.
    """
    return _Borrow(array, write)


class _Borrow(contextlib.AbstractContextManager[memoryview]):
    """One block. contextlib's own decorator would set attributes of an exception, which its class may refuse."""

    def __init__(self, array: JavaObject, write: bool) -> None:
        self._array = array
        self._write = write
        self._lent: Any = None
        self._views: list[memoryview] = []
        self._others = 0
        self._is_used = False

    def __enter__(self) -> memoryview:
        if not isinstance(self._array, JavaObject):
            raise TypeError(f"borrow() takes a Java array of primitives, not {type(self._array).__qualname__}")
        if self._is_used:
            raise RuntimeError("borrow() serves one with block; call it again for another one")
        self._is_used = True
        borrowing = _native.internal_class("Borrowing")
        self._lent = borrowing.borrow(self._array, self._write)
        try:
            return self._view(borrowing)
        except BaseException as exception:
            self._survive(exception)
            raise

    def _view(self, borrowing: JavaClass) -> memoryview:
        try:
            self._views.append(memoryview(self._lent))
        except BufferError:  # too much is pinned
            self._lent = borrowing.borrowCopy(self._array, self._write)
            self._views.append(memoryview(self._lent))
        self._others = self._lent.export_count - 1  # exports of the array itself that others acquired
        if not self._write:
            self._views.append(self._views[0].toreadonly())
        # For a copy: np.ndarray(buffer=view) keeps the address, and refers to nothing but the view.
        weakref.finalize(self._views[-1], _free, borrowing, self._lent).atexit = False
        return self._views[-1]

    def __exit__(
        self, kind: type[BaseException] | None, exception: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if exception is None:
            self._end()
        else:
            self._survive(exception)

    def _survive(self, exception: BaseException) -> None:
        try:
            self._end()
        except Exception as failure:
            try:
                with_blocks.survive(exception, failure)
            except Exception:  # the class refuses to set attributes, as that of a frozen dataclass
                with_blocks.log(failure)

    def _end(self) -> None:
        """Ends the loan: every step runs, even if an earlier one fails."""
        borrowing = _native.internal_class("Borrowing")
        views, self._views = self._views, []
        try:
            for view in views:
                with contextlib.suppress(BufferError):
                    view.release()
        finally:
            borrowing.giveBack(self._lent)
        if not views:
            borrowing.free(self._lent)
        elif self._lent.export_count > self._others:
            way_out = "delete {them} before the end of the block"
            if _native.class_name(self._lent) == _COPY:
                way_out += "; what {they_write} now no longer reaches Java"
            raise BufferError(users.still_used("the borrowed array", users.other_users(views), way_out))
        elif self._others == 0:
            self._lent.release()  # the pin


def _free(borrowing: JavaClass, lent: Any) -> None:
    with contextlib.suppress(RuntimeError):  # the JVM cannot be reached any more
        borrowing.free(lent)
