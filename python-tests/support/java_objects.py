"""Java's collections and arrays, for tests."""

from __future__ import annotations

from typing import Any

import bufferbridge as bb


def java_list(*items: object) -> Any:
    made = bb.jclass("java.util.ArrayList")()
    for item in items:
        made.add(item)
    return made


def java_map(**entries: object) -> Any:
    made = bb.jclass("java.util.LinkedHashMap")()
    for key, value in entries.items():
        made.put(key, value)
    return made


def objects(*items: object) -> Any:
    """An Object[]."""
    return java_list(*items).toArray()
