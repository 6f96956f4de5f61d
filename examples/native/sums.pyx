"""A Cython module over Java's memory: sum2d(x) adds a two-dimensional JavaBuffer of doubles, of any strides."""

from bufferbridge cimport BB_READ, bb_api, bb_import, bb_view
from libc.stdint cimport int64_t

cdef const bb_api *bridge = bb_import()


cdef double sum_of(const bb_view *view) noexcept nogil:
    cdef double total = 0
    cdef int64_t row, column
    cdef const char *address = <const char *>view.address
    for row in range(view.shape[0]):
        for column in range(view.shape[1]):
            total += (<const double *>(address + row * view.strides[0] + column * view.strides[1]))[0]
    return total


def sum2d(buffer):
    """The sum of the items. The GIL is given up meanwhile."""
    cdef bb_view view
    cdef double total
    bridge.acquire(buffer, BB_READ, &view)
    try:
        if view.ndim != 2 or view.format != b"d":
            raise TypeError(f"expected two dimensions of doubles, got {view.ndim} of {view.format!r}")
        with nogil:
            total = sum_of(&view)
        return total
    finally:
        bridge.release(&view)


def is_java(thing):
    """Whether it is a JavaBuffer."""
    return bridge.is_buffer(thing)
