"""Memory of pandas' series."""

from __future__ import annotations

import sys
from typing import Any

from bufferbridge import _native


def is_pandas(kind: type) -> bool:
    series = getattr(sys.modules.get("pandas"), "Series", None)
    return isinstance(series, type) and issubclass(kind, series)  # a stand-in for the module may have anything


def lend_series(series: Any) -> Any:
    """The array under a series, or its memory by Arrow.

    Raises:
        BufferError: the series computes what it shows, so its memory would be a copy.
    """
    import numpy

    values = series.array
    array = getattr(values, "_ndarray", None)
    if isinstance(array, numpy.ndarray) and array.dtype == series.dtype:
        return _read_only(array)
    if hasattr(values, "__arrow_array__") and type(series.dtype).__name__ == "ArrowDtype":
        return _native.lend_by_arrow(values.__arrow_array__())
    raise BufferError(f"a series of {series.dtype} has no memory of its own; x.to_numpy() copies its items")


def _read_only(array: Any) -> Any:
    """pandas shares an array among series until one is written."""
    shared = array.view()
    shared.flags.writeable = False
    return shared
