"""First uses of a class or of memory that is new to the library.

Each entry prepares new classes or memory, and names the functions and slots of the library that it covers.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

import numpy as np
import pytest

import bufferbridge as bb

FIXTURES = "org.bufferbridge.fixtures."

# Prepares an attack, and returns the action that eight threads take at once.
Prepare = Callable[[], Callable[[], object]]

ENTRIES: dict[str, Prepare] = {}
COVERED: dict[str, set[str]] = {}


def entry(*covers: str) -> Callable[[Prepare], Prepare]:
    def add(prepare: Prepare) -> Prepare:
        ENTRIES[prepare.__name__] = prepare
        COVERED[prepare.__name__] = set(covers)
        return prepare

    return add


def fresh_class() -> bb.JavaClass:
    return bb.jclass(bb.jclass(FIXTURES + "classes.FirstUses").fresh())


def fresh_object() -> bb.JavaBuffer:
    """An exporter whose class is new to the library."""
    return bb.jclass(FIXTURES + "classes.FirstUses").object()


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


@entry("retain")
def retained() -> Callable[[], object]:
    keeper = bb.jclass("java.util.concurrent.atomic.AtomicReference")()
    array = np.arange(3)

    def use() -> object:
        with bb.retain(array) as lease:
            keeper.set(lease)
            return lease.isOpen()

    return use


@entry("box", "JavaBox", *(box.__name__ for box in bb.JavaBox.__subclasses__()))
def boxes() -> Callable[[], object]:
    items = bb.jclass(FIXTURES + "classes.Boxed").all()
    return lambda: (
        [type(item).__name__ for item in items],
        items.indexOf(bb.box(5, "short")),
        *map(items.indexOf, items),
    )


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
def function_of_an_interface() -> Callable[[], object]:
    """An interface that had no function before gets one on all threads."""
    fresh = fresh_class()
    return lambda: fresh.Shape(lambda: 5).sides()


@entry("leases")
def lease() -> Callable[[], object]:
    fresh = fresh_class()
    array = np.arange(4.0)
    return lambda: (fresh.sum(array[::2]), fresh.type(array), isinstance(bb.leases(), list))


@entry("JavaBuffer.__buffer__", "JavaBuffer.__release_buffer__", "exports", "JavaBuffer.export_count")
def export_by_upcall() -> Callable[[], object]:
    thing = fresh_object()

    def use() -> object:
        with memoryview(thing) as view:
            assert thing.export_count > 0
            assert len(bb.exports()) > 0
            return view.format, view.shape, view[0]

    return use


@entry(
    "JavaBuffer.nbytes",
    "JavaBuffer.format",
    "JavaBuffer.itemsize",
    "JavaBuffer.ndim",
    "JavaBuffer.shape",
    "JavaBuffer.strides",
    "JavaBuffer.readonly",
    "JavaBuffer.supports",
    "JavaBuffer.__repr__",
)
def description_by_upcall() -> Callable[[], object]:
    thing = fresh_object()
    return lambda: (
        thing.nbytes,
        thing.format,
        thing.itemsize,
        thing.ndim,
        thing.shape,
        thing.strides,
        thing.readonly,
        thing.supports(0),
        repr(thing)[:20],
    )


@entry()
def export_by_a_provider() -> Callable[[], object]:
    thing = bb.jclass(FIXTURES + "exporters.FreshProviders").thing()

    def use() -> object:
        with memoryview(thing) as view:
            return view.nbytes

    return use


@entry(
    "JavaBuffer.__len__",
    "JavaBuffer.__getitem__",
    "JavaBuffer.__setitem__",
    "JavaBuffer.__delitem__",
    "JavaBuffer.__iter__",
    "JavaBuffer.__bool__",
)
def items_by_upcall() -> Callable[[], object]:
    thing = fresh_object()

    def use() -> object:
        thing[1] = 5
        with pytest.raises(TypeError):
            del thing[0]
        return len(thing), thing[0], list(thing), bool(thing)

    return use


def items_of(kind: str) -> Prepare:
    def prepare() -> Callable[[], object]:
        memory = MEMORY[kind]()

        def use() -> object:
            try:
                return len(memory), memory[0], next(iter(memory))
            except NotImplementedError as refusal:  # two dimensions
                return str(refusal)

        return use

    prepare.__name__ = f"items_of_{kind}"
    return prepare


MEMORY: dict[str, Callable[[], bb.JavaBuffer]] = {
    "array": lambda: bb.array(np.arange(5, dtype="i4")),
    "empty": lambda: bb.empty((2, 3), "d"),
    "copy": lambda: bb.copy(bb.array(np.arange(5, dtype="i4"))),
    "segment": lambda: bb.jclass("java.lang.foreign.Arena").ofShared().allocate(64),
    "direct_buffer": lambda: bb.jclass("java.nio.ByteBuffer").allocateDirect(64),
    "export_arena": lambda: bb.jclass("org.bufferbridge.ExportArena").open().allocate(64, 8),
    "jna": lambda: bb.jclass("com.sun.jna.Memory")(64),
}


def holding_of(kind: str) -> Prepare:
    def prepare() -> Callable[[], object]:
        memory = MEMORY[kind]()

        def use() -> object:
            try:
                with memoryview(memory) as view:
                    return view.nbytes, view.readonly
            except BufferError as refusal:  # the collector cannot pin
                return str(refusal)

        return use

    prepare.__name__ = f"holding_of_{kind}"
    return prepare


for kind in MEMORY:
    entry("array", "empty", "copy")(holding_of(kind))
    entry()(items_of(kind))


@entry("holdings")
def holdings() -> Callable[[], object]:
    memory = bb.empty(64)
    memoryview(memory).release()
    return lambda: len(bb.holdings()) > 0


@entry("copy")
def copies_of_one_memory() -> Callable[[], object]:
    memory = bb.empty(1000, "q")
    return lambda: memoryview(bb.copy(memory)).tobytes() == bytes(8000)


@entry("JavaBuffer.release", "JavaBuffer.__exit__")
def release_beside_uses() -> Callable[[], object]:
    """A thread that comes too late gets a BufferError; no thread gets freed memory."""
    memory = bb.empty(1 << 16, "q")
    turns = itertools.count()

    def use() -> object:
        turn = next(turns) % 4
        try:
            if turn == 0:
                memory.release()
            elif turn == 1:
                assert memoryview(bb.copy(memory)).nbytes == 1 << 19
            elif turn == 2:
                assert np.asarray(memory).sum() == 0
            else:
                with memory:
                    pass
        except BufferError:
            pass
        return None

    return use


@entry("borrow")
def borrowed_arrays() -> Callable[[], object]:
    def use() -> object:
        array = bb.array(np.arange(3, dtype="i4"))
        with bb.borrow(array) as lent, memoryview(lent) as view:
            return view.tolist()

    return use


@entry("JavaBuffer.__array__")
def refused_by_numpy() -> Callable[[], object]:
    arena = bb.jclass("java.lang.foreign.Arena").ofShared()
    memory = arena.allocate(64)
    arena.close()

    def use() -> object:
        with pytest.raises(BufferError) as refused:
            np.asarray(memory)
        return str(refused.value)

    return use


@entry("leaks", "leak_level", "set_leak_level")
def leaks() -> Callable[[], object]:
    def use() -> object:
        bb.set_leak_level(bb.leak_level())
        return isinstance(bb.leaks(), list), bb.leak_level()

    return use


@entry("JavaBuffer.__reduce_ex__", "UnpickledBuffer")
def pickled() -> Callable[[], object]:
    import pickle

    memory = bb.empty(4, "d")
    return lambda: bytes(pickle.loads(pickle.dumps(memory)))
