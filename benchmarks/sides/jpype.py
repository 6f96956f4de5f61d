"""JPype."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

import jpype
import numpy

from sides import fixtures, plain, weights
from timing import Case, Timed

CLASSES = Path(__file__).resolve().parents[2] / "target" / "benchmarks" / "classes"


def cases() -> dict[str, Timed]:
    jpype.startJVM(classpath=[str(CLASSES)], convertStrings=False)
    java = jpype.JClass("org.bufferbridge.bench.Plain")
    direct = jpype.nio.convertToDirectBuffer(bytearray(1000))
    doubles = java.doubles(10_000_000)
    found: dict[str, Timed] = {
        "direct NIO buffer": Case(plain.ACQUIRE, x=direct),
        "call": Case("same(7)", same=java.same),
        "loop over a List": Case(plain.LOOP, x=java.integers(1000)),
        "item of a List": Case(plain.ITEM, x=java.integers(1000)),
        "list to a Collection": Case(plain.PASS_LIST, take=java.countItems, x=plain.NUMBERS),
        "list to an int[]": Case(plain.PASS_LIST, take=java.countInts, x=plain.NUMBERS),
        "list to a double[]": Case(plain.PASS_LIST, take=java.count, x=plain.REALS),
        "int[] to a list": Case(plain.TO_LIST, make=java.ints),
        "function that Java calls": Case(plain.JAVA_LOOP, sum=java.sum, f=plain.function),
        "double[] to numpy": Case("asarray(x)", asarray=numpy.asarray, x=doubles, turns=1),
        "numpy to double[]": Case("array(x)", array=jpype.JArray(jpype.JDouble), x=numpy.zeros(1_000_000), turns=1),
        "array of 1,000 items": Case("array(x)", array=jpype.JArray.of, x=numpy.zeros(1000)),
    }
    point = jpype.JClass("org.bufferbridge.bench.Point")
    instance = point()
    found |= fixtures.fields(point, instance)
    found |= fixtures.objects(java, point, instance)
    found |= fixtures.strings(java, "str(echo(x))")
    found |= fixtures.threads(java)
    runtime = jpype.JClass("java.lang.Runtime").getRuntime()
    leased = bytearray(1000)
    found["bytes of an object"] = weights.all_bytes(java.object, runtime)
    found["bytes of a lease"] = weights.all_bytes(lambda: jpype.nio.convertToDirectBuffer(leased), runtime)
    for size in (10, 100_000_000):
        found[f"pass {size}"] = Case(
            "take(convert(x))",
            take=java.capacity,
            convert=jpype.nio.convertToDirectBuffer,
            x=numpy.empty(size, numpy.int8),
        )
    return plain.cases() | found


def versions() -> dict[str, str]:
    return plain.versions() | {"JPype1": version("JPype1")}
