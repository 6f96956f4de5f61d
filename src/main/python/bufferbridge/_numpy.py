"""What numpy asks for when a buffer was refused.

numpy takes the buffer of an object that has one. Where that is refused it drops the BufferError and looks for
`__array__`; without one it makes an array of one object, which computes nothing and says nothing.
"""

from __future__ import annotations

from typing import Any

from bufferbridge._native import JavaBuffer


def as_array(buffer: JavaBuffer, dtype: Any = None, copy: bool | None = None) -> Any:
    """What `__array__` answers: an array over the memory, where a buffer can be had by now.

    Raises:
        BufferError: the exporter refuses.
    """
    import numpy

    return numpy.array(memoryview(buffer), dtype=dtype, copy=copy)
