"""How Python code spells the format of new memory: PEP 3118, dtypes and their names, Python's own types."""

from __future__ import annotations

import itertools
import warnings
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import bufferbridge as bb
from support.arrays import NUMBERS, scalar_dtypes, struct_dtypes
from support.processes import output_of

SPELLINGS: list[tuple[Any, str]] = [
    (bool, "?"),
    (int, "i8"),
    (float, "f8"),
    (complex, "c16"),
    (np.float64, "f8"),
    (np.uint8, "u1"),
    (np.longdouble, "g"),
    (np.dtype("f4"), "f4"),
    ("float64", "f8"),
    ("float", "f8"),
    ("int", "i8"),
    ("bool", "?"),
    ("complex", "c16"),
    ("uint16", "u2"),
    ("float16", "f2"),
    ("complex64", "c8"),
    ("half", "f2"),
    ("double", "f8"),
    ("D", "c16"),
    ("<f8", "<f8"),
    (">i4", ">i4"),
    ("=u2", "u2"),
    ("|b1", "?"),
    ("U3", "U3"),
    (">U3", ">U3"),
    ("S5", "S5"),
    ("i4,f8", "i4,f8"),
    ([("x", "f4"), ("y", ">f4")], [("x", "f4"), ("y", ">f4")]),
]


@pytest.mark.parametrize(("spelling", "dtype"), SPELLINGS, ids=str)
def test_a_format_is_spelled_as_numpy_does(spelling: Any, dtype: Any) -> None:
    for made in bb.empty((2, 3), spelling), bb.empty((2, 3), dtype=spelling), bb.empty((2, 3), format=spelling):
        assert made.dtype == np.dtype(dtype) and made.shape == (2, 3)
        assert np.asarray(made).dtype == np.dtype(dtype)


@given(st.one_of(scalar_dtypes(), struct_dtypes()))
@settings(deadline=None)
def test_every_dtype_gives_memory_of_itself(dtype: np.dtype[Any]) -> None:
    made = bb.empty(2, dtype)
    assert (made.dtype, made.itemsize, np.asarray(made).dtype) == (dtype, dtype.itemsize, dtype)


def test_offsets_padding_and_sub_arrays_are_the_dtypes() -> None:
    placed = np.dtype({"names": ["b", "a"], "formats": ["<f8", "u1"], "offsets": [3, 20], "itemsize": 32})
    assert bb.empty(2, placed).dtype == placed
    nested = np.dtype([("a", "i1"), ("in", np.dtype([("b", "f8"), ("c", "u1")], align=True), (2, 3))], align=True)
    assert bb.empty(2, nested).dtype == nested
    pairs = bb.empty(4, np.dtype(("i2", (2, 3))))
    assert (pairs.itemsize, np.asarray(pairs).shape, pairs.dtype) == (12, (4, 2, 3), np.int16)
    assert bb.empty(2, "V8").itemsize == 8


def pep_3118(text: str) -> tuple[str, int] | None:
    """What BufferFormat, which knows PEP 3118 alone, takes a text for: its spelling, and its size."""
    try:
        parsed = bb.jclass("org.bufferbridge.BufferFormat").parse(text)
    except ValueError:
        return None
    return str(parsed).replace("=", ""), parsed.itemSize()  # memory of this process's order needs no mark


def in_numpy(text: str) -> np.dtype[Any] | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return np.dtype(text)
        except (TypeError, ValueError, SyntaxError):
            return None


CODES = "?cbBhHiIlLqQnNefdgspuwxOPX&tSUVMmFDGaZT"
AMBIGUOUS = sorted(
    {"".join(parts) for parts in itertools.product(["", *"<>=@^!|"], ["", "2", "(2,3)"], CODES)}
    | {"".join(parts) for parts in itertools.product(CODES, repeat=2)}
    | {order + code for order in "<>=|@" for code in NUMBERS}
    | {str(name) for name in np.sctypeDict}
    | {np.dtype(kind).name for kind in np.sctypeDict.values()}
)
# numpy means something else by these. Its l and L have 8 bytes in every byte order, its p is an integer, and the names
# are those of numbers. In PEP 3118, a name of codes is a structure of so many items.
COUNTS = "", "2", "(2,3)"
PEP_3118_WINS = {order + count + code for order in "<>=" for count in COUNTS for code in "lL"}
PEP_3118_WINS |= {order + count + "p" for order in ("", "<", ">", "=") for count in COUNTS} | {"single", "csingle"}


def test_pep_3118_wins_where_a_text_is_both(jvm: None) -> None:
    """Each text that PEP 3118 and numpy understand means the same to both, or what PEP 3118 says."""
    both = {text: pep for text in AMBIGUOUS if (pep := pep_3118(text)) is not None and in_numpy(text) is not None}
    assert {"i", "d", "B", "l", "<l", "c", "e", "2d"} <= both.keys()
    made = {text: bb.empty(1, text) for text in both}
    assert {text: (memory.format.replace("=", ""), memory.itemsize) for text, memory in made.items()} == both
    differ = {text for text, memory in made.items() if memory.itemsize != in_numpy(text).itemsize}  # type: ignore[union-attr]
    assert {"single"} <= differ <= PEP_3118_WINS


@pytest.mark.filterwarnings("ignore:Data type alias:DeprecationWarning")
def test_a_text_that_pep_3118_does_not_know_is_numpys(jvm: None) -> None:
    taken = set()
    for text in AMBIGUOUS:
        dtype = in_numpy(text)
        if pep_3118(text) is None and dtype is not None and text.lstrip("<>=@^!|") not in set(CODES[:27]):
            try:
                made = bb.empty(1, text)
            except ValueError as refused:
                assert "PEP 3118 has no format" in str(refused) or "no size" in str(refused), text
            else:
                taken.add(text)
                assert np.asarray(made).dtype.itemsize * np.asarray(made).size == dtype.itemsize, text
    assert {"float32", "double", "F", "<f8", "uint8", "V2"} - taken <= {"V2"}


REFUSED = {
    "datetime64": ("datetime64[s]", ValueError, r"no format for dtype\('<M8\[s\]'\); format 'q' has its numbers"),
    "timedelta64": (np.dtype("m8[D]"), ValueError, r"numpy.asarray\(x\).view\('<m8\[D\]'\) shows them as times"),
    "object": (object, ValueError, r"no format for dtype\('O'\); .*jclass\('java.lang.Object\[\]'\)"),
    "object by its name": ("object", ValueError, "no format for dtype"),
    "object by its code": ("O", ValueError, "a Python object"),
    "pointer": ("P", ValueError, "a pointer"),
    "size in an order": ("<n", ValueError, "has no standard size"),
    "text without a size": (str, ValueError, "has no size; 'S8'"),
    "field that is an object": ([("a", "i4"), ("b", object)], ValueError, "no format for dtype"),
    "fields that overlap": (
        np.dtype({"names": ["a", "b"], "formats": ["f8", "f8"], "offsets": [0, 4]}),
        ValueError,
        "'b' begins before another ends",
    ),
    "nothing known": ("float65", ValueError, "code 'o' is unknown"),
    "bytes": (b"d", TypeError, "a format is a str such as 'd', a dtype or a type such as float, not b'd'"),
    "float": (1.5, TypeError, "a format is a str .* not 1.5"),
    "number": (np.float64(1.5), TypeError, "a format is a str"),
    "index": (np.int64(640), TypeError, "a format is a str .* not .*640"),
    "array": (np.arange(3), TypeError, "a format is a str"),
    "variable text": (np.dtypes.StringDType() if hasattr(np.dtypes, "StringDType") else "O", ValueError, "Python obj"),
    "nonsense in a list": ([("a", "nothing")], TypeError, "a format is a str"),
    "None": (None, TypeError, "not None"),
    "class": (bb.JavaBuffer, ValueError, "no format"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_has_no_format_is_refused_by_name(name: str) -> None:
    spelling, error, message = REFUSED[name]
    with pytest.raises(error, match=message):
        bb.empty(3, spelling)
    if spelling is not None:
        with pytest.raises(error, match=message):
            bb.array(np.arange(3), spelling)


def test_the_way_out_for_times_leads_to_them() -> None:
    times = np.asarray(bb.empty(2, "q")).view("M8[s]")
    times[0] = np.datetime64("2026-01-01")
    assert times.tolist()[0].year == 2026


def test_several_dimensions_are_one_tuple() -> None:
    for width in 640, np.int64(640), True:
        with pytest.raises(TypeError, match=r"several dimensions are one tuple: empty\(\(480, .*\)\)"):
            bb.empty(480, width)


@pytest.mark.parametrize("shape", ["d", 3.5, (3, 4.5), [2, "d"], None, np.float64], ids=repr)
def test_what_is_no_shape_is_named(shape: Any) -> None:
    with pytest.raises(TypeError, match="a shape is an int or a tuple of ints, not the ") as raised:
        bb.empty(shape, 3)
    assert repr(shape) in str(raised.value) and raised.value.__cause__ is None


def test_memory_is_no_format() -> None:
    with pytest.raises(TypeError, match="a format is a str"):
        bb.empty(3, bb.empty(3, "d"))


def test_format_and_dtype_are_one_argument() -> None:
    with pytest.raises(TypeError, match="format and dtype are two names of one argument"):
        bb.empty(3, "d", dtype="d")
    assert bb.empty(3, dtype=None).format == bb.empty(3).format == "B"


def test_the_shape_is_told_when_it_is_wrong_and_not_the_format() -> None:
    with pytest.raises(ValueError, match="-1 items"):
        bb.empty((2, -1), "(2)d")
    with pytest.raises(ValueError, match="-1 items"):
        bb.empty((2, -1), np.float32)


def test_torchs_dtypes_are_formats() -> None:
    torch = pytest.importorskip("torch", reason="torch is not installed; make test-ecosystem installs it")
    for name in ("bool", "uint8", "int8", "int16", "int32", "int64", "float16", "float32", "float64", "complex128"):
        made = bb.empty(3, getattr(torch, name))
        assert torch.from_dlpack(made).dtype is getattr(torch, name)
    assert bb.empty(3, dtype=torch.half).format == "e"
    with pytest.raises(
        ValueError, match="no format for torch.bfloat16; format 'H' has its bits, and torch.from_dlpack"
    ):
        bb.empty(3, torch.bfloat16)
    assert torch.from_dlpack(bb.empty(3, "H")).view(torch.bfloat16).tolist() == [0, 0, 0]


def test_without_numpy_the_names_and_pythons_types_are_known() -> None:
    code = """
        import sys
        sys.modules["numpy"] = None
        names = ["d", bool, int, float, complex, "float32", "<f8", ">i4", "T{i:a:}", "complex64"]
        print([bb.empty(1, name).format for name in names])
        print(bb.array(bytearray(b"ab"), int)[1])
        for given in "U3", "<F", 1.5, dict:
            try:
                bb.empty(1, given)
            except (TypeError, ValueError) as refused:
                print(type(refused).__name__)
        try:
            bb.empty(1).dtype
        except AttributeError as missing:
            print(missing)
    """
    assert output_of(code, started=True).splitlines() == [
        "['d', '?', 'q', 'd', 'Zd', 'f', 'd', '>i', 'T{i:a:}', 'Zf']",
        "98",
        "JavaValueError",
        "JavaValueError",
        "TypeError",
        "TypeError",
        "org.bufferbridge.BufferView has no public member 'dtype'; "
        "numpy is not installed, or has no dtype for the format",
    ]


def test_numpy_is_not_imported_for_what_is_known_without() -> None:
    code = """
        import sys
        bb.empty(1, "float32"), bb.empty(1, float), bb.empty(1, ">f8"), bb.array(bytearray(2), "i4")
        print("numpy" in sys.modules)
    """
    assert output_of(code, started=True) == "False"


# -------------------------------------------------------------------------------------------------- bb.array

ELEMENTS = {"?": "boolean", "i1": "byte", "i2": "short", "i4": "int", "i8": "long", "f4": "float", "f8": "double"}


@pytest.mark.parametrize("dtype", ELEMENTS)
def test_an_array_has_elements_of_the_dtype(dtype: str, pinning: bool) -> None:
    values = np.array([0, 1, 1], "?" if dtype == "?" else "i4")
    made: Any = bb.array(values, dtype)
    assert made.getClass().getSimpleName() == ELEMENTS[dtype] + "[]"
    assert list(made) == [0, 1, 1]
    assert not pinning or made.dtype == np.dtype(dtype)
    rows: Any = bb.array(values.reshape(1, 3), dtype=np.dtype(dtype))
    assert rows.getClass().getSimpleName() == ELEMENTS[dtype] + "[][]"


def test_an_array_keeps_numbers_or_is_refused() -> None:
    assert list(bb.array(np.array([0.1]), "f4")) == [np.float32(0.1)]
    assert list(bb.array(np.array(7), "f8")) == [7.0]
    assert list(bb.array(np.array([200], "u1"), np.uint8)) == list(bb.array(np.array([200], "u1"))) == [-56]
    for values, dtype, message in [
        ([1, 300], "i1", "300, item 1 of its line, does not fit byte; numpy"),
        ([2**31], "i4", "does not fit int"),
        ([0.5], "i4", 'items of format "d"; int.. does not take it; numpy.asarray'),
        ([1], "?", "does not take it"),
        ([1], "u1", 'no elements of format "B" for items of another format'),
        ([1], "c8", 'no elements of format "Zf"'),
        ([1], "i4,i4", "no elements of format"),
    ]:
        with pytest.raises(ValueError, match=message):
            bb.array(np.array(values), dtype)
    with pytest.raises(TypeError, match="an object with a buffer, not list"):
        bb.array([1, 2], "i4")


# ------------------------------------------------------------------------------------------- JavaBuffer.dtype


def test_a_dtype_is_that_of_the_array_and_exports_nothing(needs_pinning: None) -> None:
    for made in bb.empty(3, ">i4"), bb.array(np.zeros(3)), bb.copy(bb.array(np.zeros((2, 2), "f4"))):
        assert isinstance(made.dtype, np.dtype)
        assert made.export_count == 0
        assert made.dtype == np.asarray(made).dtype
    assert np.result_type(bb.empty(1, "f").dtype, np.int8) == np.float32


def test_memory_that_numpy_cannot_read_has_no_dtype() -> None:
    memory = bb.empty(2, "u")
    assert not hasattr(memory, "dtype") and not hasattr(bb.jclass("java.lang.Object")(), "dtype")
    with pytest.raises(AttributeError, match="'dtype'; numpy is not installed, or has no dtype for the format"):
        memory.dtype


def test_what_arrays_have_is_pointed_to() -> None:
    memory = bb.jclass("java.nio.ByteBuffer").allocateDirect(4)
    for name, message in [("T", "numpy.asarray(x).T has it"), ("cast", "memoryview(x).cast has it")]:
        with pytest.raises(AttributeError) as refused:
            getattr(memory, name)
        assert str(refused.value).endswith(message)
    with pytest.raises(AttributeError, match="reshape.*numpy.asarray"):
        memory.reshape
    with pytest.raises(AttributeError) as refused:
        bb.jclass("java.lang.Object")().reshape
    assert "numpy" not in str(refused.value)
