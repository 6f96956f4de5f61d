"""Imports and starts."""

from __future__ import annotations

from rows import OURS, Group, Quantity, Row


def start() -> Group:
    def beside(case: str, peer: str, target: float | None) -> Row:
        return Row(
            "start", f"{case}, beside {peer}", Quantity("start", case, None), target, Quantity("start", peer, None)
        )

    def processor(name: str, case: str, target: float | None, peer: str = "jpype") -> Row:
        other = Quantity("start", f"{peer}, processor", None)
        return Row("start", name, Quantity("start", f"{case}, processor", None), target, other)

    rows = (
        beside(OURS, "jpype", 1.0),
        beside("bufferbridge, archive", "jpype", 0.6),
        beside(OURS, "jpy", None),
        beside("bufferbridge, archive", "jpy", None),
        beside("bufferbridge, bb.empty", "jpype", None),
        processor("the first in processor time", OURS, 1.0),
        processor("with the archive, in processor time", "bufferbridge, archive", 0.6),
        beside("import bufferbridge", "import jpype", 0.8),
        processor("the imports in processor time", "import bufferbridge", 0.8, "import jpype"),
        beside("bufferbridge, archive", "the JVM alone", None),
        Row("start", "time of jpype", Quantity("start", "jpype", None)),
    )
    return Group("start", "import, start of the JVM, and the first numpy.asarray", rows, rounds=15)
