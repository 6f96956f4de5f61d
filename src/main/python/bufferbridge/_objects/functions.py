"""What Java asks of the Python functions that it gets as objects of functional interfaces."""

from __future__ import annotations

import inspect
from collections.abc import Callable


def takes(function: Callable[..., object], count: int) -> bool:
    """Whether a function can be called with that many arguments. True if it does not tell, as some built-in ones."""
    try:
        inspect.signature(function).bind(*[None] * count)
    except ValueError:
        return True
    except TypeError:
        return False
    return True
