"""jpy."""

from __future__ import annotations

import importlib
from importlib.metadata import version
from pathlib import Path

import numpy

from sides import plain
from timing import Case, Measured

CLASSES = Path(__file__).resolve().parents[2] / "target" / "benchmarks" / "classes"


def cases() -> dict[str, Case | Measured]:
    importlib.import_module("jpyutil").init_jvm(jvm_classpath=[str(CLASSES)])
    jpy = importlib.import_module("jpy")
    java = jpy.get_type("org.bufferbridge.bench.Plain")
    return plain.cases() | {
        "call": Case("same(7)", same=java.same),
        # jpy has no iteration over a List.
        "loop over a List": Case("for i in range(x.size()): x.get(i)", x=java.integers(1000)),
        "item of a List": Case("x.get(500)", x=java.integers(1000)),
        # jpy takes no list for a Collection.
        "list to an int[]": Case("take(array('int', x))", take=java.countInts, array=jpy.array, x=plain.NUMBERS),
        "int[] to a list": Case(plain.TO_LIST, make=java.ints),
        "array": Case(plain.ACQUIRE, x=java.doubles(1000)),
        "double[] to numpy": Case("asarray(x)", asarray=numpy.asarray, x=java.doubles(10_000_000), turns=1),
    }


def versions() -> dict[str, str]:
    return plain.versions() | {"jpy": version("jpy")}
