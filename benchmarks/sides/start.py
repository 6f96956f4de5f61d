"""The time from the import to the first array, in a new process each time, after an import of numpy.

It is measured by the wall clock, and as processor time of all threads together. With "archive" the JVM starts from the
archive of the library's classes, which `python -m bufferbridge warm` makes.
"""

from __future__ import annotations

import compileall
import os
import subprocess
import sys
from pathlib import Path

from timing import Measured

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "main" / "python"
CACHE = ROOT / "target" / "benchmarks" / "cache"
CLASSES = ROOT / "target" / "benchmarks" / "classes"

PROGRAM = """
import sys, time, numpy
sys.path.insert(0, {package!r})
start = time.{clock}()
{body}
print((time.{clock}() - start) * 1e9, flush=True)
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
    "import bufferbridge": "import bufferbridge",
    "import jpype": "import jpype",
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


# What no bridge can be faster than.
BODIES["the JVM alone"] = """
import ctypes, glob, os
class Arguments(ctypes.Structure):
    _fields_ = [
        ("version", ctypes.c_int),
        ("count", ctypes.c_int),
        ("options", ctypes.c_void_p),
        ("lax", ctypes.c_ubyte),
    ]
library = ctypes.CDLL(glob.glob(os.environ["JAVA_HOME"] + "/lib/server/libjvm.*")[0])
vm, env, arguments = ctypes.c_void_p(), ctypes.c_void_p(), Arguments(0x00150000, 0, None, 0)
assert library.JNI_CreateJavaVM(ctypes.byref(vm), ctypes.byref(env), ctypes.byref(arguments)) == 0
"""

BODIES["bufferbridge, archive"] = BODIES["bufferbridge"]
ARCHIVED = {**os.environ, "BUFFERBRIDGE_ARCHIVE": "", "XDG_CACHE_HOME": str(CACHE)}
ENVIRONMENTS = {"bufferbridge, archive": ARCHIVED}


def _run(body: str, clock: str, environment: dict[str, str] | None) -> float:
    program = PROGRAM.format(clock=clock, package=str(PACKAGE), body=body.format(classes=str(CLASSES)))
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env=environment)
    return float(ran.stdout)


def _make_archive() -> None:
    CACHE.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "bufferbridge", "warm"]
    subprocess.run(command, capture_output=True, check=True, env={**ARCHIVED, "PYTHONPATH": str(PACKAGE)})


def cases() -> dict[str, Measured]:
    # As an installation does, also where Python is told to write no byte code.
    compileall.compile_dir(PACKAGE, quiet=1)
    _make_archive()
    clocks = {"": "perf_counter", ", processor": "process_time"}
    return {
        name + suffix: Measured(
            lambda body=body, clock=clock, name=name: _run(body, clock, ENVIRONMENTS.get(name)), warm_rounds=1
        )
        for name, body in BODIES.items()
        for suffix, clock in clocks.items()
    }


def versions() -> dict[str, str]:
    return {}
