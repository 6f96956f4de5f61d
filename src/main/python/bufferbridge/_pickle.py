"""Pickling Java memory: the bytes travel with their format and shape."""

from __future__ import annotations

import pickle
from typing import Any

from bufferbridge._native import JavaBuffer, UnpickledBuffer


def reduce(buffer: JavaBuffer | UnpickledBuffer, protocol: int) -> tuple[type[UnpickledBuffer], tuple[Any, ...]]:
    """What `__reduce_ex__` answers.

    From protocol 5 on contiguous memory goes through PickleBuffer: out of band and without a copy where
    the pickler was given a `buffer_callback`, else copied into the pickle once. Otherwise the items are
    copied in C order. What is unpickled is writable if the memory was, and if the buffer that comes back
    out of band is.

    Raises:
        BufferError: the exporter refused.
    """
    # Items of any format can be copied, also those that memoryview cannot index.
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
