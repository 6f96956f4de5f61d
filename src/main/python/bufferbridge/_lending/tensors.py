"""Memory of torch's tensors."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from bufferbridge import _native

if TYPE_CHECKING:
    from bufferbridge._native import LentMemory

tensor_type: type | None = None
"""torch.Tensor, once a tensor has come. Finding it anew would take as long as all the rest."""


def is_torchs(kind: type) -> bool:
    global tensor_type
    if tensor_type is None:
        found = getattr(sys.modules.get("torch"), "Tensor", None)
        tensor_type = found if isinstance(found, type) else None  # a stand-in for the module may have anything
    return tensor_type is not None and issubclass(kind, tensor_type)


def lend_tensor(tensor: Any) -> LentMemory:
    """The memory of a tensor. DLPack alone would dangle: torch may exchange or enlarge the memory under a tensor.

    The tensor's storage is kept, and no longer resizable, as after `tensor.numpy()`.
    """
    if tensor.requires_grad:
        raise BufferError("the tensor requires a gradient; x.detach() shares its memory without it")
    try:
        storage = tensor.untyped_storage()
    except NotImplementedError:
        reason = (
            "torch transforms what works on it, as torch.vmap does, so it has no memory of its own"
            if str(tensor.layout) == "torch.strided"
            else f"its layout is {tensor.layout}; x.to_dense() has its items in memory"
        )
        raise BufferError(f"the tensor has no memory: {reason}") from None
    if storage.resizable():
        _forbid_resizing(tensor)
    lent = _native.lend_by_dlpack(tensor, type(tensor).__dict__.get("__dlpack_c_exchange_api__"), storage)
    if tensor.is_neg() or (lent.is_complex and tensor.is_conj()):
        raise BufferError(_IS_CHANGED)
    if tensor.untyped_storage() is not storage:
        raise BufferError("another thread has exchanged the tensor's memory meanwhile; pass it again")
    return lent


_IS_CHANGED = "the tensor negates or conjugates what is in memory; x.resolve_neg().resolve_conj() copies it"


def _forbid_resizing(tensor: Any) -> None:
    if not tensor.is_cpu:
        raise BufferError(f"the tensor is on the device {tensor.device}; x.cpu() copies it")
    if tensor.is_neg() or tensor.is_conj():
        raise BufferError(_IS_CHANGED)
    try:
        tensor.numpy()
    except TypeError:
        pass  # numpy has no such items, and neither has a buffer
