"""What a real IPython shows of Java's memory, and completes: the package itself comes with `make test-ecosystem`."""

from __future__ import annotations

from typing import Any

import pytest

import bufferbridge as bb

pytest.importorskip("IPython", reason="IPython is not there: make test-ecosystem brings it")

from IPython.core.completer import provisionalcompleter
from IPython.core.formatters import DisplayFormatter
from IPython.core.interactiveshell import InteractiveShell


@pytest.fixture
def memory(jvm: None) -> bb.JavaBuffer:
    made = bb.empty((2, 3), "d")
    memoryview(made).cast("B").cast("d")[4] = 0.5
    return made


def test_a_cell_shows_a_corner_of_the_values(memory: bb.JavaBuffer) -> None:
    shown, _ = DisplayFormatter().format(memory)
    assert "0  0.5  0" in shown["text/plain"] and shown["text/plain"].startswith("<JavaBuffer")
    assert "<td>0.5</td>" in shown["text/html"]
    assert bb.exports() == []


def test_other_java_objects_show_their_text(jvm: None) -> None:
    shown, _ = DisplayFormatter().format(bb.java.util.ArrayList([1, 2]))
    assert shown["text/plain"] == "<JavaObject java.util.ArrayList: [1, 2]>"


@pytest.mark.parametrize(
    ("typed", "completed"),
    [
        ("bb.java.util.ArrayL", "ArrayList"),
        ("names.addFi", "addFirst"),
        ("System.in", "in_"),
        ("memory.itemsi", "itemsize"),
    ],
)
def test_completion_offers_what_can_be_typed(memory: bb.JavaBuffer, typed: str, completed: str) -> None:
    shell: Any = InteractiveShell()
    System = bb.java.lang.System
    shell.user_ns.update(bb=bb, names=bb.java.util.ArrayList(), System=System, memory=memory)
    with provisionalcompleter():
        offered = [one.text for one in shell.Completer.completions(typed, len(typed))]
    assert any(text.endswith(completed) for text in offered), offered
