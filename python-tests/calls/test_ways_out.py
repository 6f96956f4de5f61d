"""What a call that is refused says of the way out, and the ways themselves."""

from __future__ import annotations

import types

import numpy as np
import pytest

import bufferbridge as bb


def test_an_item_that_an_array_refuses_is_named() -> None:
    with pytest.raises(TypeError, match=r"candidates: of\(int\), of\(int\.\.\.\); item 1: str is no int$"):
        bb.jclass("java.util.stream.IntStream").of([1, "x"])
    with pytest.raises(TypeError, match="; item 0: item 1: None is no int$"):
        bb.jclass("int[][]")([[1, None]])
    rows = bb.jclass("int[][]")(2, 3)
    with pytest.raises(TypeError, match=r"^an item of int\[\]\[\] cannot be list; item 1: float is no int$"):
        rows[0] = [1, 0.5]


def test_a_text_that_is_no_path_or_char_leads_to_one() -> None:
    with pytest.raises(TypeError, match=r"size\(Path\); pathlib\.Path\(x\) makes a path of a text$"):
        bb.jclass("java.nio.file.Files").size("/")
    with pytest.raises(TypeError, match=r"isLetter\(int\); a char is a text of one UTF-16 unit$"):
        bb.jclass("java.lang.Character").isLetter("ab")


def test_a_java_class_has_no_subclasses_in_python() -> None:
    with pytest.raises(TypeError, match="ArrayList has no subclasses in Python; a function is passed where"):
        types.new_class("Derived", (bb.java.util.ArrayList,))


def test_an_overload_for_null_is_chosen_by_reflection() -> None:
    builder, text = bb.jclass("java.lang.StringBuilder")(), bb.jclass("java.lang.String")
    with pytest.raises(TypeError, match=r"append\(char\[\]\); java\.lang\.reflect\.Method\.invoke calls any one$"):
        builder.append(None)
    builder.getClass().getMethod("append", text).invoke(builder, [None])
    assert str(builder) == "null"
    with pytest.raises(TypeError, match=r"; java\.lang\.reflect\.Constructor\.newInstance calls any one$"):
        bb.jclass("java.math.BigDecimal")(None)
    with pytest.raises(bb.jclass("java.lang.reflect.InvocationTargetException")):
        builder.getClass().getConstructor(text).newInstance([None])  # the constructor throws


def test_a_method_goes_before_the_field_of_its_name() -> None:
    same = bb.jclass("org.bufferbridge.fixtures.calls.SameName")()
    assert same.size() == "the method"
    assert same.getClass().getField("size").get(same) == "the field"
    with pytest.raises(AttributeError, match=r"SameName\.size is a Java method; only fields can be assigned"):
        same.size = "another"


def test_the_constructor_of_an_inner_class_takes_the_outer_object() -> None:
    same = bb.jclass("org.bufferbridge.fixtures.calls.SameName")
    assert same.Inner(same()).outer() == "the field"
    with pytest.raises(TypeError, match=r"Inner takes \(\); candidates: .*Inner\(SameName\)"):
        same.Inner()


def test_a_buffer_where_java_wants_a_collection_leads_to_its_items() -> None:
    numbers = np.array([1, 2])
    with pytest.raises(TypeError, match=r"; a buffer is taken as memory; x\.tolist\(\) has its items$"):
        bb.java.util.ArrayList(numbers)
    assert list(bb.java.util.ArrayList(numbers.tolist())) == [1, 2]
