"""Boxes that Java returns as objects keep their class, and are numbers and texts to Python."""

from __future__ import annotations

import copy
import json
import math
import pickle
import threading
from enum import IntEnum
from typing import Any

import numpy as np
import pytest

import bufferbridge as bb


@pytest.fixture(scope="module")
def boxed(jvm: None) -> bb.JavaClass:
    return bb.jclass("org.bufferbridge.fixtures.calls.Boxed")


@pytest.fixture(scope="module")
def kinds(jvm: None) -> bb.JavaClass:
    return bb.jclass("org.bufferbridge.fixtures.calls.Kinds")


# The name for bb.box, Java's class, a value, and two types of the value in Python: of box(), and of a result.
BOXES: list[tuple[str, str, Any, type, type]] = [
    ("byte", "Byte", 5, bb.JavaByte, bb.JavaByte),
    ("short", "Short", 300, bb.JavaShort, bb.JavaShort),
    ("int", "Integer", 70_000, bb.JavaInteger, int),
    ("long", "Long", -5, bb.JavaLong, bb.JavaLong),
    ("long", "Long", 2**40, bb.JavaLong, int),
    ("java.math.BigInteger", "BigInteger", 7, bb.JavaBigInteger, bb.JavaBigInteger),
    ("java.math.BigInteger", "BigInteger", 2**70, bb.JavaBigInteger, int),
    ("float", "Float", 0.25, bb.JavaFloat, bb.JavaFloat),
    ("float", "Float", math.inf, bb.JavaFloat, bb.JavaFloat),
    ("double", "Double", 0.1, bb.JavaDouble, float),
    ("char", "Character", "x", bb.JavaCharacter, bb.JavaCharacter),
    ("char", "Character", "\ud800", bb.JavaCharacter, bb.JavaCharacter),
    ("boolean", "Boolean", True, bool, bool),
]
IDS = [f"{java}-{value!r}" for _, java, value, _, _ in BOXES]
each_box = pytest.mark.parametrize(("name", "java", "value", "made", "comes"), BOXES, ids=IDS)


@each_box
def test_a_box_goes_to_java_and_comes_back_as_a_box_of_its_class(
    kinds: bb.JavaClass, boxed: bb.JavaClass, name: str, java: str, value: Any, made: type, comes: type
) -> None:
    box = bb.box(value, name)
    assert type(box) is made and box == value
    for _ in range(3):  # the third time goes by the classes that the first two have loaded
        for method in (kinds.same, boxed.generic):
            back = method(box)
            assert type(back) is comes and back == value
            assert kinds.of(back).split()[0] == java == kinds.of(box).split()[0]
            box = back


@each_box
def test_a_collection_finds_its_own_items(name: str, java: str, value: Any, made: type, comes: type) -> None:
    items = bb.jclass("java.util.ArrayList")([bb.box(value, name)])
    numbers = bb.jclass("java.util.HashSet")(items)
    ages = bb.jclass("java.util.HashMap")()
    ages.put(bb.box(value, name), "found")
    for item in (items.get(0), items[0], next(iter(items)), next(iter(numbers)), next(iter(ages.keySet()))):
        assert type(item) is comes
        assert items.contains(item) and items.indexOf(item) == 0
        assert numbers.contains(item) and ages.get(item) == "found"
    for key in ages:
        assert ages.remove(key) == "found"
    for item in list(numbers):
        assert numbers.remove(item)
    assert ages.isEmpty() and numbers.isEmpty()


@each_box
def test_a_list_removes_an_item_that_is_a_box(name: str, java: str, value: Any, made: type, comes: type) -> None:
    items = bb.jclass("java.util.ArrayList")([bb.box(value, name)])
    assert items.remove(bb.box(value, name)) is True
    assert items.isEmpty()


def test_a_plain_int_is_an_index_where_java_wants_one(jvm: None) -> None:
    items = bb.jclass("java.util.ArrayList")([2, 1, 0])
    assert items.remove(0) == 2
    assert items.remove(bb.box(0, "int")) is True
    assert list(items) == [1]


def test_items_of_every_class_stay_apart(boxed: bb.JavaClass, kinds: bb.JavaClass) -> None:
    items = boxed.all()
    read = list(items)
    assert items.equals(bb.jclass("java.util.ArrayList")(read))
    assert [items.indexOf(item) for item in read] == list(range(len(read)))
    assert [kinds.of(item) for item in read[:4]] == ["Byte 5", "Short 5", "Integer 5", "Long 5"]
    assert list(map(type, read)) == [
        *(bb.JavaByte, bb.JavaShort, int, bb.JavaLong, bb.JavaBigInteger),
        *(bb.JavaFloat, float, bb.JavaCharacter, str, bool, int),
    ]


def test_a_primitive_is_no_box(boxed: bb.JavaClass) -> None:
    assert type(boxed.longOf(5)) is int and type(boxed.boxOf(5)) is bb.JavaLong
    assert type(boxed.charOf("x")) is str and type(boxed.characterOf("x")) is bb.JavaCharacter
    assert type(boxed.floatOf(0.5)) is float
    made = boxed(3)
    assert type(made.whole) is int and type(made.box) is bb.JavaLong
    assert type(boxed.byteField) is int and type(boxed.byteBoxField) is bb.JavaByte
    assert type(boxed.objectField) is bb.JavaLong


CONSTRUCTED = {
    "java.lang.Byte": bb.JavaByte,
    "java.lang.Short": bb.JavaShort,
    "java.lang.Integer": int,
    "java.lang.Long": bb.JavaLong,
    "java.math.BigInteger": bb.JavaBigInteger,
    "java.lang.Float": bb.JavaFloat,
    "java.lang.Double": float,
}


@pytest.mark.parametrize("name", CONSTRUCTED)
def test_a_constructor_makes_a_box_of_its_class(kinds: bb.JavaClass, name: str) -> None:
    made = bb.jclass(name)("3")
    assert (type(made), made) == (CONSTRUCTED[name], 3)
    assert kinds.of(made).split()[0] == name.rpartition(".")[2]


def test_the_constructor_of_a_character_makes_one(kinds: bb.JavaClass) -> None:
    made = bb.jclass("java.lang.Character")("x")
    assert (type(made), made, kinds.of(made)) == (bb.JavaCharacter, "x", "Character x")


def test_items_of_primitive_arrays_are_no_boxes(jvm: None) -> None:
    for code in "bhilqfd":
        array = bb.array(np.array([1, 2], np.dtype(code)))
        for item in (array[0], array[-1], *array):
            assert type(item) in (int, float)
    chars = bb.array(np.array([97], "H"))
    assert type(chars[0]) is str and [*map(type, chars)] == [str]


def test_an_optional_of_a_primitive_has_no_box(jvm: None) -> None:
    assert [*map(type, bb.jclass("java.util.OptionalLong").of(5))] == [int]
    assert [*map(type, bb.jclass("java.util.Optional").of(bb.box(5, "long")))] == [bb.JavaLong]


def test_a_field_of_type_object_keeps_the_box(boxed: bb.JavaClass, kinds: bb.JavaClass) -> None:
    boxed.objectField = bb.box(7, "short")
    assert kinds.of(boxed.objectField) == "Short 7"
    boxed.objectField = 1


# --------------------------------------------------------------------------------------- in Python


def test_a_box_is_a_plain_value_to_python() -> None:
    for box, plain in ((bb.box(5, "byte"), 5), (bb.box(0.5, "float"), 0.5), (bb.box("x", "char"), "x")):
        assert box == plain and hash(box) == hash(plain) and repr(box) == repr(plain) and f"{box}" == f"{plain}"
        assert {plain: "found"}[box] == "found"
        assert isinstance(box, type(plain)) and type(box + box) is type(plain)
        assert type(type(plain)(box)) is type(plain)
    assert type(-bb.box(5, "byte")) is int and list(range(bb.box(2, "long"))) == [0, 1]
    assert json.dumps([bb.box(5, "byte"), bb.box(0.5, "float"), bb.box("x", "char")]) == '[5, 0.5, "x"]'
    assert np.array([bb.box(5, "byte")]).dtype == int and np.array([bb.box(5, "float")]).dtype == float


def test_a_copy_keeps_the_class_and_a_pickle_is_plain() -> None:
    for box in (bb.box(5, "long"), bb.box(2.5, "float"), bb.box("x", "char")):
        assert type(copy.copy(box)) is type(copy.deepcopy([box])[0]) is type(box)
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
            text = pickle.dumps(box, protocol)
            assert type(pickle.loads(text)) is type(box).__bases__[1] and b"bufferbridge" not in text
            assert pickle.loads(text) == box


def test_a_box_has_no_attributes_and_no_subclasses() -> None:
    with pytest.raises(AttributeError):
        bb.box(5, "byte").name = 1  # type: ignore[attr-defined]
    for bases in ((bb.JavaLong,), (bb.JavaBox, int)):
        with pytest.raises(TypeError, match=f"{bases[0].__name__} has no subclasses"):
            type("Longer", bases, {})


# ------------------------------------------------------------------------------------------- box()


@pytest.mark.parametrize("name", ["byte", "java.lang.Byte"])
def test_box_takes_names_and_classes(jvm: None, name: str) -> None:
    assert type(bb.box(1, name)) is type(bb.box(1, bb.jclass(name))) is bb.JavaByte


def test_box_rounds_for_float_as_java_does(kinds: bb.JavaClass) -> None:
    assert bb.box(0.1, "float") == np.float32(0.1)
    assert kinds.of(bb.box(0.1, "float")) == "Float 0.1"
    assert bb.box(np.float32(0.1), "double") == float(np.float32(0.1))


@pytest.mark.parametrize(
    ("value", "name", "error"),
    [
        (128, "byte", OverflowError),
        (-(2**31) - 1, "int", OverflowError),
        (2**63, "long", OverflowError),
        (1e39, "float", OverflowError),
        (10**400, "double", OverflowError),
        (True, "int", TypeError),
        (1.5, "int", TypeError),
        (True, "double", TypeError),
        ("1", "double", TypeError),
        (1, "boolean", TypeError),
        ("", "char", TypeError),
        ("\N{SNAKE}", "char", TypeError),
        ("ab", "char", TypeError),
        (1, "String", TypeError),
        (1, "Integer", TypeError),
        (1, None, TypeError),
    ],
)
def test_box_refuses_what_the_type_does_not_have(value: Any, name: Any, error: type[Exception]) -> None:
    with pytest.raises(error, match=r"box\(\) takes|does not fit"):
        bb.box(value, name)


def test_an_instance_that_box_would_refuse_is_refused_by_calls(kinds: bb.JavaClass) -> None:
    for made, java in ((bb.JavaByte(300), "Byte"), (bb.JavaFloat(1e300), "Float"), (bb.JavaCharacter("ab"), "Char")):
        with pytest.raises(OverflowError, match=f"does not fit {java}"):
            kinds.same(made)
        with pytest.raises(OverflowError, match=f"does not fit {java}"):
            bb.jclass("java.util.ArrayList")([made])


# --------------------------------------------------------------------------------------- overloads


def test_overloads_see_a_box_as_java_does(boxed: bb.JavaClass) -> None:
    for _ in range(2):  # a choice is remembered
        assert boxed.number(5) == "int"
        assert boxed.number(bb.box(5, "int")) == "Object Integer"
        assert boxed.number(bb.box(5, "long")) == "Object Long"
        assert boxed.number(2**40) == "long"
        assert [boxed.primitive(bb.box(5, name)) for name in ("byte", "int", "long", "float", "double")] == [
            *("int", "int", "long", "float", "double")
        ]
        assert [boxed.boxed(bb.box(5, name)) for name in ("short", "int", "long", "byte", "float")] == [
            *("Short", "Integer", "Long", "Number Byte", "Number Float")
        ]
        assert boxed.text("x") == "String"
        assert boxed.text(bb.box("x", "char")) == "char"


def test_a_box_is_taken_by_value_where_another_type_is_wanted(boxed: bb.JavaClass) -> None:
    assert boxed.onlyInt(bb.box(5, "long")) == "int 5"
    assert boxed.onlyShort(bb.box(5, "long")) == "Short 5"
    assert boxed.onlyInt(boxed.boxOf(2**31 - 1)) == f"int {2**31 - 1}"
    with pytest.raises(OverflowError, match=r"70000 does not fit short"):
        boxed.onlyShort(bb.box(70_000, "long"))
    with pytest.raises(TypeError, match="takes \\(JavaFloat\\)"):
        boxed.onlyInt(bb.box(5, "float"))
    assert bb.jclass("java.lang.String").valueOf(bb.box("x", "char")) == "x"


def test_a_number_of_numpy_has_its_own_width(kinds: bb.JavaClass) -> None:
    widths = {
        "i1": "Byte 5",
        "u1": "Short 5",
        "i2": "Short 5",
        "u2": "Integer 5",
        "i4": "Integer 5",
        "u4": "Long 5",
        "i8": "Long 5",
        "u8": "BigInteger 5",
        "f2": "Float 5.0",
        "f4": "Float 5.0",
        "f8": "Double 5.0",
        "?": "Boolean true",
    }
    for code, text in widths.items():
        assert kinds.of(np.array([5], code)[0]) == text


def test_overloads_see_a_number_of_numpy_as_a_primitive(boxed: bb.JavaClass) -> None:
    for _ in range(2):
        assert [boxed.primitive(np.dtype(code).type(5)) for code in ("i1", "i4", "u4", "i8", "f2", "f4", "f8")] == [
            *("int", "int", "long", "long", "float", "float", "double")
        ]
        assert boxed.number(np.int64(5)) == "long" and boxed.number(np.float32(5)) == "double"
    assert boxed.onlyInt(np.int64(5)) == "int 5"
    assert boxed.onlyShort(np.uint64(5)) == "Short 5"
    with pytest.raises(TypeError, match=r"onlyInt takes \(float\)"):
        boxed.onlyInt(np.float32(5))


class Derived(int):
    pass


class Level(IntEnum):
    LOW = 1


@pytest.mark.parametrize(
    ("value", "text"),
    [(Derived(5), "Integer 5"), (Level.LOW, "Integer 1"), (np.str_("x"), "String x"), (np.float64(1), "Double 1.0")],
    ids=lambda value: str(type(value).__name__),
)
def test_a_class_derived_from_pythons_own_goes_by_value(kinds: bb.JavaClass, value: Any, text: str) -> None:
    assert kinds.of(value) == text
    assert kinds.same(value) == value


def test_many_threads_get_boxes(boxed: bb.JavaClass) -> None:
    wrong: list[Any] = []

    def read() -> None:
        for _ in range(200):
            items = boxed.all()
            if not items.equals(bb.jclass("java.util.ArrayList")(list(items))):
                wrong.append(list(map(type, items)))

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
