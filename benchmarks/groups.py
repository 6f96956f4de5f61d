"""The groups of a run: what is measured together, with the targets."""

from __future__ import annotations

from rows import Group, Quantity, Row

OURS = "bufferbridge"
KNOWN = {
    "bb.empty": 1.05, "automatic segment": 1.05, "shared arena": 1.05, "export arena": 1.05,
    "direct NIO buffer": 1.05, "heap array": 1.05, "strided view": None,
}


def _acquire(versions: list[str]) -> list[Group]:
    """The first is the version that everything else is measured with."""
    found = []
    for version in versions:
        side = f"{OURS} {version}"
        python = tuple(int(part) for part in version.split("."))
        held, released = (2.4, 3.1) if python >= (3, 12) else (3.3, 4.2)
        name = f"acquire-{version}"
        rows = [Row(name, kind, Quantity(side, kind), target) for kind, target in KNOWN.items()]
        rows += [
            Row(name, "exporter, never blocks", Quantity(side, "exporter, never blocks"), held),
            Row(name, "exporter, never blocks, new views", Quantity(side, "exporter, never blocks, new views")),
            Row(name, "exporter, never blocks, guarded", Quantity(side, "exporter, never blocks, guarded")),
            Row(name, "exporter, may block", Quantity(side, "exporter, may block"), released),
        ]
        if python >= (3, 12):
            rows.append(Row(name, "Python class with __buffer__", Quantity(side, "python class")))
        found.append(Group(name, f"memoryview(x).release(), CPython {version}; bytearray = 1", tuple(rows)))
    return found


def groups(versions: list[str]) -> list[Group]:
    return _acquire(versions)
