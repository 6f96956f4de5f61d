"""Recursion in C on the main thread of a program, until Python refuses it."""

from __future__ import annotations

import ctypes
import sys

import pytest

# The program ends with this. `repr` of a list recurses in C.
RECURSION = """
nested = []
for _ in range(200_000):
    nested = [nested]
try:
    repr(nested)
except RecursionError as error:
    print(type(error).__name__)
"""

needs_bounds = pytest.mark.skipif(
    sys.version_info >= (3, 14) and not hasattr(ctypes.pythonapi, "PyUnstable_ThreadState_SetStackProtection"),
    reason="this CPython cannot be told the bounds of a stack; 3.14.1 can",
)
