"""What a JavaBuffer has for numpy: `dtype`, and `__array__`, which numpy calls when a buffer was refused.

numpy first asks an object for its buffer. If the request is refused, numpy drops the BufferError and looks for
`__array__`. Without `__array__` it would silently make an array of one object.
"""

from __future__ import annotations

from typing import Any

from bufferbridge._native import JavaBuffer, UnpickledBuffer


def as_array(buffer: JavaBuffer, dtype: Any = None, copy: bool | None = None) -> Any:
    """An array over the memory, if the exporter now grants a buffer.

    Raises:
        BufferError: the exporter refuses again.
    """
    import numpy

    return numpy.array(memoryview(buffer), dtype=dtype, copy=copy)


def dtype_of(buffer: JavaBuffer) -> Any:
    """The numpy.dtype of `numpy.asarray(buffer)`. No export is needed to tell it.

    Raises:
        AttributeError: numpy is not installed, or has no dtype for the format.
        BufferError: the exporter refuses.
    """
    try:
        import numpy
    except ImportError:
        raise AttributeError("dtype") from None
    empty = UnpickledBuffer(b"", buffer.format, buffer.itemsize, (0,), False, True)
    try:
        return numpy.asarray(memoryview(empty)).dtype
    except (RuntimeError, ValueError):  # numpy raises either for formats that it cannot read
        raise AttributeError("dtype") from None
