"""pyjnius."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path
from typing import ClassVar

import jnius_config

from sides import fixtures, plain
from timing import Case, Timed

CLASSES = Path(__file__).resolve().parents[2] / "target" / "benchmarks" / "classes"
jnius_config.add_classpath(str(CLASSES))


def cases() -> dict[str, Timed]:
    from jnius import PythonJavaClass, autoclass, java_method

    class Operator(PythonJavaClass):
        __javainterfaces__: ClassVar = ["java/util/function/IntUnaryOperator"]

        @java_method("(I)I")
        def applyAsInt(self, number: int) -> int:
            return number

    java = autoclass("org.bufferbridge.bench.Plain")
    point = autoclass("org.bufferbridge.bench.Point")
    instance = point()
    shared = fixtures.fields(point, instance) | fixtures.objects(java, point, instance) | fixtures.strings(java)
    return (
        plain.cases()
        | shared
        | {
            "call": Case("same(7)", same=java.same),
            "loop over a List": Case(plain.LOOP, x=java.integers(1000)),
            "item of a List": Case(plain.ITEM, x=java.integers(1000)),
            # pyjnius takes no list for a Collection.
            "list to an int[]": Case(plain.PASS_LIST, take=java.countInts, x=plain.NUMBERS),
            "list to a double[]": Case(plain.PASS_LIST, take=java.count, x=plain.REALS),
            "int[] to a list": Case(plain.TO_LIST, make=java.ints),
            "function that Java calls": Case(plain.JAVA_LOOP, sum=java.sum, f=Operator()),
        }
    )


def versions() -> dict[str, str]:
    return plain.versions() | {"pyjnius": version("pyjnius")}
