"""help() and inspect.signature of Java methods and classes: every overload, with the names that the class file has."""

from __future__ import annotations

import inspect
import pydoc

import pytest

import bufferbridge as bb


def test_one_overload_is_a_signature_of_its_parameters() -> None:
    signature = inspect.signature(bb.java.util.zip.CRC32().getValue)
    assert str(signature) == "() -> long"
    signature = inspect.signature(bb.java.util.ArrayList().ensureCapacity)
    assert str(signature) == "(minCapacity: int, /) -> void"
    (parameter,) = signature.parameters.values()
    assert parameter.kind is inspect.Parameter.POSITIONAL_ONLY


def test_several_overloads_are_each_told() -> None:
    signature = inspect.signature(bb.java.util.ArrayList().add)
    assert [str(overload) for overload in signature.overloads] == [  # type: ignore[attr-defined]
        "(e: Object, /) -> boolean",
        "(index: int, element: Object, /) -> void",
    ]
    assert str(signature) == "(e: Object, /) -> boolean\n(index: int, element: Object, /) -> void"
    assert [parameter.kind for parameter in signature.parameters.values()] == [inspect.Parameter.VAR_POSITIONAL]


def test_a_variable_form_is_one() -> None:
    overloads = inspect.signature(bb.java.lang.String.format).overloads  # type: ignore[attr-defined]
    assert "(format: String, /, *args: Object) -> String" in map(str, overloads)


def test_a_class_has_the_signatures_of_its_constructors() -> None:
    overloads = inspect.signature(bb.java.util.ArrayList).overloads  # type: ignore[attr-defined]
    assert [str(overload) for overload in overloads] == ["()", "(c: Collection, /)", "(initialCapacity: int, /)"]


def test_methods_without_code_have_numbered_parameters() -> None:
    assert str(inspect.signature(bb.java.util.List.of().toArray)).endswith("-> Object[]")
    comparator = bb.jclass("java.util.Comparator")(lambda one, other: 0)
    assert str(inspect.signature(bb.java.util.function.UnaryOperator.identity)) == "() -> UnaryOperator"
    assert str(inspect.signature(comparator.compare)) == "(arg0: Object, arg1: Object, /) -> int"


def test_help_has_each_overload() -> None:
    text = pydoc.plain(pydoc.render_doc(bb.java.util.ArrayList().add))
    assert "boolean add(Object e)" in text and "void add(int index, Object element)" in text
    assert (bb.java.util.ArrayList().add.__doc__ or "").startswith("A Java method:")
    assert "java.util.ArrayList(int initialCapacity)" in (bb.java.util.ArrayList.__doc__ or "")
    assert "without a public constructor" in (bb.java.lang.Math.__doc__ or "")


def test_a_method_stays_itself_in_a_class() -> None:
    size = bb.java.util.ArrayList([1]).size

    class Own:
        method = size

    assert Own.method is Own().method is size
    assert inspect.isroutine(size) and Own().method() == 1


def test_jclass_has_a_signature() -> None:
    assert str(inspect.signature(bb.jclass)) == "(name, /)"
    assert "class path" in (bb.jclass.__doc__ or "")


@pytest.mark.parametrize("name", ["java.lang.Runnable", "int[]", "java.util.Map", "int"])
def test_every_kind_of_class_has_a_text(name: str) -> None:
    assert isinstance(bb.jclass(name).__doc__, str)
    assert isinstance(inspect.signature(bb.jclass(name)), inspect.Signature)
