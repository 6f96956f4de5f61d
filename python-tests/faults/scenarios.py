"""What is run while calls fail (__main__.py): every kind of memory, argument, result, attribute and error.

A scenario is a function of a number that raises AssertionError when it sees a wrong value. `fresh` ones meet
something for the first time with each number, such as a Java class, which the library then keeps for good.
"""

from __future__ import annotations

import array
import ctypes
import fractions
import gc
import math
import pickle
import sys
import threading
import time
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

import bufferbridge as bb
from support.memory import is_locked

FIXTURES = "org.bufferbridge.fixtures."


class Scenario(NamedTuple):
    name: str
    run: Callable[[int], None]
    fresh: bool = False
    clean: Callable[[], object] | None = None
    """Undoes what a run could not, when no call fails any more."""
    slow: bool = False
    """Leaves Python objects to Java's collector, so their number says nothing."""
    twice: bool = False
    """A failure is told of on a way of its own, so a second one is made to happen on that way."""


def settled(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 5
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.001)
    return condition()


# Written by release(): what a consumer of a buffer does.
def read_and_let_go(memory: bb.JavaBuffer, first: int = 0) -> None:
    with memoryview(memory) as view:
        assert view.nbytes > 0 and view.tobytes()[0] == first
    assert memory.export_count == 0
    memory.release()


# ------------------------------------------------------------------------------------------------- exports


def known_memory() -> list[Scenario]:
    memories = bb.jclass(FIXTURES + "Memories")
    arena = memories.exporting()
    shared = memories.shared()
    objects = {
        "a global arena's segment": memories.global_(16),
        "an automatic arena's segment": memories.automatic(16),
        "an ExportArena's segment": memories.in_(arena, 16),
        "a shared arena's segment": memories.in_(shared, 16),
        "a direct NIO buffer": memories.direct(16),
        "a heap NIO buffer": memories.heap(16),
        "a heap segment": memories.heapSegment(16),
        "an int array": memories.array("int", 8),
        "JNA memory": memories.jna(16),
        "a BufferView": memories.view(memories.automatic(24), "<i", [2, 3]),
        "a view of 60 dimensions": memories.view(memories.automatic(24), "B", [1] * 59 + [24]),
        "a view with a long format": memories.view(memories.automatic(600), "T{" + "".join(f"B:f{i}:" for i in range(200)) + "}", [3]),
    }
    scenarios = [Scenario(f"export of {name}", lambda _, memory=memory: read_and_let_go(memory)) for name, memory in objects.items()]
    rows = memories.rows(memories.shared(), "i", 3, 2)

    def export_rows(_: int) -> None:
        assert rows.supports(0x11C)
        assert not rows.supports(0)
        rows.release()

    def export_booleans(_: int) -> None:
        booleans = memories.array("boolean", 4)
        read_and_let_go(booleans, first=1)

    def making_room(_: int) -> None:
        """At most six arrays are pinned here: those without exports are let go of."""
        arrays = [memories.array("int", 8) for _ in range(8)]
        arrays.append(memories.exporterOfHeap(memories.array("byte", 8)))
        try:
            for array in arrays:
                with memoryview(array) as view:
                    assert view.nbytes > 0
        finally:
            for array in arrays:
                array.release()

    def too_many(_: int) -> None:
        arrays = [memories.array("int", 8) for _ in range(7)]
        views = []
        try:
            views += [memoryview(array) for array in arrays]
        except BufferError as refusal:
            assert "6 arrays" in str(refusal) or "injected" in str(refusal)
        finally:
            for view in views:
                view.release()
            for array in arrays:
                array.release()

    def closing(_: int) -> None:
        own = memories.exporting()
        try:
            memory = memories.in_(own, 8)
            with memoryview(memory) as view:
                assert view[3] == 3
                try:
                    own.close()
                except bb.JavaError as refusal:
                    assert "Python holds" in str(refusal) or "injected" in str(refusal)
                else:
                    raise AssertionError("the arena was closed under an export")
            memory.release()
        finally:
            own.closeWhenReleased()

    def closing_when_released(_: int) -> None:
        own = memories.exporting()
        memory = memories.in_(own, 8)
        view = memoryview(memory)
        own.closeWhenReleased()
        try:
            assert view[3] == 3
        finally:
            view.release()
            memory.release()

    return [*scenarios, Scenario("export of rows behind pointers", export_rows),
            Scenario("an ExportArena that waits for Python", closing_when_released),
            Scenario("export of booleans", export_booleans),
            Scenario("making room for pins", making_room), Scenario("more pins than there may be", too_many), Scenario("closing an ExportArena", closing)]


def upcalls() -> list[Scenario]:
    recording = bb.jclass(FIXTURES + "RecordingExporter")
    memories = bb.jclass(FIXTURES + "Memories")
    throwing = bb.jclass(FIXTURES + "ThrowingExporter")
    blocking = recording.ofBytes(16)
    never = recording.ofBytes(16).neverBlocking()
    wide = recording(8, "B", [1] * 59 + [8], [8] * 59 + [1], 0, False)
    heap = memories.exporterOfHeap(memories.array("byte", 16))
    read_only = recording(8, "B", [8], [1], 0, True)

    def exported(exporter: bb.JavaBuffer) -> Callable[[int], None]:
        def run(_: int) -> None:
            try:
                with memoryview(exporter) as view:
                    assert view.tobytes()[0] == 0
            finally:
                assert exporter.export_count == 0

        return run

    def outstanding(exporter: bb.JavaBuffer) -> Callable[[int], None]:
        run = exported(exporter)

        def counted(number: int) -> None:
            run(number)
            assert exporter.outstanding() == 0
            assert exporter.strangers() == 0

        return counted

    def refused(_: int) -> None:
        try:
            memoryview(read_only)[0] = 1
        except TypeError:
            pass
        assert not read_only.supports(1)
        assert read_only.outstanding() == 0

    def first_meeting(_: int) -> None:
        """The exporter of a new JavaBuffer is not known yet."""
        exporter = memories.exporterOfHeap(memories.array("byte", 4))
        with memoryview(exporter) as view:
            assert view[2] == 2

    def throws(place: str) -> Callable[[int], None]:
        exporter = throwing.in_(place, "IllegalArgumentException")

        def run(_: int) -> None:
            try:
                memoryview(exporter).release()
            except bb.JavaValueError:
                assert place != "RELEASE"
            else:
                assert place == "RELEASE"
            assert exporter.export_count == 0

        return run

    return [
        Scenario("export by upcall", outstanding(blocking)),
        Scenario("export by upcall with the GIL", outstanding(never)),
        Scenario("export by upcall of a large descriptor", outstanding(wide)),
        Scenario("export by upcall of heap memory", exported(heap)),
        Scenario("refusals of an exporter", refused),
        Scenario("the first export of an exporter", first_meeting),
        Scenario("an exporter that throws in getBuffer", throws("GET")),
        Scenario("an exporter that throws in releaseBuffer", throws("RELEASE")),
    ]


# --------------------------------------------------------------------------------------------------- calls


def calls() -> list[Scenario]:
    callee = bb.jclass(FIXTURES + "Callee")
    leasing = bb.jclass(FIXTURES + "Leasing")
    instance = callee("somebody")
    values: dict[str, object] = {
        "None": None,
        "bool": True,
        "int": 70_000,
        "float": 0.25,
        "short str": "abc",
        "long str": "abc" * 200,
        "str with umlauts": "grün \N{SNOWMAN} \N{GRINNING FACE}",
        "unpaired surrogate": "\ud800",
        "Java object": instance,
        "object of Python's": bytearray(b"abc"),
    }
    scenarios = [Scenario(f"a call with {name}", lambda _, value=value: _same(callee, value)) for name, value in values.items()]

    def numbers(_: int) -> None:
        assert callee.kind(np.int64(5)) in ("int", "long")
        assert callee.sameDouble(fractions.Fraction(1, 4)) == 0.25
        assert callee.sameChar("x") == "x"
        assert callee.sameBoolean(np.True_) is True

    def sequences(_: int) -> None:
        assert callee.sum([1.0, 2, 3.5]) == 6.5
        assert callee.cells([[1, 2], [3]]) == 3
        assert callee.join(("a", "b")) == "a b"

    def many(_: int) -> None:
        made = callee.list(*[str(i) for i in range(20)])
        assert made.size() == 20 and made.get(19) == "19"

    def refused(_: int) -> None:
        for arguments in ((object(),), (10**30,), (1, 2, 3)):
            try:
                callee.sameInt(*arguments)
            except (TypeError, OverflowError):
                pass
            else:
                raise AssertionError("the call was not refused")
        try:
            callee.sameInt(value=1)
        except TypeError:
            pass

    def buffers(_: int) -> None:
        for source in (b"\1\2\3", bytearray(b"\1\2\3"), memoryview(b"\1\2\3"), np.array([1, 2, 3]), array.array("h", [1, 2, 3]),
                       (ctypes.c_int * 3)(1, 2, 3)):
            references = sys.getrefcount(source)
            assert leasing.sum(source) == 6
            assert sys.getrefcount(source) == references

    def objects(_: int) -> None:
        assert callee("b") == callee("b")
        assert callee("b") != callee("c")
        assert hash(instance) == hash(callee("somebody"))
        assert str(instance) == "Callee somebody"
        assert repr(instance).startswith("<JavaObject")
        assert isinstance(instance, callee)
        with callee("x") as other:
            pass
        assert other.isClosed()

    callbacks = bb.jclass(FIXTURES + "Callbacks")
    mapping = {"a": 1}

    def python_objects(_: int) -> None:
        assert callbacks.chosen(mapping) == "PythonObject"
        assert callbacks.closeAll([mapping, 1]) == 2
        assert callbacks.sum(lambda number: number * 0.5, 3) == 1.5

    def classes(_: int) -> None:
        given = bb.jclass(callbacks.sameClass(callee))
        assert given is callee

    memory = bb.empty((3,), "d")

    def for_numpy(_: int) -> None:
        shared = memory.__array__(dtype=np.dtype("d"))
        assert shared.sum() == 0

    return [*scenarios, Scenario("calls with objects of Python's", python_objects, slow=True), Scenario("a class as an argument", classes),
            Scenario("what numpy asks for", for_numpy), Scenario("calls with foreign numbers", numbers), Scenario("calls with sequences", sequences),
            Scenario("a call with many arguments", many), Scenario("calls that are refused", refused),
            Scenario("calls with buffers", buffers), Scenario("the protocol of objects", objects)]


def _same(callee: bb.JavaClass, value: object) -> None:
    references = sys.getrefcount(value)
    answer = callee.same(value)
    assert answer == value, f"{answer!r} is not {value!r}"
    del answer
    assert value is None or sys.getrefcount(value) == references


# -------------------------------------------------------------------------------------------------- leases


class Plain(ctypes.Structure):
    _fields_ = [("a", ctypes.c_int), ("b", ctypes.c_int)]


class Inherits(Plain):
    _fields_ = [("c", ctypes.c_int)]


def leases() -> list[Scenario]:
    leasing = bb.jclass(FIXTURES + "Leasing")
    memories = bb.jclass(FIXTURES + "Memories")

    def kept(_: int) -> None:
        source = bytearray(b"\1\2\3")
        references = sys.getrefcount(source)
        leasing.retain(source)
        try:
            assert leasing.keptByte(2) == 3
            assert leasing.kept() is source
            assert leasing.ownerText() in (str(source), "<a Python object whose str() failed>",
                                           "<a Python object whose str() does not fit in Java's memory>")
        finally:
            leasing.closeKept()
        source.append(4)
        assert sys.getrefcount(source) == references

    def closed_elsewhere(_: int) -> None:
        source = bytearray(b"\1\2\3")
        leasing.retain(source)
        try:
            leasing.closeKeptElsewhere()
        finally:
            leasing.closeKept()
        source.append(4)

    def writable(_: int) -> None:
        source = np.zeros(3)
        leasing.fill(source, 2.5)
        assert source.tolist() == [2.5] * 3
        try:
            leasing.fill(b"abc", 1.0)
        except BufferError:
            pass
        else:
            raise AssertionError("read-only memory was written")

    def forgotten(_: int) -> None:
        source = bytearray(b"\1\2\3")
        references = sys.getrefcount(source)
        leasing.forget(source)
        for _again in range(20):
            memories.collectGarbage()
            if not bb.leases():
                break
            time.sleep(0.002)
        assert bb.leases() == []
        assert sys.getrefcount(source) == references

    def views(_: int) -> None:
        source = bytearray(b"\1\2\3")
        leasing.retain(source)
        try:
            back = leasing.keptView()
            with memoryview(back) as view:
                assert view[1] == 2
            back.release()
            del back
        finally:
            leasing.closeKept()
        source.append(4)

    def listed(_: int) -> None:
        sources = [bytearray(3) for _ in range(3)]
        exporter = memories.array("byte", 8)
        exports: list[memoryview] = []
        references = [sys.getrefcount(source) for source in sources]
        leasing.retain(sources[0])
        try:
            exports += [memoryview(exporter) for _ in range(40)]
            assert len(bb.exports()) == 40
            assert [lease.owner is sources[0] for lease in bb.leases()] == [True]
        finally:
            for view in exports:
                view.release()
            exporter.release()
            leasing.closeKept()
        assert [sys.getrefcount(source) for source in sources] == references

    kept_views = bb.jclass(FIXTURES + "KeptViews")

    def kept_by_python(_: int) -> None:
        source, other = bytearray(b"\1\2\3"), bytearray(3)
        references = sys.getrefcount(source)
        held: list[memoryview] = []
        try:
            result = kept_views.retainedBesideOthers(source, lambda view: held.append(memoryview(view)), np.zeros(2), other)
            assert result == "done"
            assert held[0].tolist() == [1, 2, 3]
            other.append(1)
            held.clear()
            kept_views.view(source, lambda view: held.append(memoryview(view)))
        finally:
            held.clear()
            kept_views.closeAndForget()
        assert settled(lambda: not is_locked(source))
        assert sys.getrefcount(source) == references

    def structures(_: int) -> None:
        plain, inherits = Plain(1, 2), Inherits(1, 2, 3)
        assert leasing.field(plain, "b") == 2
        try:
            leasing.field(inherits, "c")
        except BufferError:
            pass
        else:
            raise AssertionError("a field was read in the wrong place")

    def held(_: int) -> None:
        memory = memories.automatic(16)
        level = bb.leak_level()
        try:
            bb.set_leak_level("paranoid")
            with memoryview(memory):
                assert [info.exports for info in bb.holdings() if info.holder is memory] == [1]
                try:
                    memory.release()
                except BufferError as refused:
                    assert "still used by 1 array or memoryview" in str(refused)
                else:
                    raise AssertionError("memory was let go of under an export")
            assert buffers.holdings().size() >= 1
        finally:
            set_level(levels.valueOf(level.upper()))
            memory.release()

    buffers, levels = bb.jclass("org.bufferbridge.Buffers"), bb.jclass("org.bufferbridge.LeakLevel")
    set_level = bb.jclass("org.bufferbridge.Leaks").setLevel
    leasing.retain(b"")
    leasing.closeKept()  # so that there is something to close, which does nothing
    close = leasing.closeKept
    return [Scenario("a retained lease", kept, clean=close),
            Scenario("a lease closed on another thread", closed_elsewhere, clean=close),
            Scenario("writable leases", writable), Scenario("a forgotten lease", forgotten, slow=True),
            Scenario("a view of a lease, exported", views, clean=close),
            Scenario("the lists of exports and leases", listed, clean=close),
            Scenario("memory of a call that Python keeps", kept_by_python, clean=kept_views.closeAndForget, slow=True),
            Scenario("structures of ctypes", structures),
            Scenario("the list of what is held, and a refused release", held)]


# ------------------------------------------------------------------------------------------ memory of Java


def new_memory() -> list[Scenario]:
    memories = bb.jclass(FIXTURES + "Memories")
    numbers = memories.array("double", 6)
    table = memories.table(2, 3)

    def empty(_: int) -> None:
        made = bb.empty((3, 4), "d")
        with memoryview(made) as view:
            view[2, 3] = 1.5
            assert np.asarray(view).sum() == 1.5 and made.nbytes == 96
        made.release()

    def empty_and_large(_: int) -> None:
        with bb.empty(5 << 20) as made:
            view = memoryview(made)
            view[-1] = 7
            assert view[-1] == 7
            view.release()

    def dropped(_: int) -> None:
        view = memoryview(bb.empty(10))
        assert bytes(view) == bytes(10)

    def refused(_: int) -> None:
        for shape, format in (((-1,), "B"), ((2**40, 2**40), "d"), ((1,), "?!")):
            try:
                bb.empty(shape, format)
            except (ValueError, MemoryError):
                pass
            else:
                raise AssertionError("nonsense was allocated")

    def copied(_: int) -> None:
        assert memoryview(bb.copy(numbers)).tolist() == [0, 1, 2, 3, 4, 5]
        assert memoryview(bb.copy(table)).tolist() == [[0, 1, 2], [10, 11, 12]]

    def arrays(_: int) -> None:
        made = bb.array(np.arange(4.0))
        assert memories.get(made, 3) == 3
        with memoryview(made) as view:
            assert view.format == "d"

    def borrowed(_: int) -> None:
        with bb.borrow(numbers) as view:
            assert view[5] == 5
            view[0] = 1
            view[0] = 0
        assert memories.get(numbers, 0) == 0
        numbers.release()

    def left_by_an_exception(_: int) -> None:
        made = bb.empty(10)
        views: list[memoryview] = []
        try:
            with made:
                views.append(memoryview(made))
                raise KeyError("on its way")
        except KeyError:
            pass
        finally:
            for view in views:
                view.release()
            made.release()

    return [Scenario("an exception that leaves a block whose memory is used", left_by_an_exception, twice=True),
            Scenario("empty", empty), Scenario("a large empty", empty_and_large), Scenario("an empty that is dropped", dropped),
            Scenario("an empty that is refused", refused), Scenario("copy", copied), Scenario("array", arrays),
            Scenario("borrow", borrowed)]


# ---------------------------------------------------------------------------------- attributes and classes


def attributes() -> list[Scenario]:
    callee = bb.jclass(FIXTURES + "Callee")
    memories = bb.jclass(FIXTURES + "Memories")
    recording = bb.jclass(FIXTURES + "RecordingExporter")
    instance = callee("somebody")
    known = memories.view(memories.automatic(24), "i", [2, 3])
    asked = recording.ofDoubles(2, 3)

    def described(_: int) -> None:
        for memory, itemsize in ((known, 4), (asked, 8)):
            assert (memory.nbytes, memory.itemsize, memory.ndim) == (6 * itemsize, itemsize, 2)
            assert (memory.shape, memory.strides) == ((2, 3), (3 * itemsize, itemsize))
            assert memory.format in "id" and memory.readonly is False
            assert memory.export_count == 0
        assert repr(known).startswith("<JavaBuffer org")  # the geometry is left out where it is refused
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
                assert error.__cause__ is None or "deeper" in str(error.__cause__) or isinstance(error.__cause__, MemoryError)
        else:
            raise AssertionError("nothing was raised")

    return [Scenario("attributes that describe memory", described), Scenario("fields", fields), Scenario("names", names),
            Scenario("a class that is not found", unknown_class), Scenario("an exception with a cause", exceptions)]


def classes() -> list[Scenario]:
    """Each number meets another class."""
    faulty = bb.jclass(FIXTURES + "FreshClasses")
    names = faulty.names(2000).split()

    def by_name(number: int) -> None:
        name = names[number]
        assert bb.jclass(name).__name__ == name

    def of_a_result(number: int) -> None:
        made = faulty.make(number)
        assert made.number() == number
        assert made.twice(4) == 8 and made.number_() == number

    def exporters(number: int) -> None:
        made = faulty.makeExporter(number)
        with memoryview(made) as view:
            assert view.nbytes == 8

    return [Scenario("a class by its name", by_name, fresh=True), Scenario("an object of a new class", of_a_result, fresh=True),
            Scenario("an exporter of a new class", exporters, fresh=True)]


# ------------------------------------------------------------------------------------------------- threads


def threads() -> list[Scenario]:
    callee = bb.jclass(FIXTURES + "Callee")
    memories = bb.jclass(FIXTURES + "Memories")
    leasing = bb.jclass(FIXTURES + "Leasing")
    lease_threads = bb.jclass(FIXTURES + "LeaseThreads")
    numbers = memories.array("int", 4)

    def on_a_thread(work: Callable[[], None]) -> None:
        """Raises what the work raises."""
        raised: list[BaseException] = []

        def run() -> None:
            try:
                work()
            except BaseException as error:
                raised.append(error.with_traceback(None))

        thread = threading.Thread(target=run)
        thread.start()
        thread.join()
        try:
            if raised:
                raise raised[0]
        finally:
            raised.clear()

    def attached(_: int) -> None:
        def work() -> None:
            assert callee.sameInt(5) == 5
            with memoryview(numbers) as view:
                assert view[2] == 2

        on_a_thread(work)
        numbers.release()

    def dropped(_: int) -> None:
        """The last reference goes on a thread that the JVM does not know."""
        made = [callee("x"), bb.empty(8), memories.array("byte", 4)]
        view = memoryview(made[2])
        view.release()
        on_a_thread(made.clear)
        assert callee.sameInt(5) == 5

    def java_thread(_: int) -> None:
        source = bytearray(3)
        leasing.retain(source)
        try:
            leasing.closeKeptElsewhere()
        finally:
            leasing.closeKept()

    def virtual_thread(_: int) -> None:
        source = bytearray(3)
        lease_threads.retainOn(source, True)
        try:
            lease_threads.closeOn(True)
        finally:
            lease_threads.close()

    return [Scenario("a virtual thread that calls Python", virtual_thread),
            Scenario("a thread that is new to the JVM", attached), Scenario("the end of objects on such a thread", dropped),
            Scenario("a thread that is new to Python", java_thread, clean=leasing.closeKept)]


# --------------------------------------------------------------------------------- Java uses Python objects


class Remembering(np.ndarray):
    """Takes attributes."""


def owners() -> list[Scenario]:
    java = bb.jclass(FIXTURES + "Owners")
    memories = bb.jclass(FIXTURES + "Memories")

    def used(_: int) -> None:
        source = np.array([1.0, 2.0, 3.0])
        references = sys.getrefcount(source)
        assert java.use(source) == 1 + 3 + 2.5 + 6.5 + 3
        source = np.array([1.0, 2.0, 3.0])
        assert java.iterate(source) == 6
        assert sys.getrefcount(source) == references

    def remembered(_: int) -> None:
        source = np.zeros(2).view(Remembering)
        for number in ("5", "-123456789012345678901234567890"):
            assert java.remember(source, number) == number

    def raised(_: int) -> None:
        source = np.zeros(2)
        references = sys.getrefcount(source)
        try:
            java.raise_(source)
        except AttributeError as error:
            assert "no_such_method" in str(error)
            error.__traceback__ = None
        else:
            raise AssertionError("nothing was raised")
        try:
            type_ = java.raisedType(source)
        except bb.JavaError as error:
            assert "cannot be described" in str(error) or "OutOfMemory" in str(error), str(error)
            raise
        assert type_ in ("AttributeError", "MemoryError")
        for _again in range(20):
            gc.collect()
            memories.collectGarbage()
            if sys.getrefcount(source) <= references + 1:
                return
            time.sleep(0.005)
        raise AssertionError("the exception still refers to what it came from")

    def imported(_: int) -> None:
        assert java.pi() == 2 * math.pi

    def refused(_: int) -> None:
        assert java.refusal(b"abc") == "refused"

    def forgotten(_: int) -> None:
        source = bytearray(3)
        references = sys.getrefcount(source)
        java.forgetOwner(source)
        for _again in range(20):
            memories.collectGarbage()
            if sys.getrefcount(source) == references:
                return
            time.sleep(0.005)
        assert sys.getrefcount(source) == references

    return [Scenario("Java uses a Python object", used, slow=True), Scenario("Java sets an attribute of Python's", remembered, slow=True),
            Scenario("Python raises into Java", raised, slow=True, twice=True), Scenario("Java imports a module", imported, slow=True), Scenario("Java asks for a buffer that is refused", refused, slow=True, twice=True),
            Scenario("a forgotten Python object", forgotten, slow=True)]


# ------------------------------------------------------------------------------- pickling, traces, the rest


def others() -> list[Scenario]:
    memories = bb.jclass(FIXTURES + "Memories")
    buffers = bb.jclass("org.bufferbridge.Buffers")
    callee = bb.jclass(FIXTURES + "Callee")
    recording = bb.jclass(FIXTURES + "RecordingExporter")
    numbers = memories.view(memories.automatic(24), "i", [2, 3])
    asked = recording.ofBytes(16)

    def pickled(_: int) -> None:
        again = pickle.loads(pickle.dumps(numbers, protocol=5))
        assert (again.shape, again.format, again.nbytes) == ((2, 3), "i", 24)
        assert bytes(memoryview(again)) == bytes(memoryview(numbers))
        assert "shape (2, 3)" in repr(again)
        try:
            pickle.dumps(callee("x"))
        except TypeError:
            pass
        else:
            raise AssertionError("a Java object was pickled")
        numbers.release()

    def traced(_: int) -> None:
        source = np.zeros(3)
        try:
            bb.set_leak_level("paranoid")
            with memoryview(numbers), memoryview(asked):
                assert len(bb.exports()) == 2
                assert buffers.exports().size() == 2
            callee.same(source)
        finally:
            set_level(simple)
            numbers.release()

    source = bytearray(3)
    recording_class = bb.jclass("jdk.jfr.Recording")

    def recorded(_: int) -> None:
        with recording_class() as recorder:
            for event in ("Export", "Release", "Lease"):
                recorder.enable("org.bufferbridge." + event)
            recorder.start()
            for memory in (numbers, asked):
                memoryview(memory).release()
            assert callee.same(source) is source
        numbers.release()

    def undo() -> None:
        set_level(simple)
        numbers.release()

    leaks = bb.jclass("org.bufferbridge.Leaks")
    simple = bb.jclass("org.bufferbridge.LeakLevel").valueOf("SIMPLE")
    set_level = leaks.setLevel

    def constructed(_: int) -> None:
        for arguments in (("x",) * 12, (object(),)):
            try:
                callee(*arguments)
            except TypeError:
                pass
            else:
                raise AssertionError("there is no such constructor")
        assert getattr(callee("y"), "greet_")("z") == "y greets z"

    return [Scenario("pickling", pickled), Scenario("stacks of everything", traced, clean=undo),
            Scenario("Flight Recorder's events", recorded, clean=numbers.release, slow=True),
            Scenario("constructors", constructed)]


def all_scenarios() -> list[Scenario]:
    gc.collect()
    return [*known_memory(), *upcalls(), *calls(), *leases(), *new_memory(), *attributes(), *classes(), *threads(),
            *owners(), *others()]
