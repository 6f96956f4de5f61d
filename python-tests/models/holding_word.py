"""Shared by two models: the values of a JavaBuffer's word `exports`, and the place of a thread."""

from __future__ import annotations

from typing import NamedTuple

import pytest

NOT_HELD, CHANGING = -1, -2


class Own(NamedTuple):
    at: str
    seen: int = 0


locking = pytest.mark.parametrize("is_free_threaded", [False, True], ids=["gil", "free-threaded"])
