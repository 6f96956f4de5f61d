"""What IPython and Jupyter show of a JavaBuffer: shape, format and a corner of the values.

Each item is read by itself, so no memory stays held. Java reads those of arrays, because not every collector can pin.
What cannot be read is said, and raises nothing.
"""

from __future__ import annotations

import html
from typing import Any

from bufferbridge import _native
from bufferbridge._native import JavaBuffer

_ITEMS = 8
"""The most items that are shown along a dimension."""


def text(buffer: JavaBuffer) -> str:
    rows, remark = _corner(buffer)
    lines = [repr(buffer), *("  " + "  ".join(row) for row in rows)]
    return "\n".join([*lines, f"  {remark}"] if remark else lines)


def page(buffer: JavaBuffer) -> str:
    """The same as HTML."""
    rows, remark = _corner(buffer)
    cells = "".join("<tr>" + "".join(f"<td>{html.escape(item)}</td>" for item in row) + "</tr>" for row in rows)
    table = f"<table>{cells}</table>" if rows else ""
    return f"<div><code>{html.escape(repr(buffer))}</code>{table}{html.escape(remark)}</div>"


def _corner(buffer: JavaBuffer) -> tuple[list[list[str]], str]:
    """The texts of some items by lines, and a remark about what is not shown, which may be empty."""
    try:
        return _array(buffer) if _native.class_name(buffer).endswith("[]") else _items(buffer, buffer.shape)
    except Exception as obstacle:  # a user's exporter throws anything
        first = str(obstacle).partition("\n")[0]
        return [], f"the values are not shown: {first}"


def _array(buffer: JavaBuffer) -> tuple[list[list[str]], str]:
    array = _native.jclass("java.lang.reflect.Array")
    count: int = array.getLength(buffer)
    items = [_shown(array.get(buffer, i)) for i in range(min(count, _ITEMS))]
    return [_with_dots(items, count)] if items else [], ""


def _items(buffer: JavaBuffer, shape: tuple[int, ...]) -> tuple[list[list[str]], str]:
    if 0 in shape:
        return [], ""
    if not shape:
        return [[_shown(buffer[()])]], ""
    if len(shape) == 1:
        return [_line(buffer, (), shape[0])], ""
    outer = (0,) * (len(shape) - 2)
    remark = f"at index {', '.join(map(str, outer))} of the first dimensions" if outer else ""
    rows = [_line(buffer, (*outer, row), shape[-1]) for row in range(min(shape[-2], _ITEMS))]
    return [*rows, ["..."]] if shape[-2] > _ITEMS else rows, remark


def _line(buffer: JavaBuffer, index: tuple[int, ...], count: int) -> list[str]:
    places = [(*index, column) for column in range(min(count, _ITEMS))]
    return _with_dots([_shown(buffer[place if index else place[0]]) for place in places], count)


def _with_dots(shown: list[str], count: int) -> list[str]:
    return [*shown, "..."] if count > _ITEMS else shown


def _shown(value: Any) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)
