"""What IPython and Jupyter show of Java's memory: shape, format and a corner, and nothing stays held."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import bufferbridge as bb


class Printer:
    """As IPython's, as far as it is used."""

    def __init__(self) -> None:
        self.shown = ""

    def text(self, text: str) -> None:
        self.shown += text


def pretty(x: Any) -> str:
    printer = Printer()
    x._repr_pretty_(printer, False)
    return printer.shown


def filled(shape: tuple[int, ...], format: str = "d") -> bb.JavaBuffer:
    x = bb.empty(shape, format)
    np.asarray(x)[...] = np.arange(np.prod(shape, dtype=int)).reshape(shape)
    return x


def test_a_corner_of_two_dimensions_is_shown() -> None:
    shown = pretty(filled((20, 20)))
    lines = shown.splitlines()
    assert "format 'd', shape (20, 20)" in lines[0]
    assert lines[1].split() == [*map(str, range(8)), "..."]
    assert lines[8].split()[0] == "140" and lines[9].split() == ["..."] and len(lines) == 10


def test_html_has_a_table_of_the_same() -> None:
    page = filled((2, 2), "i")._repr_html_()
    assert "<td>3</td>" in page and "shape (2, 2)" in page and "..." not in page
    assert "&lt;JavaBuffer" in page


@pytest.mark.parametrize(
    ("shape", "text"),
    [((3,), "0  1  2"), ((), "  0"), ((0,), "shape (0,)"), ((2, 2, 2), "at index 0 of the first dimensions")],
    ids=["1", "0", "empty", "3"],
)
def test_any_number_of_dimensions_is_shown(shape: tuple[int, ...], text: str) -> None:
    assert text in pretty(filled(shape))


def test_nothing_stays_held() -> None:
    with bb.java.lang.foreign.Arena.ofShared() as arena:
        segment = arena.allocate(16)
        assert "0  0" in pretty(segment)
        assert not [holding for holding in bb.holdings() if holding.holder is segment]


def test_arrays_are_shown_under_every_collector() -> None:
    assert "1  2  3" in pretty(bb.jclass("int[]")([1, 2, 3]))
    assert "a  b" in pretty(bb.jclass("char[]")(["a", "b"]))


def test_what_cannot_be_shown_is_said() -> None:
    x = bb.empty((2,), "d")
    x.release()
    assert "the values are not shown" in pretty(x) and "not shown" in x._repr_html_()
    structure = bb.empty((2,), "T{i:a:d:b:}")
    assert "format" in pretty(structure)


@pytest.mark.parametrize(
    "thrown",
    [
        "BufferException",
        "IllegalArgumentException",
        "IndexOutOfBoundsException",
        "ClassCastException",
        "UnsupportedOperationException",
        "OutOfMemoryError",
        "StackOverflowError",
    ],
)
def test_what_an_exporter_throws_is_said(thrown: str) -> None:
    exporter = bb.jclass("org.bufferbridge.fixtures.exporters.ThrowingExporter").in_("GET", thrown)
    assert "the values are not shown" in pretty(exporter) and "not shown" in exporter._repr_html_()


def test_lists_of_what_is_out_show_no_values() -> None:
    x = filled((3,))
    with memoryview(x):
        assert "1.0" not in repr(bb.exports()) and "  1  " not in repr(bb.exports())


def test_a_printer_is_required() -> None:
    with pytest.raises(TypeError, match="takes IPython's printer"):
        filled((3,))._repr_pretty_()
