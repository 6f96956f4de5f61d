"""The counts of the fault build's library: balances, sites that were met, rules that were broken."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    pass
from faults import library

BALANCES = ["blocks", "mapped bytes", "global references", "local references", "pinned arrays"]


class _Site(ctypes.Structure):
    _fields_ = [
        ("function", ctypes.c_char_p),
        ("offset", ctypes.c_uint64),
        ("met", ctypes.c_int64),
        ("failed", ctypes.c_int64),
    ]


class _Breach(ctypes.Structure):
    _fields_ = [("function", ctypes.c_char_p), ("rule", ctypes.c_char_p), ("offset", ctypes.c_uint64)]


native = library.native()
native.bb_fault_disarm.restype = ctypes.c_int64
native.bb_fault_failed_offset.restype = ctypes.c_uint64
native.bb_fault_balance.restype = ctypes.c_int64


def balances() -> list[int]:
    return [native.bb_fault_balance(which) for which in range(len(BALANCES))]


def met_sites() -> Iterator[tuple[str, int, int, int]]:
    site = _Site()
    index = 0
    while (found := native.bb_fault_site_at(index, ctypes.byref(site))) >= 0:
        if found:
            yield site.function.decode(), site.offset, site.met, site.failed
        index += 1


def breaches() -> list[tuple[str, str, int]]:
    breach = _Breach()
    found = []
    while native.bb_fault_breach_at(len(found), ctypes.byref(breach)):
        found.append((breach.function.decode(), breach.rule.decode(), breach.offset))
    return found


def disarm() -> tuple[int, str | None]:
    """The number of calls that failed, and the exception that C left set without reporting it."""
    try:
        return native.bb_fault_disarm(), None
    except Exception as stray:
        return native.bb_fault_disarm(), repr(stray)
