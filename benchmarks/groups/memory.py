"""The buffer protocol itself: acquire and release of every kind of memory, leases, growth and weight."""

from __future__ import annotations

from rows import OURS, Group, Quantity, Row

KNOWN = ("bb.empty", "automatic segment", "shared arena", "export arena", "direct NIO buffer", "heap array")


def acquire(version: str) -> Group:
    side = f"{OURS} {version}"
    python = tuple(int(part) for part in version.split("."))
    held, released = 1.6, 3.1 if python >= (3, 12) else 4.2
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


def from_c() -> Group:
    def row(case: str) -> Row:
        return Row("from-c", case, Quantity(OURS, f"{case}, from C", "bytearray, from C"))

    names = ("bb.empty", "heap array", "exporter, never blocks", "exporter, may block")
    return Group("from-c", "PyObject_GetBuffer and PyBuffer_Release in C; bytearray = 1", tuple(map(row, names)))


def busy() -> Group:
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


def peers() -> Group:
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


def leases() -> Group:
    rows = (
        Row("leases", "PythonObject.buffer() and close()", Quantity(OURS, "lease", "downcall"), 22.0),
        Row("leases", "the same within Python.run", Quantity(OURS, "lease, in Python.run", "downcall")),
        Row("leases", "the same with a look at the memory", Quantity(OURS, "lease, read", "downcall")),
    )
    return Group("leases", "a lease from a Java thread; a JNI downcall = 1", rows)


def growth() -> Group:
    rows = []
    for name in ("bb.empty", "exporter, never blocks"):
        rows += [
            Row("growth", f"{name}: {live:,} live", Quantity("growth", f"{name}, {live} live", f"{name}, 1 live"))
            for live in (100, 10_000, 100_000, 1_000_000)
        ]
    rows.append(
        Row("growth", "a Java object: 1,000,000 live", Quantity("growth", "object, 1000000 live", "object, 1 live"))
    )
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


def weight() -> Group:
    def row(name: str, case: str, target: float | None = None, side: str = "growth") -> Row:
        return Row("weight", name, Quantity(side, case, None), target, unit="bytes")

    exports = [
        row(f"{name}: {where}", f"{name}, {where}")
        for name in ("bytearray", "bb.empty", "exporter, never blocks")
        for where in ("malloc", "Java heap")
    ]
    things = (
        row("a reference to a Java object", "bytes of an object"),
        row("JPype's", "bytes of an object", side="jpype"),
        row("a lease that Java keeps", "bytes of a lease"),
        row("JPype's direct buffer of the same", "bytes of a lease", side="jpype"),
        row("bb.empty of one item", "bytes of a block", 400),
    )
    title = "bytes of each of 100,000 memoryviews that are out, and of other things in all"
    return Group("weight", title, (*exports, *things), rounds=3)
