"""The groups of a run: the cases that are measured together, and their targets."""

from __future__ import annotations

from rows import Group, Quantity, Row

OURS = "bufferbridge"
KNOWN = ("bb.empty", "automatic segment", "shared arena", "export arena", "direct NIO buffer", "heap array")


def _acquire(version: str) -> Group:
    side = f"{OURS} {version}"
    python = tuple(int(part) for part in version.split("."))
    held, released = (2.4, 3.1) if python >= (3, 12) else (3.3, 4.2)
    name = f"acquire-{version}"

    def row(case: str, target: float | None = None) -> Row:
        return Row(name, case, Quantity(side, case), target)

    rows = [*(row(kind, 1.05) for kind in KNOWN), row("strided view"), row("bytes")]
    rows += [
        row("guarded exporter", 1.10),
        row("exporter, never blocks", held),
        row("exporter, never blocks, guarded"),
        row("exporter, never blocks, new views"),
        row("exporter, may block", released),
    ]
    if python >= (3, 12):
        rows.append(row("python class"))
        exporter = Quantity(side, "exporter, never blocks")
        rows.append(Row(name, "exporter beside Python class", exporter, 1.0, Quantity(side, "python class")))
    return Group(name, f"memoryview(x).release(), CPython {version}; bytearray = 1", tuple(rows))


def _from_c() -> Group:
    def row(case: str) -> Row:
        return Row("from-c", case, Quantity(OURS, f"{case}, from C", "bytearray, from C"))

    names = ("bb.empty", "heap array", "exporter, never blocks", "exporter, may block")
    return Group("from-c", "PyObject_GetBuffer and PyBuffer_Release in C; bytearray = 1", tuple(map(row, names)))


def _busy() -> Group:
    """The time beside a busy thread, divided by the time without it, relative to that quotient of a bytearray."""
    found = []
    for case, target in (
        ("bb.empty", 1.05),
        ("heap array", 1.05),
        ("exporter, never blocks", 1.05),
        ("exporter, may block", None),
        ("another bytearray", None),
    ):
        slowdown = Quantity(OURS, f"{case}, busy", case)
        control = Quantity(OURS, f"bytearray beside {case}, busy", "bytearray")
        found.append(Row("busy", case, slowdown, target, control))
    return Group("busy", "slowdown by a busy second Python thread; bytearray's own = 1", tuple(found), rounds=15)


def _peers() -> Group:
    def row(side: str, case: str, name: str) -> Row:
        return Row("peers", f"{side}: {name}", Quantity(side, case))

    rows = (
        row(OURS, "direct NIO buffer", "direct NIO buffer"),
        row(OURS, "heap array", "array"),
        row("jpype", "direct NIO buffer", "direct NIO buffer"),
        row("jpy", "array", "array (a copy)"),
        row("jep", "direct NIO buffer", "direct NIO buffer"),
        row(OURS, "numpy array", "numpy's own array"),
    )
    return Group("peers", "memoryview(x).release() beside peers; bytearray = 1", rows)


def _calls() -> Group:
    ours = Quantity(OURS, "call")
    rows = [
        Row("calls", f"beside {peer}", ours, 1.0 if peer in ("jpype", "jpy") else None, Quantity(peer, "call"))
        for peer in ("jpype", "jpy", "pyjnius", "jep")
    ]
    rows += [
        Row("calls", f"time of {side}", Quantity(side, "call")) for side in (OURS, "jpype", "jpy", "pyjnius", "jep")
    ]
    return Group("calls", "a static Java method with one int, from Python", tuple(rows))


def _lists() -> Group:
    peers = ("jpype", "jpy", "pyjnius")
    loop, item = "loop over a List", "item of a List"
    passed = {"list to a Collection": ("jpype",), "list to an int[]": peers, "int[] to a list": peers}
    rows = [Row("lists", f"loop beside {peer}", Quantity(OURS, loop), 1.0, Quantity(peer, loop)) for peer in peers]
    rows += [Row("lists", f"item beside {peer}", Quantity(OURS, item), None, Quantity(peer, item)) for peer in peers]
    rows += [
        Row("lists", f"{name} of {side}", Quantity(side, case, None))
        for name, case in (("time of a loop", loop), ("time of an item", item))
        for side in (OURS, *peers)
    ]
    rows += [
        Row("lists", f"{case} beside {peer}", Quantity(OURS, case), 1.0, Quantity(peer, case))
        for case, those in passed.items()
        for peer in those
    ]
    rows += [
        Row("lists", f"{case}, time of {side}", Quantity(side, case, None))
        for case, those in passed.items()
        for side in (OURS, *those)
    ]
    return Group("lists", "1,000 Integers of a Java List, and 1,000 ints of a list", tuple(rows))


def _tensors() -> Group:
    def row(case: str, other: str, target: float) -> Row:
        return Row("tensors", f"{case}; {other} = 1", Quantity(OURS, case), target, Quantity(OURS, other))

    rows = (
        row("from_dlpack of Java memory", "from_dlpack of an array", 1.1),
        row("tensor for Java", "array for Java", 2.0),
    )
    return Group("tensors", "numpy.from_dlpack, and DLPack as an argument of a Java method", rows)


def _functions() -> Group:
    peers, case = ("jpype", "pyjnius", "jep"), "function that Java calls"
    ours = Quantity(OURS, case)
    rows = [Row("functions", f"beside {peer}", ours, 1.0, Quantity(peer, case)) for peer in peers]
    rows += [Row("functions", f"time of {side}", Quantity(side, case, None)) for side in (OURS, *peers)]
    return Group("functions", "a Python function that a Java loop calls 1,000 times", tuple(rows))


def _passing() -> Group:
    take = "PythonBuffer"
    small = Quantity(OURS, f"pass 10 to {take}")
    rows = [
        Row("passing", f"{size:,} items beside 10", Quantity(OURS, f"pass {size} to {take}"), 1.1, small)
        for size in (1_000, 100_000, 10_000_000, 100_000_000)
    ]
    rows += [
        Row("passing", "10 items beside JPype's", small, 0.25, Quantity("jpype", "pass 10")),
        Row(
            "passing",
            "1e8 items beside JPype's",
            Quantity(OURS, f"pass 100000000 to {take}"),
            0.25,
            Quantity("jpype", "pass 100000000"),
        ),
        Row("passing", "as BufferView, beside PythonBuffer", Quantity(OURS, "pass 10 to BufferView"), None, small),
        Row(
            "passing", "as MemorySegment, beside PythonBuffer", Quantity(OURS, "pass 10 to MemorySegment"), None, small
        ),
    ]
    return Group("passing", "a numpy array to a Java method, call included", tuple(rows))


def _arrays() -> Group:
    def beside(case: str, other: Quantity, name: str, target: float | None = None) -> Row:
        return Row("arrays", name, Quantity(OURS, case, None), target, other)

    numpy_sum = Quantity(OURS, "sum of numpy's own", None)
    rows = (
        beside(
            "double[] to numpy",
            Quantity("jpype", "double[] to numpy", None),
            "double[] of 1e7 to numpy, beside JPype's copy",
            0.0001,
        ),
        beside(
            "first double[] to numpy",
            Quantity("jpype", "double[] to numpy", None),
            "the same, pinned and let go each time",
            0.0001,
        ),
        beside(
            "double[] to numpy", Quantity("jpy", "double[] to numpy", None), "the same, beside the copy jpy made before"
        ),
        beside("numpy to double[]", Quantity("jpype", "numpy to double[]", None), "numpy to double[], beside JPype's"),
        beside("sum of bb.empty", numpy_sum, "numpy's sum of 80 MB in bb.empty, its own = 1", 1.03),
        beside("sum of a double[]", numpy_sum, "numpy's sum of 80 MB in a double[], its own = 1"),
        beside(
            "asarray of bb.empty", Quantity(OURS, "asarray of bytearray", None), "numpy.asarray, of a bytearray = 1"
        ),
    )
    return Group("arrays", "arrays between the languages", rows, rounds=15)


def _loops() -> Group:
    def row(loop: str, target: float | None, way: str = "numpy") -> Row:
        name = loop if way == "numpy" else f"{loop}, {way.removeprefix('numpy ')}"
        return Row("loops", name, Quantity(OURS, f"{loop}, {way}", f"{loop}, heap"), target)

    rows = (
        row("sum", 1.05),
        row("gather", 1.05),
        row("strided sum", None),
        row("a*b+c", 1.1, "numpy by vectors"),
        row("a*b+c", None, "numpy in blocks"),
        row("a*b+c", None, "numpy by rows"),
        row("a*b+c", None),
    )
    return Group("loops", "Java loops over 30,000 doubles of numpy's; a heap array = 1", rows)


def _leases() -> Group:
    rows = (
        Row("leases", "PythonObject.buffer() and close()", Quantity(OURS, "lease", "downcall"), 15.0),
        Row("leases", "the same within Python.run", Quantity(OURS, "lease, in Python.run", "downcall")),
        Row("leases", "the same with a look at the memory", Quantity(OURS, "lease, read", "downcall")),
    )
    return Group("leases", "a lease from a Java thread; a JNI downcall = 1", rows)


def _start() -> Group:
    def beside(case: str, peer: str, target: float | None) -> Row:
        return Row(
            "start", f"{case}, beside {peer}", Quantity("start", case, None), target, Quantity("start", peer, None)
        )

    def processor(name: str, case: str) -> Row:
        jpype = Quantity("start", "jpype, processor", None)
        return Row("start", name, Quantity("start", f"{case}, processor", None), None, jpype)

    rows = (
        beside(OURS, "jpype", 1.0),
        beside("bufferbridge, archive", "jpype", 0.8),
        beside(OURS, "jpy", None),
        beside("bufferbridge, bb.empty", "jpype", None),
        processor("the first in processor time", OURS),
        processor("with the archive, in processor time", "bufferbridge, archive"),
        Row("start", "time of jpype", Quantity("start", "jpype", None)),
    )
    return Group("start", "import, start of the JVM, and the first numpy.asarray", rows, rounds=15)


def _growth() -> Group:
    rows = []
    for name in ("bb.empty", "exporter, never blocks"):
        rows += [
            Row("growth", f"{name}: {live:,} live", Quantity("growth", f"{name}, {live} live", f"{name}, 1 live"))
            for live in (100, 10_000, 100_000)
        ]
    for name in ("bytearray", "bb.empty", "exporter, never blocks"):
        rows += [
            Row(
                "growth",
                f"{name}: {count} threads",
                Quantity("growth", f"{name}, {count} threads", f"{name}, 1 threads"),
            )
            for count in (4, 16)
        ]
    rows += [
        Row(
            "growth",
            f"a lease: {count} Java threads",
            Quantity("growth", f"lease, {count} Java threads", "lease, 1 Java threads"),
        )
        for count in (4, 64)
    ]
    return Group("growth", "many exports out, many threads; one = 1", tuple(rows), rounds=7)


def _weight() -> Group:
    rows = []
    for name in ("bytearray", "bb.empty", "exporter, never blocks"):
        for where in ("malloc", "Java heap"):
            rows.append(Row("weight", f"{name}: {where}", Quantity("growth", f"{name}, {where}", None), unit="bytes"))
    return Group(
        "weight",
        "bytes of each of 100,000 memoryviews that are out, beside Python's own objects",
        tuple(rows),
        rounds=3,
    )


def groups(versions: list[str]) -> list[Group]:
    """All groups in the order of the table. There is one group of acquire and release for each version of CPython."""
    return [
        *map(_acquire, versions),
        _from_c(),
        _busy(),
        _peers(),
        _calls(),
        _lists(),
        _tensors(),
        _functions(),
        _passing(),
        _arrays(),
        _loops(),
        _leases(),
        _start(),
        _growth(),
        _weight(),
    ]
