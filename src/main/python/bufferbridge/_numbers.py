"""Numbers of types that are not built in, on their way to Java."""

from __future__ import annotations

import numbers
import sys


def plain(value: object) -> bool | int | float | None:
    """The bool, int or float equal to `value`; None if `value` is not a number.

    numpy's scalars and every type registered with `numbers` are numbers. A type that has only `__index__` and
    `__float__` is not, because arrays have both.
    """
    numpy = sys.modules.get("numpy")
    if numpy is not None and isinstance(value, numpy.bool_):
        return bool(value)
    if isinstance(value, numbers.Integral):
        return int(value)
    if isinstance(value, numbers.Real):
        return float(value)
    return None
