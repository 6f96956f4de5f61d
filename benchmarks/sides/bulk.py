"""bufferbridge: new blocks, copies, and loops over the items of a view."""

from __future__ import annotations

from typing import Any

from timing import Case, Measured, Timed

COPIED = (100_000, 1_000_000)
STRIDED = 10_000
# The cases of Views.rounds().
OF_VIEWS = ("(i, j)", "(i, j, k)", "toDoubleArray")


def cases(bb: Any, numpy: Any) -> dict[str, Timed]:
    return _blocks(bb, numpy) | _views(bb, numpy)


def _blocks(bb: Any, numpy: Any) -> dict[str, Timed]:
    doubles = bb.jclass("org.bufferbridge.bench.Plain").doubles
    found: dict[str, Timed] = {
        "bb.empty of one item": Case("empty(1)", empty=bb.empty),
        "numpy.zeros of one item": Case("zeros(1)", zeros=numpy.zeros),
        "array of 1,000 items": Case("array(x)", array=bb.array, x=numpy.zeros(1000)),
    }
    for count in COPIED:
        found[f"bb.copy of {count}"] = Case("copy(x)", copy=bb.copy, x=doubles(count))
        found[f"numpy's copy of {count}"] = Case("x.copy()", x=numpy.ones(count))
    return found


def _views(bb: Any, numpy: Any) -> dict[str, Timed]:
    views = bb.jclass("org.bufferbridge.bench.Views")
    rounds = views.rounds()
    names = [
        *OF_VIEWS,
        *(f"{name}, heap" for name in OF_VIEWS[:2]),
        "(i, j), several formats",
        "toDoubleArray, plain loop",
    ]
    found: dict[str, Timed] = {
        name: Measured(lambda name=name: rounds.nanoseconds(name), warm_rounds=1) for name in names
    }
    source, target = numpy.ones(2 * STRIDED)[::2], bb.empty((STRIDED,), "d")
    found["copyFrom strided"] = Measured(lambda: views.copy(target, source, 200), warm_rounds=200)
    found["numpy's copyto strided"] = Case("copyto(t, s)", copyto=numpy.copyto, t=numpy.zeros(STRIDED), s=source)
    return found
