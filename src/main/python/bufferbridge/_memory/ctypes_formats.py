"""Whether the format of a ctypes object says where its fields are.

ctypes writes formats that leave out much of a structure: inherited fields, the members of unions, and bit-fields.
Before CPython 3.12 they leave out padding and packing, too. A reader of such a format looks for the fields in the wrong
places. numpy knows this, and asks the ctypes type instead.
"""

from __future__ import annotations

import sys
from typing import Any

NOT_OF_CTYPES, TRUE, UNTRUE = 0, 1, 2
"""The values of `bb_lease.format_truth`."""

_PADS = sys.version_info >= (3, 12)


def truth(exporter: object) -> int:
    """Whether a buffer's format can be trusted: NOT_OF_CTYPES, TRUE or UNTRUE."""
    ctypes = sys.modules.get("ctypes")
    if ctypes is None:
        return NOT_OF_CTYPES
    while isinstance(exporter, memoryview):
        exporter = exporter.obj
    if not isinstance(exporter, (ctypes.Structure, ctypes.Union, ctypes.Array)):
        return NOT_OF_CTYPES
    return TRUE if _is_complete(ctypes, type(exporter)) else UNTRUE


def _is_complete(ctypes: Any, kind: Any) -> bool:
    if issubclass(kind, ctypes.Array):
        return _is_complete(ctypes, kind._type_)
    if issubclass(kind, ctypes.Union):
        return False
    if not issubclass(kind, ctypes.Structure):
        return True
    ancestry = [base.__dict__["_fields_"] for base in kind.__mro__ if base.__dict__.get("_fields_")]
    if len(ancestry) > 1 or (not _PADS and any("_pack_" in base.__dict__ for base in kind.__mro__)):
        return False
    end = 0
    for name, field, *bits in ancestry[0] if ancestry else ():
        if bits or not _is_complete(ctypes, field):
            return False
        place = getattr(kind, name)
        if not _PADS and place.offset != end:
            return False
        end = place.offset + place.size
    return True
