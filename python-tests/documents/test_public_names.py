"""What users see of the package has the name bufferbridge: no private module shows."""

from __future__ import annotations

import inspect
import pickle
import pydoc
import typing

import pytest

import bufferbridge as bb


def is_in_python(thing: object) -> bool:
    """Whether it has annotations. A type of the extension would get some if it were asked."""
    return inspect.isfunction(thing) or (inspect.isclass(thing) and "__annotations__" in vars(thing))


NAMED = [name for name in bb.__all__ if inspect.isroutine(getattr(bb, name)) or inspect.isclass(getattr(bb, name))]


@pytest.mark.parametrize("name", NAMED)
def test_a_public_name_is_that_of_the_package(name: str) -> None:
    thing = getattr(bb, name)
    assert (thing.__module__, thing.__qualname__) == ("bufferbridge", name)
    assert pickle.loads(pickle.dumps(thing)) is thing


@pytest.mark.parametrize("name", NAMED)
def test_help_names_no_private_module(name: str) -> None:
    text = pydoc.plain(pydoc.render_doc(getattr(bb, name)))
    assert "bufferbridge._" not in text.replace("bufferbridge._native", "")


@pytest.mark.parametrize("name", [name for name in NAMED if is_in_python(getattr(bb, name))])
def test_type_hints_are_found(name: str) -> None:
    assert typing.get_type_hints(getattr(bb, name)) is not None


def test_facts_are_pickled_by_the_public_name() -> None:
    leak = bb.LeakInfo("lease", "bytearray", 0, 1, 8, None, None)
    lease = bb.LeaseInfo(bytearray(8), 0, 8, True, 0.0, "main")
    for info in leak, lease:
        stream = pickle.dumps(info)
        assert pickle.loads(stream) == info
        assert b"bufferbridge._" not in stream
