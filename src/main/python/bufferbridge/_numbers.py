"""Numbers that are not Python's own, on their way to Java."""

from __future__ import annotations

import numbers
import sys


def plain(value: object) -> bool | int | float | None:
    """The bool, int or float that `value` is, or None when it is no number.

    numpy's scalars and everything registered with `numbers` count; `__index__` and `__float__` alone
    do not, because arrays have both.
    """
    numpy = sys.modules.get("numpy")
    if numpy is not None and isinstance(value, numpy.bool_):
        return bool(value)
    if isinstance(value, numbers.Integral):
        return int(value)
    if isinstance(value, numbers.Real):
        return float(value)
    return None
