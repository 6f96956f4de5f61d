"""The controls: CPython's own objects, and numpy if it is installed. Every side has them in its process."""

from __future__ import annotations

import platform
import sys
import time
from collections.abc import Callable

from timing import Case, Measured, Timed

ACQUIRE = "memoryview(x).release()"

# A loop over a java.util.List, and an item of it.
LOOP, ITEM = "for item in x: pass", "x[500]"

# A list of ints as an argument, and an int[] that Java makes as a list.
PASS_LIST, TO_LIST = "take(x)", "list(make(1000))"
NUMBERS = list(range(1000))
REALS = [float(number) for number in NUMBERS]

# A Java loop over a Python function, and the function.
JAVA_LOOP = "sum(f, 1000)"


def function(number: int) -> int:
    return number


class PythonExporter:
    """An exporter class in Python (3.12 and later) that does the same as a user's exporter in Java."""

    def __init__(self) -> None:
        self._memory = bytearray(1000)

    def __buffer__(self, flags: int) -> memoryview:
        return memoryview(self._memory)

    def __release_buffer__(self, view: memoryview) -> None:
        view.release()


def numpy_cases(make: Callable[..., dict[str, Timed]]) -> dict[str, Case | Measured]:
    """The result of `make` for numpy; empty if numpy is not installed."""
    try:
        import numpy
    except ImportError:
        return {}
    return make(numpy)


def fresh(make: Callable[[], object], use: Callable[[object], object]) -> Measured:
    """A case that uses something new each time; the making is not counted."""

    def measure() -> float:
        made = make()
        start = time.thread_time()
        used = use(made)
        taken = (time.thread_time() - start) * 1e9
        del used
        return taken

    return Measured(measure, warm_rounds=3)


def cases() -> dict[str, Timed]:
    found: dict[str, Timed] = {
        "bytearray": Case(ACQUIRE, x=bytearray(1000)),
        "bytes": Case(ACQUIRE, x=bytes(1000)),
    }
    if sys.version_info >= (3, 12):
        found["python class"] = Case(ACQUIRE, x=PythonExporter())
    return found | numpy_cases(
        lambda numpy: {
            "numpy array": Case(ACQUIRE, x=numpy.zeros(1000)),
            "asarray of bytearray": Case("asarray(x)", asarray=numpy.asarray, x=bytearray(1000)),
            "sum of numpy's own": Case("x.sum()", x=numpy.ones(10_000_000)),
        }
    )


def versions() -> dict[str, str]:
    return {"python": platform.python_version()} | {
        name: module.__version__ for name, module in sys.modules.items() if name == "numpy"
    }
