"""`JavaBuffer.__array__`, which numpy calls when a buffer was refused.

numpy first asks an object for its buffer. If the request is refused, numpy drops the BufferError and looks for
`__array__`. Without `__array__` it would silently make an array of one object.
"""

from __future__ import annotations

from typing import Any

from bufferbridge._native import JavaBuffer


def as_array(buffer: JavaBuffer, dtype: Any = None, copy: bool | None = None) -> Any:
    """An array over the memory, if the exporter now grants a buffer.

    Raises:
        BufferError: the exporter refuses again.
    """
    import numpy

    return numpy.array(memoryview(buffer), dtype=dtype, copy=copy)
