"""Memory of Python objects that have no buffer, and lend it by another protocol: DLPack."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from bufferbridge import _native
from bufferbridge._lending import tensors

if TYPE_CHECKING:
    from bufferbridge._native import LentMemory


def lender_of(kind: type) -> Callable[[Any], LentMemory] | None:
    """What lends the memory of tensors of that type. None for other types.

    A container of the Arrow protocol is no tensor, even if it has DLPack: Java may take its items as well.
    """
    if kind is tensors.tensor_type:
        return tensors.lend_tensor
    is_tensor = getattr(kind, "__dlpack__", None) is not None and getattr(kind, "__arrow_c_array__", None) is None
    return lend if is_tensor else None


def lend(value: object) -> LentMemory:
    """The memory of an object without a buffer.

    Raises:
        TypeError: the object has no protocol for its memory.
        BufferError: the object refuses, or lends memory that cannot be shared.
    """
    kind = type(value)
    if getattr(kind, "__dlpack__", None) is not None:
        if tensors.is_tensor(kind):
            return tensors.lend_tensor(value)
        return _native.lend_by_dlpack(value, None, value)
    raise TypeError(f"{kind.__qualname__} has no buffer, and lends its memory by no other protocol")
