"""Arrays of every format and geometry, as hypothesis strategies; and how the Items fixture spells their items."""

from __future__ import annotations

import struct

import numpy as np
from hypothesis import assume
from hypothesis import strategies as st

NUMBERS = ["i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f2", "f4", "f8", "c8", "c16"]
SCALARS = [
    "?",
    *[order + code for code in NUMBERS for order in "<>"],
    *[np.dtype(code).str for code in ("l", "L", "q", "Q", "g", "G")],
    *["S1", "S5", "<U3", ">U3"],
]
FIELD_NAMES = ["x", "y", "z", "of the_year", "größe"]
CHARACTERS = np.array([0, ord("a"), ord("'"), ord("ß"), 0x4E2D, 0x1F40D], np.uint32)


def scalar_dtypes() -> st.SearchStrategy[np.dtype]:
    return st.sampled_from(SCALARS).map(np.dtype)


def _members(fields: st.SearchStrategy[np.dtype]) -> st.SearchStrategy[list[tuple[object, ...]]]:
    """Named fields; some are sub-arrays."""
    member_shapes = st.one_of(st.just(()), st.lists(st.integers(1, 3), min_size=1, max_size=2).map(tuple))
    members = st.lists(st.tuples(fields, member_shapes), min_size=1, max_size=len(FIELD_NAMES))
    return st.builds(
        lambda names, chosen: [(name, *member) for name, member in zip(names, chosen)],
        st.permutations(FIELD_NAMES),
        members,
    )


def has_exact_format(array: np.ndarray) -> bool:
    """Whether numpy reads its own format back. numpy leaves out the padding that native codes imply."""
    try:
        return np.asarray(memoryview(array)).dtype == array.dtype
    except (RuntimeError, RuntimeWarning, ValueError):
        return False


def struct_dtypes() -> st.SearchStrategy[np.dtype]:
    def structs_of(fields: st.SearchStrategy[np.dtype]) -> st.SearchStrategy[np.dtype]:
        return st.builds(lambda members, align: np.dtype(members, align=align), _members(fields), st.booleans())

    nested = st.recursive(
        structs_of(scalar_dtypes()),
        lambda inner: structs_of(st.one_of(inner, scalar_dtypes())),
        max_leaves=3,
    )
    return nested.filter(lambda dtype: has_exact_format(np.zeros(1, dtype)))


def dtypes() -> st.SearchStrategy[np.dtype]:
    return st.one_of(scalar_dtypes(), struct_dtypes())


def fill(array: np.ndarray, rng: np.random.Generator) -> None:
    """Every value of the format, including infinities and NaNs, but no boolean of 2.

    All NaNs are quiet, because floating-point registers of processors make signalling NaNs quiet.
    """
    dtype = array.dtype
    if dtype.names:
        for name in dtype.names:
            fill(array[name], rng)
    elif dtype.kind == "b":
        array[...] = rng.integers(0, 2, array.shape)
    elif dtype.kind == "U":
        units = rng.choice(CHARACTERS, (*array.shape, dtype.itemsize // 4))
        array[...] = units.view("U" + str(dtype.itemsize // 4))[..., 0]
    elif dtype.char in "gG":
        array[...] = rng.normal(size=array.shape)
    else:
        size = int(np.prod(array.shape)) * dtype.itemsize
        values = np.frombuffer(rng.bytes(size), dtype).reshape(array.shape)
        array[...] = np.where(np.isnan(values), np.nan, values) if dtype.kind in "fc" else values


@st.composite
def geometries(draw: st.DrawFn, array: np.ndarray) -> np.ndarray:
    """A view of a C-contiguous array: sliced with steps up and down, indexed, transposed, or as it is."""
    index = []
    for length in array.shape:
        if draw(st.integers(0, 9)) == 9:
            index.append(slice(0, 0))
        else:
            start = draw(st.integers(0, length - 1))
            step = draw(st.sampled_from([1, 1, 2, 3, -1, -2]))
            index.append(slice(start, None, step) if draw(st.booleans()) else slice(None, None, step))
    view = array[(*index, ...)]
    return view.transpose(draw(st.permutations(range(view.ndim))))


def shapes() -> st.SearchStrategy[tuple[int, ...]]:
    return st.lists(st.integers(1, 4), max_size=3).map(tuple)


@st.composite
def arrays(draw: st.DrawFn) -> np.ndarray:
    """numpy's own memory, aligned or not, filled, in any geometry."""
    dtype, shape = draw(dtypes()), draw(shapes())
    count = int(np.prod(shape))
    misalignment = draw(st.sampled_from([0, 0, 1, 2, 4]))
    memory = np.zeros(count * dtype.itemsize + misalignment, np.uint8)
    array = np.ndarray(shape, dtype, buffer=memory, offset=misalignment)
    assume(has_exact_format(array))
    fill(array, np.random.default_rng(draw(st.integers(0, 2**32))))
    return draw(geometries(array))


# ----------------------------------------------------------------------------------- as Java spells


def spell(array: np.ndarray) -> str:
    """All items in C order, as Items.spell writes them in Java."""
    return " ".join(_item(array[index], array.dtype) for index in np.ndindex(array.shape))


def _item(value: np.generic, dtype: np.dtype) -> str:
    if dtype.names:
        return "{" + " ".join(f"{name}={_field(value[name], dtype[name])}" for name in dtype.names) + "}"
    if dtype.kind == "b":
        return str(bool(value)).lower()
    if dtype.kind in "iu":
        return str(int(value))
    if dtype.kind == "f":
        return _real(value)
    if dtype.kind == "c":
        return f"({_real(value.real)} {_real(value.imag)})"
    if dtype.kind == "S":
        return "#" + bytes(value).ljust(dtype.itemsize, b"\0").hex()
    if dtype.kind == "V":
        return "#" + value.tobytes().hex()
    return f"'{value}'"


def _field(value: np.generic, dtype: np.dtype) -> str:
    return f"[{spell(value)}]" if dtype.subdtype else _item(value, dtype)


def _real(value: np.floating) -> str:
    return "nan" if np.isnan(value) else str(struct.unpack("q", struct.pack("d", float(value)))[0])
