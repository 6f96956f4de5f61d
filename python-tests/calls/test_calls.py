"""Calling Java: classes, members, conversions, overloads, and the errors that name the candidates."""

from __future__ import annotations

import fractions
import math
import threading
import typing
from pathlib import Path

import numpy as np
import pytest

import bufferbridge as bb


@pytest.fixture(scope="module")
def callee(jvm: None) -> bb.JavaClass:
    return bb.jclass("org.bufferbridge.fixtures.calls.Callee")


# ---------------------------------------------------------------------------------- conversions

ROUND_TRIPS = {
    "sameByte": [0, 127, -128],
    "sameShort": [32767, -32768],
    "sameInt": [2**31 - 1, -(2**31)],
    "sameLong": [2**63 - 1, -(2**63)],
    "sameFloat": [0.5, -1.25, math.inf],
    "sameDouble": [0.1, -1e300, 5],
    "sameBoolean": [True, False],
    "sameChar": ["x", "\u00e9", "\ud800"],
    "sameString": ["", "plain", "\u00e9t\u00e9", "a\0b", "\U0001f600", "lone \udc80 surrogate", "long " * 1000, None],
    "same": [None, True, 7, 2**40, 1.5, "text"],
}


@pytest.mark.parametrize("length", [1, 2, 62, 126, 127, 128, 129, 255, 256, 257, 1022, 1023, 1024, 1025, 70_000])
@pytest.mark.parametrize(
    "filling", ["a", "?", "\0", "\x7f", "\x80", "\xff", "\u0100", "\u03b1", "\ud800", "\U0001f600"]
)
def test_text_of_any_length_comes_back_as_it_went(callee: bb.JavaClass, length: int, filling: str) -> None:
    """Latin-1 alone, other text, and Latin-1 but for one character anywhere."""
    texts = [filling * length]
    for other in ("\xff", "\u0100", "\ud8ff", "\U0001f600"):
        texts += [other + filling * length, filling * length + other, filling * 63 + other + filling * length]
    for text in texts:
        result = callee.sameString(text)
        assert result == text and type(result) is str
        assert bb.jclass("java.util.Objects").hashCode(text) == hash_in_java(text)


def hash_in_java(text: str) -> int:
    units = text.encode("utf-16-le", "surrogatepass")
    found = 0
    for i in range(0, len(units), 2):
        found = (31 * found + int.from_bytes(units[i : i + 2], "little")) & 0xFFFFFFFF
    return found - (1 << 32) if found >> 31 else found


def test_a_derived_str_of_any_length_is_not_asked(callee: bb.JavaClass) -> None:
    class Lying(str):
        def __getattribute__(self, name: str) -> object:
            raise AssertionError(name)

        def encode(self, *arguments: object) -> bytes:  # type: ignore[override]
            raise AssertionError(arguments)

    for text in ("x" * 3, "x" * 3000, "\u03b1" * 3000):
        assert callee.sameString(Lying(text)) == text


@pytest.mark.parametrize("method", ROUND_TRIPS)
def test_values_come_back_as_they_went(callee: bb.JavaClass, method: str) -> None:
    for value in ROUND_TRIPS[method]:
        result = getattr(callee, method)(value)
        assert result == value
        assert type(result) is type(value) or isinstance(value, int)


def test_bool_stays_bool(callee: bb.JavaClass) -> None:
    assert callee.same(True) is True


def test_not_a_number_comes_back(callee: bb.JavaClass) -> None:
    assert math.isnan(callee.sameDouble(math.nan))


@pytest.mark.parametrize(
    ("method", "value"),
    [("sameByte", 128), ("sameByte", -129), ("sameShort", 2**15), ("sameInt", 2**31), ("sameLong", 2**63)],
    ids=["byte-above", "byte-below", "short", "int", "long"],
)
def test_an_int_out_of_range_is_refused_with_the_value(callee: bb.JavaClass, method: str, value: int) -> None:
    with pytest.raises(OverflowError, match=str(value)):
        getattr(callee, method)(value)


def test_a_float_is_not_an_int(callee: bb.JavaClass) -> None:
    with pytest.raises(TypeError, match="sameInt"):
        callee.sameInt(1.5)


def test_numpy_scalars_are_numbers(callee: bb.JavaClass) -> None:
    assert callee.sameInt(np.int64(7)) == 7
    assert callee.sameDouble(np.float32(0.5)) == 0.5
    assert callee.sameBoolean(np.bool_(True)) is True
    assert callee.sameDouble(fractions.Fraction(1, 4)) == 0.25


def test_lists_become_arrays_of_the_parameters_type(callee: bb.JavaClass) -> None:
    assert callee.sum([1, 2.5, np.float64(3)]) == 6.5
    assert callee.cells([[1, 2], [], (3,)]) == 3
    assert callee.join(["a", "b"]) == "a b"


def test_a_list_that_contains_itself_is_refused(callee: bb.JavaClass) -> None:
    items: list[object] = []
    items.append(items)
    with pytest.raises(RecursionError):
        callee.same(items)


def test_a_java_object_comes_back_as_the_same_java_object(callee: bb.JavaClass) -> None:
    items = bb.jclass("java.util.ArrayList")()
    items.add("one")
    again = callee.same(items)
    items.add("two")
    assert again.size() == 2


def test_a_complex_number_cannot_be_passed_and_the_error_names_it(callee: bb.JavaClass) -> None:
    with pytest.raises(TypeError, match=r"takes \(complex\)"):
        callee.join(1j)


# ------------------------------------------------------------------------------------ overloads


@pytest.mark.parametrize(
    ("value", "kind"),
    [(True, "boolean"), (5, "int"), (2**40, "long"), (1.5, "double"), ("x", "String")],
    ids=["bool", "small-int", "large-int", "float", "str"],
)
def test_overloads_are_chosen_as_java_does(callee: bb.JavaClass, value: object, kind: str) -> None:
    assert callee.kind(value) == kind


def test_an_ambiguous_call_names_the_candidates(callee: bb.JavaClass) -> None:
    with pytest.raises(TypeError) as caught:
        callee.ambiguous("a", "b")
    assert "ambiguous(String, Object)" in str(caught.value).replace("java.lang.", "")
    assert "ambiguous(Object, String)" in str(caught.value).replace("java.lang.", "")


def test_wrong_arguments_name_the_candidates(callee: bb.JavaClass) -> None:
    with pytest.raises(TypeError) as caught:
        callee.sameString(1, 2)
    assert "sameString" in str(caught.value) and "String" in str(caught.value)


def test_keywords_are_refused(callee: bb.JavaClass) -> None:
    with pytest.raises(TypeError, match="no keyword arguments"):
        callee.sameInt(value=1)


def test_many_arguments_are_passed_to_varargs(callee: bb.JavaClass) -> None:
    assert callee.list(*range(100)).size() == 100
    assert bb.jclass("java.lang.String").format("%s-%s", "a", "b") == "a-b"


# -------------------------------------------------------------------------------------- members


def test_fields_are_read_and_written(callee: bb.JavaClass) -> None:
    assert callee.ANSWER == 42
    callee.shared = "changed"
    assert callee.shared == "changed"
    instance = callee("Ada")
    instance.number = 11
    assert (instance.number, instance.name) == (11, "Ada")


def test_final_fields_are_refused(callee: bb.JavaClass) -> None:
    with pytest.raises(TypeError, match="ANSWER"):
        callee.ANSWER = 43
    with pytest.raises(AttributeError, match="method"):
        callee("Ada").greet = 1
    with pytest.raises(AttributeError, match="cannot be deleted"):
        del callee("Ada").number


def test_methods_of_an_instance_are_bound(callee: bb.JavaClass) -> None:
    greet = callee("Ada").greet
    assert greet("Bob") == "Ada greets Bob"
    assert repr(greet) == "<JavaMethod org.bufferbridge.fixtures.calls.Callee.greet>"


def test_a_trailing_underscore_reaches_a_name_python_uses(callee: bb.JavaClass) -> None:
    assert callee("Ada").from_() == "from Ada"


def test_nested_classes_are_attributes(callee: bb.JavaClass) -> None:
    assert callee.Nested.where() == "nested"
    assert bb.jclass("org.bufferbridge.fixtures.calls.Callee.Nested") is callee.Nested


def test_an_unknown_member_names_those_that_come_close(callee: bb.JavaClass) -> None:
    with pytest.raises(AttributeError, match="did you mean 'greet'"):
        callee("Ada").gret
    with pytest.raises(AttributeError, match="no public static member 'sumUp'"):
        callee.sumUp


def test_an_unknown_class_names_where_it_was_looked_for() -> None:
    with pytest.raises(bb.JavaLookupError) as caught:
        bb.jclass("com.example.NoSuchClass")
    assert "com.example.NoSuchClass" in str(caught.value)
    assert "test-classes" in str(caught.value)


def test_jclass_takes_a_name_only() -> None:
    with pytest.raises(TypeError, match="str"):
        bb.jclass(5)  # type: ignore[arg-type]


def test_methods_of_a_hidden_class_are_reached_through_its_interface() -> None:
    hidden = bb.jclass("java.util.List").of("a", "b")
    assert (hidden.size(), hidden.get(1)) == (2, "b")


def test_dir_lists_java_and_python_names(callee: bb.JavaClass) -> None:
    assert {"greet", "number", "__enter__"} <= set(dir(callee("Ada")))
    assert {"ANSWER", "sameInt"} <= set(dir(callee))


# ----------------------------------------------------------------------------- object protocols


def test_str_equality_and_hash_are_javas(callee: bb.JavaClass) -> None:
    first, second, other = callee("Ada"), callee("Ada"), callee("Bob")
    assert str(first) == "Callee Ada"
    assert first == second and first != other
    assert hash(first) == hash(second)
    assert first != "Ada"


def test_isinstance_is_javas_instanceof(callee: bb.JavaClass) -> None:
    assert isinstance(callee(), bb.jclass("java.lang.AutoCloseable"))
    assert not isinstance(callee(), bb.jclass("java.util.List"))
    assert not isinstance("text", bb.jclass("java.lang.String"))


def test_issubclass_is_javas_assignment(callee: bb.JavaClass) -> None:
    closeable, things = bb.jclass("java.lang.AutoCloseable"), bb.jclass("java.util.List")
    assert issubclass(callee, closeable) and issubclass(callee, callee) and not issubclass(callee, things)
    assert issubclass(callee, (things, bb.jclass("java.lang.Object"))) and not issubclass(closeable, callee)
    assert not issubclass(str, bb.jclass("java.lang.String")) and not issubclass(int, closeable)
    assert issubclass(bb.jclass("int[]"), bb.jclass("java.lang.Object"))
    with pytest.raises(TypeError, match=r"issubclass\(\) takes a class, not a JavaObject"):
        issubclass(callee(), closeable)


def test_void_is_a_class_without_values() -> None:
    void = bb.jclass("void")
    assert bb.jclass(bb.jclass("java.lang.Void").TYPE) is void and not isinstance(None, void)
    assert str(bb.jclass("java.lang.invoke.MethodType").methodType(void)) == "()void"
    with pytest.raises(TypeError, match="no public constructor of void, which is a primitive type, to call"):
        void()


def test_issubclass_has_exceptions_of_both_languages() -> None:
    failure, error = bb.jclass("java.lang.Throwable"), bb.jclass("java.io.IOException")
    thing, comparable = bb.jclass("java.lang.Object"), bb.jclass("java.lang.Comparable")
    assert issubclass(error, failure) and issubclass(error, thing) and issubclass(error, Exception)
    assert not issubclass(thing, failure) and not issubclass(error, comparable) and not issubclass(OSError, failure)
    with pytest.raises(error) as caught:
        bb.jclass("java.nio.file.Files").size(Path("/nothing/here"))
    assert issubclass(type(caught.value), failure) and issubclass(type(caught.value), thing)


def test_a_union_of_classes_is_asked_as_each_of_them(callee: bb.JavaClass) -> None:
    things, error = bb.jclass("java.util.List"), bb.jclass("java.io.IOException")
    for union in (callee | things, things | callee | None, str | callee, error | callee, callee | error):
        assert isinstance(callee(), union)
    assert isinstance(None, callee | None) and not isinstance(callee(), things | str)
    assert issubclass(things, callee | things) and not issubclass(int, callee | things)
    assert callee | things == things | callee and len({callee | things, things | callee | things}) == 1
    assert repr(things | None) == "java.util.List | NoneType"
    with pytest.raises(TypeError, match="a class or None is required beside a Java class, not 3"):
        callee | 3


def test_a_union_answers_for_java_classes_beside_types_of_python(callee: bb.JavaClass) -> None:
    things, lists = bb.jclass("java.util.List"), bb.jclass("java.util.ArrayList")
    failure, error = bb.jclass("java.lang.Exception"), bb.jclass("java.io.IOException")
    for union in (int | things, things | int, None | things, error | things | None):
        assert issubclass(lists, union) and not issubclass(callee, union)
    assert issubclass(error, int | failure | things) and not issubclass(things, int | failure | callee)


def test_a_union_has_generic_types_in_annotations(callee: bb.JavaClass) -> None:
    assert repr(callee | list[int]).endswith("| list[int]") and repr(list[int] | callee).startswith("list[int] |")
    assert callee | typing.Optional[int] == callee | int | None  # noqa: UP045  # the spelling is what is tested
    assert repr(callee | typing.TypeVar("Any")).endswith("| ~Any")
    assert isinstance(callee(), callee | list[int])
    with pytest.raises(TypeError, match="parameterized generic"):
        isinstance(3, callee | list[int])


def test_a_union_is_an_annotation(callee: bb.JavaClass) -> None:
    def taking(thing: callee | None, text: str | callee) -> None:
        pass

    hints = typing.get_type_hints(taking, localns={"callee": callee})
    assert hints["thing"] == callee | None and isinstance(callee(), hints["text"])


def test_with_closes_what_is_closeable(callee: bb.JavaClass) -> None:
    with callee("Ada") as instance:
        assert not instance.isClosed()
    assert instance.isClosed()


# ----------------------------------------------------------------------------------- exceptions


def test_a_java_exception_brings_class_message_stack_and_cause(callee: bb.JavaClass) -> None:
    with pytest.raises(bb.JavaError, match="on purpose") as caught:
        callee.fail("on purpose")
    error = caught.value
    assert error.java_class == "java.lang.UnsupportedOperationException"
    assert "Callee.fail" in error.java_stack
    assert error.java_exception.getMessage() == "on purpose"
    assert isinstance(error.__cause__, bb.JavaError)
    assert error.__cause__.java_message == "deeper"


def test_calls_from_many_threads(callee: bb.JavaClass) -> None:
    wrong: list[int] = []

    def call(base: int) -> None:
        for i in range(500):
            if callee.sameInt(base + i) != base + i:
                wrong.append(i)

    threads = [threading.Thread(target=call, args=(1000 * n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_a_class_inside_a_generic_class_does_not_know_the_types_of_the_outer_object() -> None:
    pair = bb.jclass("org.bufferbridge.fixtures.calls.Pair")()
    assert (pair.swapped().first(1), pair.swapped().second("x")) == ("Integer", "String")
    assert pair.swapped().swapped().first(1) == "Integer"
    assert (pair.shifted().first(1), pair.shifted().second("x")) == ("Integer", "String")
    with pytest.raises(TypeError, match=r"takes \(int\); candidates: second\(String\)"):
        pair.shifted().second(1)


def test_every_operation_of_a_stream_has_a_next_one() -> None:
    numbers = bb.jclass("java.util.List").of(3, 1, 2, 3)
    chosen = numbers.stream().filter(lambda number: number > 1).map(lambda number: 2 * number)
    assert list(chosen.distinct().sorted().peek(lambda _: None).skip(1).limit(1)) == [6]
    assert numbers.stream().mapToInt(lambda number: number).filter(lambda number: number > 1).boxed().toList()[0] == 3


def test_files_that_java_does_not_find_are_os_errors() -> None:
    path = bb.jclass("java.nio.file.Path").of("/nowhere/at-all")
    with pytest.raises(FileNotFoundError) as caught:
        bb.jclass("java.nio.file.Files").size(path)
    assert type(caught.value).__name__ == "JavaFileNotFoundError"
    assert str(caught.value) == "java.nio.file.NoSuchFileException: /nowhere/at-all"
    with pytest.raises(OSError, match="Is a directory"):
        bb.jclass("java.io.FileInputStream")("/")


def test_other_io_errors_are_os_errors(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    path = bb.jclass("java.nio.file.Path").of(str(tmp_path / "file" / "below"))
    with pytest.raises(OSError) as caught:
        bb.jclass("java.nio.file.Files").createDirectory(path)
    assert type(caught.value).__name__ == "JavaOSError"
    assert caught.value.java_class == "java.nio.file.FileSystemException"
    assert "Not a directory" in str(caught.value)


# ------------------------------------------------------- lists of plain numbers, and what may be among them


def through(stream: str, values: object) -> list[object]:
    """The values as an array of a primitive type, and back."""
    return list(bb.jclass(f"java.util.stream.{stream}").of(values).toArray())


def test_lists_of_plain_numbers_become_arrays_of_primitives() -> None:
    ints = [0, -1, 1, 2**31 - 1, -(2**31), *range(-3, 2000)]
    longs = [*ints, 2**31, -(2**31) - 1, 2**63 - 1, -(2**63)]
    doubles = [0.5, -1.0, 1, -1, 2**40, math.inf, -0.0, 5e-324, *map(float, range(-3, 2000))]
    for sequence in (list, tuple):
        assert through("IntStream", sequence(ints)) == ints
        assert through("LongStream", sequence(longs)) == longs
        assert through("DoubleStream", sequence(doubles)) == doubles
    assert math.isnan(through("DoubleStream", [1.0, math.nan])[1])  # type: ignore[arg-type]
    assert through("DoubleStream", [2**64, -(2**70), 1.5]) == [2.0**64, -(2.0**70), 1.5]


@pytest.mark.parametrize("place", [0, 1, 700])
@pytest.mark.parametrize("odd", [2**31, -(2**70), 1.5, "x", None, True, object()], ids=repr)
def test_one_other_value_refuses_the_whole_list(odd: object, place: int) -> None:
    values: list[object] = [7] * 701
    values[place] = odd
    with pytest.raises((TypeError, OverflowError)):
        through("IntStream", values)


def test_a_list_that_changes_while_it_is_packed_is_passed_as_it_was() -> None:
    class Index:
        def __index__(self) -> int:
            values.clear()
            return 5

    class Number(int):
        pass

    values: list[object] = [1, -1, Number(3), 4]
    assert through("IntStream", values) == [1, -1, 3, 4]
    values[:] = [1, np.int64(-1), Index(), 7]
    with pytest.raises(TypeError):  # __index__ alone is no number for Java
        through("IntStream", values)
    assert len(values) in (0, 4)
