"""A member that names a missing class, as of an optional library, hides no other member and no other class."""

from __future__ import annotations

import pytest

import bufferbridge as bb
from bufferbridge import _native


@pytest.fixture
def raw(jvm: None) -> bb.JavaClass:
    return load("Raw")


def load(name: str) -> bb.JavaClass:
    return bb.jclass(bb.jclass("org.bufferbridge.fixtures.classes.MissingClasses").load(name))


@pytest.fixture
def generic(jvm: None) -> bb.JavaClass:
    return load("Generic")


def test_overloads_beside_one_that_names_a_missing_class_are_called(raw: bb.JavaClass) -> None:
    assert (raw.taken(1), raw.taken([1, 2])) == ("int", "long[]")
    assert raw.sum(1, 2, 3) == 3


def test_fields_beside_one_of_a_missing_class_are_read_and_set(raw: bb.JavaClass) -> None:
    raw.number += 4
    assert raw.number == 7


def test_constructors_beside_one_that_names_a_missing_class_are_called(raw: bb.JavaClass) -> None:
    assert raw(5).value() == 5


def test_nested_classes_beside_a_missing_one_are_found(raw: bb.JavaClass) -> None:
    assert raw.Nested.name() == "nested"


@pytest.mark.parametrize(
    ("name", "missing"),
    [("inAnArray", "Missing"), ("returned", "Missing"), ("absent", "Missing"), ("MissingNested", "MissingNested")],
)
def test_a_member_that_names_a_missing_class_is_refused_with_its_name(
    raw: bb.JavaClass, name: str, missing: str
) -> None:
    with pytest.raises(AttributeError, match=rf"declares '{name}', which cannot be reached: .*{missing}"):
        getattr(raw, name)
    assert not hasattr(raw, name)
    assert name not in dir(raw)


def test_a_generic_type_that_is_missing_leaves_the_raw_one(generic: bb.JavaClass) -> None:
    assert (generic.list([1, 2]), generic.list(3)) == ("list of 2", "int")
    assert (generic.wild([1]), generic.below([])) == ("list of 1", "list of 0")
    assert generic.array(None) == "array"
    assert generic.deep([[]]) == "lists"


def test_a_field_of_a_missing_generic_type_is_read_and_set(generic: bb.JavaClass) -> None:
    # A method takes precedence over a field of the same name.
    assert load("Heir")().kept is None


def test_an_annotation_that_is_missing_leaves_the_others(generic: bb.JavaClass) -> None:
    assert generic.annotated(bytearray(3)) == "read only true"


def test_members_of_a_missing_type_argument_are_inherited(jvm: None) -> None:
    heir = load("Heir")()
    assert (heir.own(3), heir.put("x"), heir.keep([])) == (3, "put x", "kept []")


def test_records_of_missing_classes_are_used_as_far_as_they_are_there(jvm: None) -> None:
    assert load("Row")(3, []).number() == 3
    broken = load("BrokenRow")
    assert broken.two() == 2
    with pytest.raises(TypeError, match="there is no public constructor"):
        broken(1)


def test_a_str_is_passed_beside_and_to_classes_with_a_field_of_a_missing_class(jvm: None) -> None:
    takes = load("Takes")
    assert takes.rawOrText("x") == "String"
    assert takes.colour("RED") == "RED"
    with pytest.raises(TypeError, match="the constants of MissingClasses.Colour are RED"):
        takes.colour("BLUE")


def test_internals_of_the_library_are_not_reached(jvm: None) -> None:
    secrets = "org.bufferbridge.internal.base.Secrets"
    with pytest.raises(AttributeError, match=f"cannot be reached: {secrets} is internal to bufferbridge"):
        bb.jclass(secrets).install(None, None)
    with pytest.raises(AttributeError):
        bb.jclass("org.bufferbridge.internal.export.Exportable").kind(None)
    assert bb.jclass("org.bufferbridge.Leaks").liveLeases() == 0


def test_what_is_made_for_the_python_half_is_not_reached_by_others(jvm: None) -> None:
    name = "org.bufferbridge.internal.python.Borrowing"
    classes = bb.jclass("java.lang.Class")
    for wanted in (name, classes.forName(name)):
        with pytest.raises(LookupError, match=f"{name} is internal to bufferbridge"):
            bb.jclass(wanted)
    with pytest.raises(TypeError, match="internal_class.. takes the name of a class, not <class 'int'>"):
        _native.internal_class(1)
    with pytest.raises(LookupError, match="no class org.bufferbridge.internal.python.Nothing"):
        _native.internal_class("Nothing")


def test_a_package_that_is_not_exported_is_named(jvm: None) -> None:
    exports = (
        r"the module java.base does not export the package jdk\.internal\.misc; "
        "--add-exports java.base/jdk.internal.misc="
    )
    with pytest.raises(AttributeError, match=f"declares 'isBooted', which cannot be reached: {exports}"):
        bb.jclass("jdk.internal.misc.VM").isBooted()
    with pytest.raises(TypeError, match=exports):
        bb.jclass("jdk.internal.misc.Signal")("INT")


def test_a_keyword_is_refused_with_the_name_once(jvm: None) -> None:
    with pytest.raises(
        TypeError, match=r"^java.util.ArrayList\(\) is a Java constructor and takes no keyword arguments"
    ):
        bb.jclass("java.util.ArrayList")(size=3)
    with pytest.raises(
        TypeError, match=r"^java.util.ArrayList.size\(\) is a Java method and takes no keyword arguments"
    ):
        bb.jclass("java.util.ArrayList")().size(x=3)


@pytest.mark.parametrize("count", [250, 253, 254, 255])
def test_methods_with_as_many_parameters_as_java_allows_are_called(jvm: None, count: int) -> None:
    many = bb.jclass("org.bufferbridge.fixtures.calls.ManyParameters")
    wide = bb.jclass(many.of(count))
    assert wide.sum(*range(count)) == sum(range(count))
    with pytest.raises(TypeError, match="no overload"):
        wide.sum(*range(count - 1))


def test_the_hint_at_a_copy_is_given_beside_varargs(jvm: None) -> None:
    path = bb.jclass("java.nio.file.Path").of("x")
    with pytest.raises(TypeError, match=r"a Java array would be a silent copy; bufferbridge.array\(x\) makes one$"):
        bb.jclass("java.nio.file.Files").write(path, bytearray(b"abc"))
