"""bufferbridge: acquire and release of every kind of memory, and calls."""

from __future__ import annotations

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "src" / "main" / "python"))

import bufferbridge as bb  # noqa: E402

from sides import plain  # noqa: E402
from timing import Case  # noqa: E402

CLASSES = ROOT / "target" / "benchmarks" / "classes"


def cases() -> dict[str, Case]:
    bb.start(classpath=[CLASSES], options=os.environ.get("BENCH_JVM_OPTIONS", "").split())
    memory = bb.jclass("org.bufferbridge.bench.Memories")
    exporters = bb.jclass("org.bufferbridge.bench.Exporters")
    known = {
        "bb.empty": bb.empty((1000,), "B"),
        "automatic segment": memory.automatic(1000),
        "shared arena": memory.shared(1000),
        "export arena": memory.exportArena(1000),
        "direct NIO buffer": memory.direct(1000),
        "heap array": memory.array(1000),
        "strided view": memory.strided(1000),
    }
    by_upcall = {
        "exporter, never blocks": exporters.sameView(False),
        "exporter, may block": exporters.sameView(True),
        "exporter, never blocks, new views": exporters.newViews(False),
        "exporter, never blocks, guarded": exporters.guarded(False),
    }
    return plain.cases() | {name: Case(plain.ACQUIRE, x=x) for name, x in (known | by_upcall).items()}


def versions() -> dict[str, str]:
    system = bb.jclass("java.lang.System")
    return plain.versions() | {
        "bufferbridge": bb.__version__,
        "java": f"{system.getProperty('java.vm.name')} {system.getProperty('java.vm.version')}",
    }
