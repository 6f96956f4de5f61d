"""Attributes and classes, while calls fail."""

from __future__ import annotations

import inspect
import types

import bufferbridge as bb
from faults.scenarios.scenario import FIXTURES, Scenario


def attributes() -> list[Scenario]:
    callee = bb.jclass(FIXTURES + "calls.Callee")
    memories = bb.jclass(FIXTURES + "memory.Memories")
    recording = bb.jclass(FIXTURES + "exporters.RecordingExporter")
    instance = callee("somebody")
    known = memories.view(memories.automatic(24), "i", [2, 3])
    asked = recording.ofDoubles(2, 3)

    def described(_: int) -> None:
        for memory, itemsize in ((known, 4), (asked, 8)):
            assert (memory.nbytes, memory.itemsize, memory.ndim) == (6 * itemsize, itemsize, 2)
            assert (memory.shape, memory.strides) == ((2, 3), (3 * itemsize, itemsize))
            assert memory.format in "id" and memory.readonly is False
            assert getattr(memory, "dtype", None) is None or memory.dtype.itemsize == itemsize
            assert memory.export_count == 0
        assert repr(known).startswith("<JavaBuffer org")  # without the geometry, if that was refused
        with memoryview(asked):
            assert asked.nbytes == 48 and repr(asked).startswith("<JavaBuffer org")
        known.release()
        assert asked.outstanding() == 0

    def fields(_: int) -> None:
        instance.number = 5
        assert instance.number == 5
        instance.number = 0
        callee.shared = "new"
        assert callee.shared == "new"
        callee.shared = "initial"
        assert instance.name == "somebody" and callee.ANSWER == 42
        assert callee.Nested.where() == "nested"

    kinds = bb.jclass(FIXTURES + "calls.FieldKinds")
    of_every_kind = kinds()
    primitives = ("boolean", "byte", "short", "char", "int", "long", "float", "double")

    def fields_by_jni(_: int) -> None:
        for java_type in primitives:
            for holder, name in ((of_every_kind, java_type + "Of"), (kinds, java_type + "OfClass")):
                value = getattr(holder, name)
                setattr(holder, name, value)
                assert repr(getattr(holder, name)) == repr(value)

    def related(_: int) -> None:
        assert issubclass(callee, callee) and not issubclass(callee, memories)
        assert isinstance(instance, callee | memories) and not isinstance(instance, memories | None)

    def names(_: int) -> None:
        assert "greet" in dir(instance) and "ANSWER" in dir(callee)
        assert "greet" in repr(instance.greet) and instance.greet.__name__ == "greet"
        assert instance.from_() == "from somebody"
        assert "JavaClass" in repr(callee) and callee.__name__.endswith("Callee")
        for owner in (instance, callee):
            try:
                owner.nothingOfTheKind
            except AttributeError:
                pass
            else:
                raise AssertionError("there is no such member")
            try:
                owner.nothingOfTheKind = 1
            except AttributeError:
                pass
            else:
                raise AssertionError("there is no such member")
        try:
            del instance.number
        except AttributeError:
            pass

    def explained(_: int) -> None:
        assert "greet" in str(inspect.signature(instance.greet)) or inspect.signature(instance.greet)
        assert isinstance(instance.greet.__doc__, str) and isinstance(callee.__doc__, str)
        assert inspect.signature(callee) is not None
        shown: list[str] = []
        known._repr_pretty_(types.SimpleNamespace(text=shown.append), False)
        assert shown[0].startswith("<JavaBuffer org") and "<div>" in known._repr_html_()
        known.release()

    def unknown_class(_: int) -> None:
        try:
            bb.jclass("no.such.Class")
        except bb.JavaLookupError:
            pass
        except MemoryError:
            raise
        else:
            raise AssertionError("there is no such class")

    def exceptions(_: int) -> None:
        try:
            callee.fail("of its own")
        except bb.JavaError as error:
            if "injected" not in str(error):
                assert error.java_message == "of its own"
                assert (
                    error.__cause__ is None
                    or "deeper" in str(error.__cause__)
                    or isinstance(error.__cause__, MemoryError)
                )
        else:
            raise AssertionError("nothing was raised")

    return [
        Scenario("attributes that describe memory", described),
        Scenario("fields", fields),
        Scenario("fields of primitives", fields_by_jni),
        Scenario("names", names),
        Scenario("classes beside one another", related),
        Scenario("signatures, documentation and displays", explained),
        Scenario("a class that is not found", unknown_class),
        Scenario("an exception with a cause", exceptions),
    ]


def classes() -> list[Scenario]:
    """Each number uses another class."""
    faulty = bb.jclass(FIXTURES + "classes.FreshClasses")
    # Nothing else uses one of these: a class of exceptions also brings those above it.
    packages = "java.time.chrono.", "java.time.format.", "java.time.temporal.", "java.time.zone."
    names = [name for name in faulty.names(2000).split() if name.startswith(packages) and "Exception" not in name]

    def by_name(number: int) -> None:
        name = names[number]
        assert bb.jclass(name).__name__ == name

    def of_a_result(number: int) -> None:
        made = faulty.make(number)
        assert made.number() == number
        assert made.twice(4) == 8 and made.number_() == number

    def fields_of_a_new_class(number: int) -> None:
        """The way to each field is learnt."""
        made = faulty.make(number)
        cls = bb.jclass(made.getClass())
        for value in (2, 3):
            made.field = value
            cls.shared = value
            assert (made.field, cls.shared) == (value, value)

    def exporters(number: int) -> None:
        made = faulty.makeExporter(number)
        with memoryview(made) as view:
            assert view.nbytes == 8

    def bags(number: int) -> None:
        assert list(faulty.makeBag(number)) == [number]

    def errors(number: int) -> None:
        error = bb.jclass(faulty.errorClass(number))
        assert issubclass(error, bb.jclass("java.lang.RuntimeException"))
        assert bb.jclass("java.util.Objects").toString(error).startswith("class ")
        assert faulty.errorClass(number).getSimpleName() == "FreshError"

    return [
        Scenario("a class by its name", by_name, fresh=True),
        Scenario("a bag of a new class", bags, fresh=True),
        Scenario("a new class of exceptions", errors, fresh=True),
        Scenario("an object of a new class", of_a_result, fresh=True),
        Scenario("fields of a new class", fields_of_a_new_class, fresh=True),
        Scenario("an exporter of a new class", exporters, fresh=True),
    ]
