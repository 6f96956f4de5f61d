"""Fields: the first access goes to Java, and later ones of primitives by JNI. Both give and take the same values."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable

import numpy as np
import pytest

import bufferbridge as bb

TYPES = ("boolean", "byte", "short", "char", "int", "long", "float", "double")
VALUES: dict[str, tuple[object, ...]] = {
    "boolean": (True, False),
    "byte": (0, -128, 127),
    "short": (0, -(2**15), 2**15 - 1),
    "char": ("a", "\ud800", "\uffff"),
    "int": (0, -(2**31), 2**31 - 1),
    "long": (0, -(2**63), 2**63 - 1),
    "float": (0.0, -0.0, 0.5, math.inf),
    "double": (0.0, -0.0, 0.1, math.inf, 5e-324),
}
REFUSED: dict[str, tuple[object, ...]] = {
    "boolean": (1, "true", None),
    "byte": (128, -129, True, 1.0, "1", None),
    "short": (2**15, 1.0, None),
    "char": ("", "ab", "\U0001f600", 65, None),
    "int": (2**31, -(2**31) - 1, 2**70, True, 1.0, "1", None),
    "long": (2**63, -(2**63) - 1, 2**70, True, 1.0, None),
    "float": ("1", None, 1j),
    "double": ("1", None, 1j, 2**2000),
}


@pytest.fixture(scope="module")
def kinds(jvm: None) -> bb.JavaClass:
    return bb.jclass("org.bufferbridge.fixtures.calls.FieldKinds")


def named(kinds: bb.JavaClass, java_type: str, of_class: bool) -> tuple[object, str]:
    return (kinds, java_type + "OfClass") if of_class else (kinds(), java_type + "Of")


def is_same(one: object, other: object) -> bool:
    return type(one) is type(other) and repr(one) == repr(other)


@pytest.mark.parametrize("of_class", [False, True], ids=["object", "class"])
@pytest.mark.parametrize("java_type", TYPES)
def test_each_value_is_read_as_it_was_set_and_as_java_reads_it(
    kinds: bb.JavaClass, java_type: str, of_class: bool
) -> None:
    holder, name = named(kinds, java_type, of_class)
    reader = kinds() if of_class else holder
    assert is_same(getattr(holder, name), getattr(holder, name)), "Java's reading and JNI's"
    for value in VALUES[java_type]:
        for _ in range(2):
            setattr(holder, name, value)
            assert is_same(getattr(holder, name), value)
            assert reader.read(name) == value or value != value


@pytest.mark.parametrize("of_class", [False, True], ids=["object", "class"])
@pytest.mark.parametrize("java_type", TYPES)
def test_a_value_that_does_not_fit_is_refused_the_first_time_and_later(
    kinds: bb.JavaClass, java_type: str, of_class: bool
) -> None:
    holder, name = named(kinds, java_type, of_class)
    kept = VALUES[java_type][1]
    for value in REFUSED[java_type]:
        fresh_holder, fresh_name = named(kinds, java_type, of_class)
        with pytest.raises((TypeError, OverflowError, ValueError)) as first:
            setattr(fresh_holder, fresh_name, value)
        setattr(holder, name, kept)
        with pytest.raises(first.type) as later:
            setattr(holder, name, value)
        assert str(later.value) == str(first.value)
        assert is_same(getattr(holder, name), kept)


@pytest.mark.parametrize(
    ("java_type", "value", "read"),
    [
        ("int", np.int64(7), 7),
        ("long", np.uint8(7), 7),
        ("double", 3, 3.0),
        ("double", np.float32(0.5), 0.5),
        ("boolean", np.True_, True),
        ("float", 1, 1.0),
    ],
)
def test_java_converts_values_of_other_types(kinds: bb.JavaClass, java_type: str, value: object, read: object) -> None:
    holder, name = named(kinds, java_type, False)
    for _ in range(2):
        setattr(holder, name, value)
        assert is_same(getattr(holder, name), read)


def test_a_subclass_of_int_is_converted_by_java(kinds: bb.JavaClass) -> None:
    class Number(int):
        pass

    thing = kinds()
    for _ in range(2):
        thing.intOf = Number(7)
        assert is_same(thing.intOf, 7)


def test_final_fields_are_read_and_refuse_assignment_each_time(kinds: bb.JavaClass) -> None:
    thing = kinds()
    for _ in range(2):
        assert (thing.finalOf, kinds.FINAL_OF_CLASS, kinds.CONSTANT) == (7, 8, 5)
        with pytest.raises(TypeError, match="final and cannot be set"):
            thing.finalOf = 1
        with pytest.raises(TypeError, match="final and cannot be set"):
            kinds.FINAL_OF_CLASS = 1


def test_fields_of_a_class_that_is_not_public_are_those_of_its_subclass(kinds: bb.JavaClass) -> None:
    thing = kinds()
    for value in (1, 2):
        thing.inherited = value
        kinds.inheritedOfClass = value
        assert (thing.inherited, kinds.inheritedOfClass, thing.read("inherited")) == (value, value, value)


def test_volatile_fields_are_read_and_set(kinds: bb.JavaClass) -> None:
    thing = kinds()
    for value in (1, 2):
        thing.volatileOf = value
        assert (thing.volatileOf, thing.read("volatileOf")) == (value, value)


def test_a_class_whose_initialiser_fails_fails_at_each_access(kinds: bb.JavaClass) -> None:
    for _ in range(3):
        with pytest.raises(bb.JavaError):
            print(kinds.Failing.value)
        with pytest.raises(bb.JavaError):
            kinds.Failing.value = 1


def test_a_class_is_initialised_once_by_threads_that_read_a_field_for_the_first_time(kinds: bb.JavaClass) -> None:
    barrier = threading.Barrier(4)
    seen = []

    def read() -> None:
        barrier.wait()
        seen.append([kinds.Counting.runs for _ in range(3)])

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [[1, 1, 1]] * 4


def started_by_the_initialiser_of(name: str, read: Callable[[object], int]) -> tuple[int, bool]:
    """What another thread reads that starts half-way in the initialiser, and whether it has read before its end."""
    seen: list[int] = []
    early: list[bool] = []
    threads: list[threading.Thread] = []

    def half_way(thing: object) -> None:
        assert [read(thing) for _ in range(3)], "this thread need not wait for itself"
        threads.append(threading.Thread(target=lambda: seen.append(read(thing))))
        threads[0].start()
        threads[0].join(0.2)
        early.append(bool(seen))

    bb.jclass("org.bufferbridge.fixtures.calls.Initialisers").called = half_way
    bb.jclass(f"org.bufferbridge.fixtures.calls.Initialisers${name}")()
    threads[0].join()
    return seen[0], early[0]


def test_a_static_field_is_not_read_before_another_thread_has_initialised_its_class(jvm: None) -> None:
    of_a_field = bb.jclass("org.bufferbridge.fixtures.calls.Initialisers$OfAField")
    assert started_by_the_initialiser_of("OfAField", lambda thing: of_a_field.phase) == (2, False)
    assert [of_a_field.phase for _ in range(3)] == [2, 2, 2]


def test_the_field_of_an_object_is_read_while_another_thread_initialises_its_class(jvm: None) -> None:
    assert started_by_the_initialiser_of("OfAnObject", lambda thing: thing.value) == (5, True)  # type: ignore[attr-defined]


def test_no_field_is_deleted(kinds: bb.JavaClass) -> None:
    thing = kinds()
    for _ in range(2):
        assert thing.intOf == -(2**31)
        with pytest.raises(AttributeError, match="cannot be deleted"):
            del thing.intOf


def test_threads_write_and_read_one_field(kinds: bb.JavaClass) -> None:
    thing = kinds()
    allowed = [0, -(2**63), 2**63 - 1, -1]
    wrong = []

    def work(value: int) -> None:
        for _ in range(2000):
            thing.longOf = value
            if thing.longOf not in allowed:
                wrong.append(thing.longOf)

    threads = [threading.Thread(target=work, args=(value,)) for value in allowed]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
