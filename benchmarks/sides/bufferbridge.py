"""bufferbridge: acquire and release of every kind of memory, calls, arrays, loops and leases."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TARGET = ROOT / "target" / "benchmarks"
sys.path[:0] = [str(ROOT / "src" / "main" / "python"), str(TARGET)]

import bench  # noqa: E402

import bufferbridge as bb  # noqa: E402
from sides import bulk, fixtures, plain  # noqa: E402
from timing import Beside, Case, Measured, Timed  # noqa: E402

SIZES = (10, 1_000, 100_000, 10_000_000, 100_000_000)
ITEMS, PASSES = 30_000, 40


@contextmanager
def busy_thread() -> Iterator[None]:
    """Runs a second Python thread that wants the GIL all the time."""
    stop = False

    def spin() -> None:
        while not stop:
            pass

    thread = threading.Thread(target=spin)
    thread.start()
    try:
        yield
    finally:
        stop = True
        thread.join()


def _memory() -> dict[str, object]:
    memory = bb.jclass("org.bufferbridge.bench.Memories")
    exporters = bb.jclass("org.bufferbridge.bench.Exporters")
    return {
        "bytearray": bytearray(1000),
        "another bytearray": bytearray(1000),
        "bb.empty": bb.empty((1000,), "B"),
        "automatic segment": memory.automatic(1000),
        "shared arena": memory.shared(1000),
        "export arena": memory.exportArena(1000),
        "direct NIO buffer": memory.direct(1000),
        "heap array": memory.array(1000),
        "strided view": memory.strided(1000),
        "guarded exporter": exporters.counted(),
        "exporter, never blocks": exporters.sameView(False),
        "exporter, may block": exporters.sameView(True),
        "exporter, never blocks, new views": exporters.newViews(False),
        "exporter, never blocks, guarded": exporters.guarded(False),
    }


def _acquire() -> dict[str, Timed]:
    found: dict[str, Timed] = {}
    for name, x in _memory().items():
        found[name] = Case(plain.ACQUIRE, x=x)
        found[f"{name}, from C"] = Measured(lambda x=x: bench.cycles(x, 20_000))
        if Beside.is_possible():
            beside = Beside(plain.ACQUIRE, busy_thread, x, bytearray(1000))
            found[f"{name}, busy"], found[f"bytearray beside {name}, busy"] = beside.cases()
    return found


def _calls() -> dict[str, Timed]:
    java = bb.jclass("org.bufferbridge.bench.Plain")
    bb.jclass("org.bufferbridge.bench.Leases").load(bench.__file__)
    doubles = java.doubles(10_000_000)
    return {
        "call": Case("same(7)", same=java.same),
        "call by hand": Case("same(7)", same=bench.same),
        "call of an attribute": Case("java.same(7)", java=java),
        "loop over a List": Case(plain.LOOP, x=java.integers(1000)),
        "list of a List": Case("list(x)", x=java.integers(1000)),
        "item of a List": Case(plain.ITEM, x=java.integers(1000)),
        "list to a Collection": Case(plain.PASS_LIST, take=java.countItems, x=plain.NUMBERS),
        "list to an int[]": Case(plain.PASS_LIST, take=java.countInts, x=plain.NUMBERS),
        "list to a double[]": Case(plain.PASS_LIST, take=java.count, x=plain.REALS),
        "int[] to a list": Case(plain.TO_LIST, make=java.ints),
        "function that Java calls": Case(plain.JAVA_LOOP, sum=java.sum, f=plain.function),
    } | plain.numpy_cases(
        lambda numpy: {
            "asarray of bb.empty": Case("asarray(x)", asarray=numpy.asarray, x=bb.empty((1000,), "B")),
            "double[] to numpy": Case("asarray(x)", asarray=numpy.asarray, x=doubles),
            "numpy.ndarray of bb.empty": Case("ndarray(1000, 'b', x)", ndarray=numpy.ndarray, x=bb.empty((1000,), "B")),
            "first double[] to numpy": Case(
                "asarray(x); x.release()", asarray=numpy.asarray, x=java.doubles(10_000_000)
            ),
            "numpy to double[]": Case("array(x)", array=bb.array, x=numpy.zeros(1_000_000), turns=1),
            "sum of bb.empty": Case("x.sum()", x=_filled(numpy, bb.empty((10_000_000,), "d"))),
            "sum of a double[]": Case("x.sum()", x=_filled(numpy, doubles)),
        }
    )


def _filled(numpy, memory):
    array = numpy.asarray(memory)
    array[...] = 1.0
    return array


def _passing(numpy) -> dict[str, Timed]:
    takes = bb.jclass("org.bufferbridge.bench.Takes")
    found: dict[str, Timed] = {}
    for size in SIZES:
        array = numpy.empty(size, numpy.int8)
        found[f"pass {size} by hand"] = Case("take(x)", take=bench.capacity, x=array)
        found[f"pass {size} to PythonBuffer"] = Case("take(x)", take=takes.buffer, x=array)
        found[f"pass {size} to BufferView"] = Case("take(x)", take=takes.view, x=array)
        found[f"pass {size} to MemorySegment"] = Case("take(x)", take=takes.segment, x=array)
    return found


def _tensors(numpy) -> dict[str, Timed]:
    take = bb.jclass("org.bufferbridge.bench.Takes").view
    array = numpy.zeros(1000)

    class Lender:
        """It has DLPack, and no buffer."""

        __dlpack__ = staticmethod(array.__dlpack__)

    return {
        "from_dlpack of Java memory": Case("share(x)", share=numpy.from_dlpack, x=bb.empty((1000,), "d")),
        "from_dlpack of an array": Case("share(x)", share=numpy.from_dlpack, x=array),
        "tensor for Java": Case("take(x)", take=take, x=Lender()),
        "array for Java": Case("take(x)", take=take, x=array),
    }


def _java_side() -> dict[str, Timed]:
    """What is measured by both sides with the same Java classes, and what Java asks of Python."""
    java, point = bb.jclass("org.bufferbridge.bench.Plain"), bb.jclass("org.bufferbridge.bench.Point")
    instance = point()
    return (
        fixtures.fields(point, instance)
        | fixtures.objects(java, point, instance)
        | fixtures.strings(java)
        | fixtures.threads(java)
        | fixtures.from_java(bb.jclass("org.bufferbridge.bench.FromJava").of(fixtures.Fixture()))
    )


def _loops(numpy) -> dict[str, Timed]:
    loops = bb.jclass("org.bufferbridge.bench.Loops")
    heap = bb.array(numpy.ones(ITEMS))
    shared = numpy.ones(ITEMS)
    order = numpy.random.default_rng(1).permutation(ITEMS).astype(numpy.int32)
    indices = bb.array(order)
    calls = {
        "sum, heap": lambda: loops.sumOfArray(heap, PASSES),
        "sum, numpy": lambda: loops.sumOfSegment(shared, PASSES),
        "gather, heap": lambda: loops.gatherOfArray(heap, indices, PASSES),
        "gather, numpy": lambda: loops.gatherOfSegment(shared, indices, PASSES),
        "strided sum, heap": lambda: loops.stridedOfArray(heap, PASSES),
        "strided sum, numpy": lambda: loops.stridedOfSegment(shared, PASSES),
        "a*b+c, heap": lambda: loops.scaleArray(heap, PASSES),
        "a*b+c, numpy": lambda: loops.scaleSegment(shared, PASSES),
        "a*b+c, numpy by rows": lambda: loops.scaleRows(shared, PASSES),
        "a*b+c, numpy by vectors": lambda: loops.scaleSegmentByVectors(shared, PASSES),
        "a*b+c, numpy in blocks": lambda: loops.scaleSegmentInBlocks(shared, PASSES),
    }
    return {name: Measured(call, warm_rounds=200) for name, call in calls.items()}


def _leases() -> dict[str, Timed]:
    leases = bb.jclass("org.bufferbridge.bench.Leases")
    leased = bytearray(1000)
    return {
        "downcall": Measured(lambda: leases.downcall(200_000), warm_rounds=200),
        "lease": Measured(lambda: leases.acquireAndClose(leased, 5_000), warm_rounds=200),
        "lease, in Python.run": Measured(lambda: leases.acquireAndCloseInPython(leased, 5_000), warm_rounds=200),
        "lease, read": Measured(lambda: leases.acquireReadAndClose(leased, 5_000), warm_rounds=200),
    }


def cases() -> dict[str, Timed]:
    bb.start(classpath=[TARGET / "classes"], options=["--add-modules=jdk.incubator.vector"])
    return (
        plain.cases()
        | _acquire()
        | _calls()
        | _java_side()
        | plain.numpy_cases(lambda numpy: bulk.cases(bb, numpy))
        | plain.numpy_cases(_passing)
        | plain.numpy_cases(_loops)
        | _leases()
        | plain.numpy_cases(_tensors)
    )


def versions() -> dict[str, str]:
    system = bb.jclass("java.lang.System")
    return plain.versions() | {
        "bufferbridge": bb.__version__,
        "java": f"{system.getProperty('java.vm.name')} {system.getProperty('java.vm.version')}",
    }
