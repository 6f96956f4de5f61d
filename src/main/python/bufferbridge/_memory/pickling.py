"""Pickling Java memory: the bytes travel with their format and shape."""

from __future__ import annotations

import pickle
from typing import Any

from bufferbridge._native import JavaBuffer, UnpickledBuffer


def reduce(buffer: JavaBuffer | UnpickledBuffer, protocol: int) -> tuple[type[UnpickledBuffer], tuple[Any, ...]]:
    """The result of `__reduce_ex__`.

    From protocol 5 on, contiguous memory goes through PickleBuffer. A pickler with a `buffer_callback` passes it out of
    band, without a copy. Any other pickler copies it into the pickle once. All other memory is copied item by item in C
    order. The unpickled buffer is writable if the memory was. If it came out of band, that buffer has to be writable
    too.

    Raises:
        BufferError: the exporter refused.
    """
    # memoryview copies items of any format, including formats that it cannot index.
    with memoryview(buffer) as view:
        in_fortran_order = view.f_contiguous and not view.c_contiguous
        data: Any
        if protocol >= 5 and view.contiguous:
            data = pickle.PickleBuffer(buffer)
        else:
            in_fortran_order = False
            data = view.tobytes() if view.readonly else bytearray(view.tobytes())
        geometry = (view.format, view.itemsize, view.shape)
        return UnpickledBuffer, (data, *geometry, in_fortran_order, view.readonly)
