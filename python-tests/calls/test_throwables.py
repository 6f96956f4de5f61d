"""Classes of Java exceptions in `except`, with Java's hierarchy."""

from __future__ import annotations

import gc
import pickle
import random
import sys
import threading
import types
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

import bufferbridge as bb
from support.interpreter import classes_die, collects_at_once
from support.threads import at_once


def parse() -> None:
    bb.jclass("java.lang.Integer").parseInt("x")


def read() -> None:
    bb.jclass("java.nio.file.Files").readString(bb.jclass("java.nio.file.Path").of("/no/such/file"))


def throw(error: object) -> None:
    bb.java.util.Optional.empty().orElseThrow(lambda: error)


ABOVE = ["java.lang.NumberFormatException", "java.lang.IllegalArgumentException", "java.lang.RuntimeException"]


@pytest.mark.parametrize("name", [*ABOVE, "java.lang.Exception", "java.lang.Throwable"])
def test_a_class_catches_its_subclasses(name: str) -> None:
    try:
        parse()
    except bb.jclass(name) as error:
        assert error.java_class == "java.lang.NumberFormatException"
        assert isinstance(error, (bb.JavaValueError, ValueError)) and isinstance(error, bb.jclass(name))


@pytest.mark.parametrize("name", ["java.lang.Error", "java.io.IOException", "java.lang.ArithmeticException"])
def test_a_class_catches_no_others(name: str) -> None:
    with pytest.raises(bb.JavaValueError):
        try:
            parse()
        except bb.jclass(name):
            pytest.fail("caught")


def test_a_class_that_comes_to_python_after_the_exception_catches_it() -> None:
    fresh = bb.jclass(bb.jclass("org.bufferbridge.fixtures.classes.FirstUses").fresh())
    with pytest.raises(bb.JavaError) as raised:
        fresh.fail()
    assert isinstance(raised.value, fresh.Failure)
    assert issubclass(type(raised.value), fresh.Failure)


def test_the_classes_of_the_package_catch_as_before() -> None:
    with pytest.raises(bb.JavaFileNotFoundError):
        read()
    with pytest.raises(FileNotFoundError):
        read()
    with pytest.raises(bb.jclass("java.nio.file.FileSystemException")):
        read()
    with pytest.raises(bb.jclass("java.io.IOException")) as raised:
        read()
    assert isinstance(raised.value, OSError)
    assert (type(raised.value).__module__, type(raised.value).__name__) == ("bufferbridge", "JavaFileNotFoundError")


def test_a_tuple_of_classes_catches() -> None:
    try:
        parse()
    except (bb.jclass("java.io.IOException"), bb.jclass("java.lang.NumberFormatException")) as error:
        assert "x" in str(error)


def test_the_hierarchy_is_javas() -> None:
    names = ["java.io.FileNotFoundException", "java.io.IOException", "java.lang.Exception", "java.lang.Throwable"]
    classes = [bb.jclass(name) for name in names]
    assert [kind.__name__ for kind in classes[0].__mro__[:4]] == names
    assert classes[0].__mro__[4] is bb.JavaError
    assert all(issubclass(classes[0], kind) for kind in classes)
    assert not issubclass(classes[1], classes[0])


def test_a_class_is_one_object_and_a_java_class() -> None:
    kind = bb.jclass("java.io.IOException")
    assert kind is bb.jclass("java.io.IOException")
    assert repr(kind) == "<JavaClass java.io.IOException>" and kind.__name__ == "java.io.IOException"
    made = kind("why")
    assert isinstance(made, bb.JavaObject) and made.getMessage() == "why"
    assert isinstance(made, kind) and isinstance(made, bb.jclass("java.lang.Exception"))
    assert not isinstance(made, bb.jclass("java.lang.Error")) and not isinstance(ValueError(), kind)
    assert "getMessage" not in dir(kind)


def test_a_class_is_passed_as_a_java_class() -> None:
    kind = bb.jclass("java.io.IOException")
    array = bb.jclass("java.lang.reflect.Array").newInstance(kind, 2)
    array[0] = kind("first")
    assert array[0].getMessage() == "first"
    assert bb.jclass("java.util.Objects").toString(kind) == "class java.io.IOException"


def test_static_members_are_reached() -> None:
    kind = bb.jclass("org.bufferbridge.fixtures.classes.Failing")
    assert kind.count == 0 and kind.make("a").getMessage() == "a"
    kind.count = 3
    assert kind.count == 3 and kind.Nested().getMessage() is None
    kind.count = 0
    with pytest.raises(AttributeError, match="no public static member 'absent'"):
        kind.absent


def test_an_exception_is_pickled_as_the_packages_class() -> None:
    with pytest.raises(bb.JavaValueError) as raised:
        parse()
    copied = pickle.loads(pickle.dumps(raised.value))
    assert type(copied) is bb.JavaValueError and str(copied) == str(raised.value)


def test_eight_threads_make_one_class() -> None:
    fresh = bb.jclass(bb.jclass("org.bufferbridge.fixtures.classes.FirstUses").fresh())

    def fail() -> int:
        with pytest.raises(bb.JavaError) as raised:
            fresh.fail()
        assert isinstance(raised.value, fresh.Failure)
        return id(fresh.Failure)

    outcomes = at_once(fail)
    assert outcomes == [outcomes[0]] * len(outcomes) and isinstance(outcomes[0], int)


@classes_die
def test_a_class_dies_with_its_java_class() -> None:
    fresh = bb.jclass(bb.jclass("org.bufferbridge.fixtures.classes.FirstUses").fresh())
    gone = weakref.ref(fresh.Failure)
    del fresh
    for _ in range(3):
        gc.collect()
    assert gone() is None


def test_what_is_no_throwable_catches_nothing() -> None:
    with pytest.raises(TypeError, match="catching classes"):
        try:
            parse()
        except bb.jclass("java.lang.Object"):
            pass


def test_a_class_is_refused_by_pickle_and_returned_by_wrap() -> None:
    kind = bb.jclass("java.io.IOException")
    assert bb.wrap(kind) is kind
    with pytest.raises(TypeError, match="cannot pickle java.io.IOException"):
        pickle.dumps(kind)


def test_a_python_subclass_is_no_java_class() -> None:
    class Own(bb.jclass("java.io.IOException")):  # type: ignore[misc]
        pass

    assert bb.jclass("org.bufferbridge.fixtures.calls.Callbacks").kindOf(Own) == "PythonObject"
    assert bb.jclass("org.bufferbridge.fixtures.calls.Callbacks").kindOf(Own.__mro__[1]) == "Class"


def test_a_finaliser_that_runs_anywhere_catches() -> None:
    outcomes = {"caught": 0, "missed": 0}
    wanted = bb.jclass("java.lang.NumberFormatException")

    class Resource:
        def __init__(self) -> None:
            self.itself = self

        def __del__(self) -> None:
            try:
                parse()
            except wanted:
                outcomes["caught"] += 1
            except bb.JavaError:
                outcomes["missed"] += 1

    for _ in range(3000):
        Resource()
        _ = [[] for _ in range(random.randrange(60))]
        with pytest.raises(wanted):
            parse()
    gc.collect()
    assert outcomes == {"caught": 3000, "missed": 0}


def test_an_interrupt_while_an_exception_is_made_changes_no_later_one() -> None:
    wanted = bb.jclass("java.lang.NumberFormatException")
    for place in ("twin_class", "class_of"):

        def interrupt(frame: types.FrameType, event: str, argument: object, place: str = place) -> None:
            if event == "c_return" and frame.f_code.co_name == place:
                sys.setprofile(None)
                raise KeyboardInterrupt

        sys.setprofile(interrupt)
        try:
            parse()
        except (KeyboardInterrupt, bb.JavaError):
            pass
        finally:
            sys.setprofile(None)
        with pytest.raises(wanted):
            parse()


@contextmanager
def finaliser_in(place: str, action: Callable[[], object]) -> Iterator[None]:
    """Has the collector run a finaliser as soon as a function of that name has begun."""

    class Garbage:
        def __init__(self) -> None:
            self.itself = self

        def __del__(self) -> None:
            action()

    thresholds = gc.get_threshold()

    def begin(frame: types.FrameType, event: str, argument: object) -> None:
        if event == "call" and frame.f_code.co_name == place:
            sys.setprofile(None)
            Garbage()
            gc.set_threshold(1, 1, 1)

    sys.setprofile(begin)
    try:
        yield
    finally:
        sys.setprofile(None)
        gc.set_threshold(*thresholds)


@collects_at_once
def test_a_finaliser_waits_for_a_thread_that_makes_a_class() -> None:
    fresh = bb.jclass("org.bufferbridge.fixtures.classes.FreshClasses")
    made = fresh.errorClass(9000)
    late: list[bool] = []

    def wait() -> None:
        thread = threading.Thread(target=lambda: bb.jclass(fresh.errorClass(9001)), daemon=True)
        thread.start()
        thread.join(10)
        late.append(thread.is_alive())

    with finaliser_in("_new_class", wait):
        bb.jclass(made)
    assert late == [False]


@collects_at_once
def test_a_finaliser_makes_the_class_that_is_being_made() -> None:
    made = bb.jclass("org.bufferbridge.fixtures.classes.FreshClasses").errorClass(9002)
    kept: list[type] = []
    with finaliser_in("_new_class", lambda: kept.append(bb.jclass(made))):
        kept.append(bb.jclass(made))
    assert len(kept) == 2 and kept[0] is kept[1]


def test_a_function_throws_the_java_exception_that_it_chooses() -> None:
    chosen = bb.jclass("java.io.IOException")("chosen")
    with pytest.raises(bb.jclass("java.io.IOException")) as raised:
        bb.jclass("java.util.concurrent.Callable")(lambda: throw(chosen)).call()
    assert raised.value.java_exception == chosen
    attempt = bb.jclass("java.util.concurrent.CompletableFuture").supplyAsync(lambda: throw(chosen))
    assert "chosen" in attempt.handle(lambda _, error: error.toString()).join()
    with pytest.raises(TypeError, match="exceptions must derive from BaseException"):
        raise chosen
