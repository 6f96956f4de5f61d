"""`bb.array`: Java arrays that are copies of Python memory."""

from __future__ import annotations

import numpy as np
import pytest

import bufferbridge as bb


@pytest.mark.parametrize(
    ("dtype", "java_type"),
    [
        ("?", "boolean"),
        ("i1", "byte"),
        ("i2", "short"),
        ("u2", "char"),
        ("i4", "int"),
        ("i8", "long"),
        ("f4", "float"),
        ("f8", "double"),
    ],
)
def test_array_makes_a_java_array_of_the_element_type(leasing: bb.JavaClass, dtype: str, java_type: str) -> None:
    source = np.array([1, 0, 1], dtype)
    copied = bb.array(source)
    assert isinstance(copied, bb.JavaBuffer)
    assert copied.getClass().getTypeName() == java_type + "[]"
    with bb.borrow(copied) as view:
        np.testing.assert_array_equal(np.asarray(view), source)


def test_array_nests_dimensions(leasing: bb.JavaClass) -> None:
    table = bb.array(np.arange(6, dtype="i4").reshape(2, 3))
    assert table.getClass().getTypeName() == "int[][]"
    np.testing.assert_array_equal(np.asarray(bb.copy(table)), [[0, 1, 2], [3, 4, 5]])
    assert bb.array(np.zeros((2, 3, 4), ">f8")).getClass().getTypeName() == "double[][][]"
    assert bb.array(np.zeros((0, 3), "i4")).getClass().getTypeName() == "int[][]"


def test_array_is_a_copy(leasing: bb.JavaClass) -> None:
    source = np.array([1.0, 2.0])
    copied = bb.array(source)
    source[0] = 9.0
    with bb.borrow(copied) as view:
        assert view[0] == 1.0


def test_array_refuses_what_has_no_buffer_or_no_java_type() -> None:
    with pytest.raises(TypeError):
        bb.array({1, 2})
    with pytest.raises(bb.JavaError):
        bb.array(np.zeros(2, [("x", "d"), ("y", "i")]))
