"""jpy."""

from __future__ import annotations

import importlib
from importlib.metadata import version
from pathlib import Path

import numpy

from sides import fixtures, plain
from timing import Case, Timed

BENCHMARKS = Path(__file__).resolve().parents[2] / "target" / "benchmarks"


def cases() -> dict[str, Timed]:
    importlib.import_module("jpyutil").init_jvm(
        jvm_classpath=[str(BENCHMARKS / "classes"), *map(str, (BENCHMARKS / "peers").glob("*.jar"))]
    )
    jpy = importlib.import_module("jpy")
    java = jpy.get_type("org.bufferbridge.bench.Plain")
    point = jpy.get_type("org.bufferbridge.bench.Point")
    instance = point()
    rounds = jpy.get_type("org.bufferbridge.bench.peers.JpyFromJava").of(fixtures.Fixture())
    shared = (
        fixtures.fields(point, instance)
        | fixtures.objects(java, point, instance)
        | fixtures.strings(java)
        | fixtures.from_java(rounds, fixtures.WITH_JPY + fixtures.WITH_BOTH, on_this_thread=True)
    )
    return (
        plain.cases()
        | shared
        | {
            "call": Case("same(7)", same=java.same),
            # jpy has no iteration over a List.
            "loop over a List": Case("for i in range(x.size()): x.get(i)", x=java.integers(1000)),
            "item of a List": Case("x.get(500)", x=java.integers(1000)),
            # jpy takes no list for a Collection.
            "list to an int[]": Case("take(array('int', x))", take=java.countInts, array=jpy.array, x=plain.NUMBERS),
            "list to a double[]": Case("take(array('double', x))", take=java.count, array=jpy.array, x=plain.REALS),
            "int[] to a list": Case(plain.TO_LIST, make=java.ints),
            # jpy copies an array once.
            "first double[] to numpy": plain.fresh(lambda: java.doubles(10_000_000), numpy.asarray),
            "pass 100000000": Case("take(x)", take=java.countBytes, x=numpy.zeros(100_000_000, numpy.int8), turns=1),
            "array": Case(plain.ACQUIRE, x=java.doubles(1000)),
            "double[] to numpy": Case("asarray(x)", asarray=numpy.asarray, x=java.doubles(10_000_000), turns=1),
        }
    )


def versions() -> dict[str, str]:
    return plain.versions() | {"jpy": version("jpy")}
