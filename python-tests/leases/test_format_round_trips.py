"""Formats on their way from Python to Java and back: numpy's dtypes, the struct module's texts, and refusals.

The examples are the same in every run. With BUFFERBRIDGE_ORACLE_STRUCTURES, which sets their number, each run draws
others.
"""

from __future__ import annotations

import os
import struct

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import bufferbridge as bb
from support.structures import means_the_same, numpy_dtype

_MORE = os.environ.get("BUFFERBRIDGE_ORACLE_STRUCTURES")
examples = settings(
    max_examples=int(_MORE or 300),
    derandomize=_MORE is None,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)


@pytest.fixture(scope="module")
def formats(jvm: None) -> bb.JavaClass:
    return bb.jclass("org.bufferbridge.BufferFormat")


@pytest.fixture(scope="module")
def views(jvm: None) -> bb.JavaClass:
    return bb.jclass("org.bufferbridge.BufferView")


@pytest.fixture(scope="module")
def memory(jvm: None) -> bb.JavaBuffer:
    """Enough memory for two items of any drawn dtype."""
    return bb.jclass("org.bufferbridge.fixtures.memory.Memories").automatic(1 << 16)


# ---------------------------------------------------------------------------------------- dtypes

_NUMBERS = list("?bBhHiIlLqQefdFD")


def _leaves() -> st.SearchStrategy[np.dtype]:
    numbers = st.builds(lambda code, order: np.dtype(code).newbyteorder(order), st.sampled_from(_NUMBERS), order())
    strings = st.builds(lambda kind, length: np.dtype(f"{kind}{length}"), st.sampled_from("SU"), st.integers(1, 9))
    long_doubles = st.sampled_from([np.dtype("g"), np.dtype("G")])  # numpy exports them in native byte order only
    return st.one_of(numbers, numbers, long_doubles, strings.flatmap(lambda dtype: order().map(dtype.newbyteorder)))


def order() -> st.SearchStrategy[str]:
    return st.sampled_from("===<>")


def _names(count: int) -> st.SearchStrategy[list[str]]:
    name = st.text(
        st.characters(codec="utf-8", exclude_characters=":\0", exclude_categories=["Cs"]), min_size=1, max_size=5
    )
    return st.lists(name, min_size=count, max_size=count, unique=True)


@st.composite
def _structures(draw: st.DrawFn, members: st.SearchStrategy[np.dtype]) -> np.dtype:
    fields = draw(st.lists(members, min_size=1, max_size=4))
    names = draw(_names(len(fields)))
    shapes = [
        draw(st.one_of(st.just(()), st.lists(st.integers(1, 3), min_size=1, max_size=2).map(tuple))) for _ in fields
    ]
    layout = draw(st.sampled_from(["packed", "aligned", "gaps"]))
    formats = [np.dtype((field, shape)) for field, shape in zip(fields, shapes)]
    if layout != "gaps":
        return np.dtype(list(zip(names, formats)), align=layout == "aligned")
    offsets, end = [], 0
    for format_ in formats:
        end += draw(st.integers(0, 5))
        offsets.append(end)
        end += format_.itemsize
    return np.dtype({"names": names, "formats": formats, "offsets": offsets, "itemsize": end + draw(st.integers(0, 9))})


DTYPES = st.one_of(
    _leaves(),
    st.recursive(_structures(_leaves()), lambda inner: _structures(st.one_of(_leaves(), inner)), max_leaves=4),
)


@examples
@given(dtype=DTYPES)
@example(dtype=np.dtype([("x", "f8"), ("id", "i4")]))
@example(dtype=np.dtype([("x", "f8"), ("id", "i4")], align=True))
@example(dtype=np.dtype([("a", "i1"), ("b", [("c", ">f4", (2, 2)), ("d", "S3")])], align=True))
def test_a_dtype_comes_back_from_java_as_it_went(
    formats: bb.JavaClass, views: bb.JavaClass, memory: bb.JavaBuffer, dtype: np.dtype
) -> None:
    text = memoryview(np.zeros(2, dtype)).format
    if numpy_dtype(text, dtype.itemsize) != dtype:
        # numpy cannot read its own text, which lacks the padding at the end and names that it cannot express.
        check_that_numpy_alone_loses_it(formats, text, dtype)
        return
    parsed = formats.parse(text, dtype.itemsize)
    assert parsed.itemSize() == dtype.itemsize
    back = np.asarray(views.of(memory, parsed, 2))
    assert back.dtype == dtype, f"{text!r} became {parsed}"
    assert back.strides == np.zeros(2, dtype).strides
    assert formats.parse(parsed.toString()) == parsed


def check_that_numpy_alone_loses_it(formats: bb.JavaClass, text: str, dtype: np.dtype) -> None:
    """Java reads the text as numpy does, or refuses it with both sizes."""
    try:
        parsed = formats.parse(text, dtype.itemsize)
    except bb.JavaValueError as refusal:
        said = str(refusal)
        assert str(dtype.itemsize) in said or "position" in said, said
        return
    assert parsed.itemSize() == dtype.itemsize


@pytest.mark.parametrize(("text", "shape"), [("3h", (3,)), ("(2,3)h", (2, 3)), ("(2)T{b:a:}", (2,))])
def test_a_sub_array_adds_its_dimensions(
    views: bb.JavaClass, formats: bb.JavaClass, memory: bb.JavaBuffer, text: str, shape: tuple[int, ...]
) -> None:
    array = np.asarray(views.of(memory, formats.parse(text), 4))
    assert array.shape == (4, *shape)


# ---------------------------------------------------------------------------- the struct module

_ANY_SIZE = "cbB?hHiIlLqQefdspx"


@st.composite
def _struct_texts(draw: st.DrawFn) -> tuple[str, list[str]]:
    """A text that the struct module reads, and the parts after its mark."""
    mark = draw(st.sampled_from(["", "@", "=", "<", ">", "!"]))
    codes = st.sampled_from(_ANY_SIZE + ("nN" if mark in ("", "@") else ""))
    count = st.sampled_from(["", "", "", "0", "1", "2", "3", "11"])
    space = st.sampled_from(["", "", "", " "])
    # To the struct module "0s" is a value of no bytes, and "0p" raises SystemError there.
    part = st.tuples(count, codes, space).map("".join).filter(lambda part: part[:2] not in ("0s", "0p"))
    parts = draw(st.lists(part, max_size=6))
    return mark + "".join(parts), [mark, *parts]


@examples
@given(drawn=_struct_texts())
@example(drawn=("db", ["", "d", "b"]))
@example(drawn=("b0q", ["", "b", "0q"]))
def test_the_size_of_a_struct_text_is_calcsize(formats: bb.JavaClass, drawn: tuple[str, list[str]]) -> None:
    text, _ = drawn
    size = struct.calcsize(text)
    if size == 0:
        with pytest.raises(bb.JavaValueError, match="0 bytes; at least 1 is required|a code is required"):
            formats.parse(text)
        return
    parsed = formats.parse(text)
    assert parsed.itemSize() == size
    assert formats.parse(parsed.toString()) == parsed


@examples
@given(drawn=_struct_texts())
def test_consumers_read_the_same_from_the_exported_text(
    formats: bb.JavaClass, views: bb.JavaClass, memory: bb.JavaBuffer, drawn: tuple[str, list[str]]
) -> None:
    text, _ = drawn
    size = struct.calcsize(text)
    if size == 0:
        return
    view = views.of(memory, formats.parse(text), 3)
    assert (view.itemsize, view.nbytes) == (size, 3 * size)
    assert means_the_same(view.format, text, size), f"{text!r} is exported as {view.format!r}"


# -------------------------------------------------------------------------------------- refusals

REFUSED_CODES = {
    "O": "'O' (a Python object) is refused",
    "P": "'P' (a pointer) is refused",
    "&d": "'&' (a pointer) is refused",
    "X{}": "'X{}' (a function) is refused",
    "t": "'t' (a bit field) is refused",
    "y": "code 'y' is unknown",
}


@examples
@given(drawn=_struct_texts(), at=st.integers(0, 6), code=st.sampled_from(list(REFUSED_CODES)))
def test_a_refused_code_is_named_with_its_position(
    formats: bb.JavaClass, drawn: tuple[str, list[str]], at: int, code: str
) -> None:
    _, (mark, *parts) = drawn
    before = mark + "".join(parts[:at])
    text = before + code + "".join(parts[at:])
    with pytest.raises(bb.JavaValueError) as caught:
        formats.parse(text)
    assert f'format "{text}", position {len(before)}: ' in str(caught.value)
    assert REFUSED_CODES[code] in str(caught.value)


UNBALANCED = {
    "T{d:x:": (0, "'T{' is not closed"),
    "bT{T{b:a:}": (1, "'T{' is not closed"),
    "T{d:x:}}": (7, "'}' closes no 'T{'"),
    "}": (0, "'}' closes no 'T{'"),
    "(2,3h": (4, "',' or ')' is required"),
    "(2": (0, "'(' is not closed"),
    "b:name": (1, "is not closed"),
    "T{b:a:b:a:}": (10, 'name "a" is given twice'),
    "T{3}": (2, "count 3 is followed by no code"),
    "(2)": (0, "a code is required"),
    "<n": (1, "no standard size"),
    "(99999999999999999999)b": (1, "exceeds 9223372036854775807"),
}


@pytest.mark.parametrize("text", UNBALANCED)
def test_what_does_not_balance_is_refused_with_its_position(text: str) -> None:
    position, reason = UNBALANCED[text]
    with pytest.raises(ValueError) as caught:
        bb.empty(1, text)
    assert f'format "{text}", position {position}: ' in str(caught.value)
    assert reason in str(caught.value)


def test_an_item_size_that_no_reading_has_is_refused_with_both_sizes(formats: bb.JavaClass) -> None:
    assert formats.parse("db", 16).itemSize() == 16
    with pytest.raises(ValueError, match="items of 16 bytes; required 12"):
        formats.parse("db", 12)
