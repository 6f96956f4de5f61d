"""From the import to the first array: each time in a new process, with numpy imported before."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from timing import Measured

ROOT = Path(__file__).resolve().parents[2]
CLASSES = ROOT / "target" / "benchmarks" / "classes"

PROGRAM = """
import sys, time, numpy
sys.path.insert(0, {package!r})
start = time.perf_counter()
{body}
print((time.perf_counter() - start) * 1e9, flush=True)
import os; os._exit(0)
"""

BODIES = {
    "bufferbridge": """
import bufferbridge as bb
bb.start(classpath=[{classes!r}])
array = numpy.asarray(bb.jclass("org.bufferbridge.bench.Plain").doubles(10))
""",
    "bufferbridge, bb.empty": """
import bufferbridge as bb
bb.start()
array = numpy.asarray(bb.empty((10,), "d"))
""",
    "jpype": """
import jpype
jpype.startJVM("--enable-native-access=ALL-UNNAMED", classpath=[{classes!r}])
array = numpy.asarray(jpype.JClass("org.bufferbridge.bench.Plain").doubles(10))
""",
    "jpy": """
import jpyutil
jpyutil.init_jvm(jvm_classpath=[{classes!r}])
import jpy
array = numpy.asarray(jpy.get_type("org.bufferbridge.bench.Plain").doubles(10))
""",
}


def _run(body: str) -> float:
    program = PROGRAM.format(package=str(ROOT / "src" / "main" / "python"), body=body.format(classes=str(CLASSES)))
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return float(ran.stdout)


def cases() -> dict[str, Measured]:
    return {name: Measured(lambda body=body: _run(body), warm_rounds=1) for name, body in BODIES.items()}


def versions() -> dict[str, str]:
    return {}
