"""First uses of classes, of their members and of their objects."""

from __future__ import annotations

import inspect
import types
from collections.abc import Callable, Iterator

import pytest

import bufferbridge as bb
from adversaries.entries import FIXTURES, entry, fresh_class, fresh_object


def names() -> Iterator[str]:
    yield from bb.jclass(FIXTURES + "classes.FreshClasses").names(4000).split()


NAMES: list[str] = []


@entry("jclass")
def class_by_name() -> Callable[[], object]:
    if not NAMES:
        NAMES.extend(names())
    name = NAMES.pop()
    return lambda: id(bb.jclass(name))


@entry("jclass", "JavaClass.__repr__", "JavaClass.__call__")
def class_of_a_class_object() -> Callable[[], object]:
    java_class = bb.jclass(FIXTURES + "classes.FirstUses").fresh()
    return lambda: id(bb.jclass(java_class))


@entry()
def class_of_an_object() -> Callable[[], object]:
    uses = bb.jclass(FIXTURES + "classes.FirstUses")
    uses.keep()
    return lambda: uses.kept().own


@entry("box", "JavaBox", *(box.__name__ for box in bb.JavaBox.__subclasses__()))
def boxes() -> Callable[[], object]:
    items = bb.jclass(FIXTURES + "calls.Boxed").all()
    return lambda: (
        [type(item).__name__ for item in items],
        items.indexOf(bb.box(5, "short")),
        *map(items.indexOf, items),
    )


@entry("JavaClass.__getitem__")
def type_arguments() -> Callable[[], object]:
    fresh = fresh_class()

    def use() -> str:
        with pytest.raises(TypeError, match="takes no type arguments") as refusal:
            fresh[str]
        return str(refusal.value)

    return use


@entry("JavaClass.__signature__")
def signature() -> Callable[[], object]:
    fresh = fresh_class()
    return lambda: (str(inspect.signature(fresh)), str(inspect.signature(fresh.sum)))


@entry("JavaClass.__getattribute__")
def static_field() -> Callable[[], object]:
    fresh = fresh_class()
    return lambda: (fresh.number, fresh.text)


@entry("JavaClass.__setattr__", "JavaClass.__delattr__")
def assigned_static_field() -> Callable[[], object]:
    fresh = fresh_class()
    return lambda: setattr(fresh, "assigned", 3)


@entry("JavaObject.__getattribute__")
def instance_field() -> Callable[[], object]:
    thing = fresh_object()
    return lambda: thing.own


@entry("JavaObject.__setattr__", "JavaObject.__delattr__")
def assigned_instance_field() -> Callable[[], object]:
    thing = fresh_object()
    return lambda: setattr(thing, "assignedOwn", 3)


@entry("JavaClass.__subclasscheck__", "JavaClass.__or__", "JavaClass.__ror__")
def related_classes() -> Callable[[], object]:
    fresh = fresh_class()
    other = bb.jclass("java.util.List")
    return lambda: (issubclass(fresh, other), issubclass(fresh, fresh), isinstance(3, fresh | other | None))


@entry("JavaClass.__mro_entries__")
def base_of_a_python_class() -> Callable[[], object]:
    fresh = fresh_class()

    def derive() -> str:
        with pytest.raises(TypeError) as refused:
            types.new_class("Derived", (fresh,))
        return str(refused.value)

    return derive


@entry()
def static_method() -> Callable[[], object]:
    fresh = fresh_class()
    return lambda: fresh.twice(4)


@entry()
def overloads() -> Callable[[], object]:
    fresh = fresh_class()
    return lambda: (fresh.twice(4), fresh.twice("a"), fresh.twice(0.5), fresh.all(1, 2, 3), fresh.all())


@entry()
def method_with_an_underscore() -> Callable[[], object]:
    fresh = fresh_class()
    return lambda: fresh.twice_(4)


@entry()
def name_of_a_subclass_of_str() -> Callable[[], object]:
    fresh = fresh_class()

    class Name(str):
        def __eq__(self, other: object) -> bool:
            return str.__eq__(self, other)

        def __hash__(self) -> int:
            return str.__hash__(self)

    return lambda: getattr(fresh, Name("number"))


@entry()
def instance_method() -> Callable[[], object]:
    thing = fresh_object()
    return lambda: thing.add(3)


@entry()
def constructor() -> Callable[[], object]:
    fresh = fresh_class()
    return lambda: (fresh().own, fresh(5).own, fresh("abc").own)


@entry()
def nested_class() -> Callable[[], object]:
    fresh = fresh_class()
    return lambda: (id(fresh.Suit), str(fresh.Suit.CLUBS), fresh.square().corners())


@entry()
def missing_member() -> Callable[[], object]:
    fresh = fresh_class()

    def ask() -> str:
        with pytest.raises(AttributeError) as refused:
            fresh.nmber
        return str(refused.value)

    return ask


@entry("JavaObject.__dir__", "JavaClass.__dir__")
def names_of_members() -> Callable[[], object]:
    fresh, thing = fresh_class(), fresh_object()
    return lambda: (tuple(dir(fresh)), tuple(dir(thing)))


@entry("JavaClass.__instancecheck__")
def instance_check() -> Callable[[], object]:
    fresh, thing = fresh_class(), fresh_object()
    return lambda: (isinstance(thing, fresh), isinstance(thing, bb.jclass("java.lang.Comparable")))


@entry(
    "JavaObject.__str__",
    "JavaObject.__repr__",
    "JavaObject.__hash__",
    "JavaObject.__eq__",
    "JavaObject.__ne__",
    "JavaObject.__lt__",
    "JavaObject.__le__",
    "JavaObject.__gt__",
    "JavaObject.__ge__",
    "JavaObject.__enter__",
    "JavaObject.__exit__",
    "JavaObject.__reduce_ex__",
    "JavaClass.__reduce_ex__",
)
def object_protocol() -> Callable[[], object]:
    fresh = fresh_class()

    def use() -> object:
        with fresh(3) as thing:
            assert thing == thing and not thing != thing
            return str(thing), repr(thing), hash(thing)

    return use


@entry()
def collection() -> Callable[[], object]:
    """A class with protocols that no class had before may come to Python at this moment."""
    from bufferbridge._objects import protocols

    uses = bb.jclass(FIXTURES + "classes.FirstUses")
    uses.keepList()
    earlier = dict(protocols._TYPES)
    protocols._TYPES.clear()

    def use() -> object:
        kept = uses.kept()
        protocols._TYPES.update(earlier)  # classes that come later share the types of earlier ones
        return kept[0], kept[1:], len(kept), list(kept), type(kept).__name__

    return use


@entry("JavaError")
def exception() -> Callable[[], object]:
    fresh = fresh_class()

    def fail() -> str:
        with pytest.raises(bb.JavaError) as raised:
            fresh.fail()
        return str(raised.value)

    return fail


@entry()
def callback() -> Callable[[], object]:
    fresh = fresh_class()
    return lambda: fresh.call(lambda x: x + 1)


@entry()
def java_function() -> Callable[[], object]:
    """A lambda whose class no code has used is called by all threads."""
    fresh = fresh_class()
    return lambda: (callable(fresh.square()), fresh.square()())


@entry()
def function_of_an_interface() -> Callable[[], object]:
    """An interface that had no function before gets one on all threads."""
    fresh = fresh_class()
    return lambda: fresh.Shape(lambda: 5).sides()
