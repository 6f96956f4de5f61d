"""Jep, where Java hosts Python: this side runs in the process that `jep` starts."""

from __future__ import annotations

from importlib.metadata import version

import numpy

from sides import fixtures, plain
from timing import Case, Timed


def cases() -> dict[str, Timed]:
    from java.nio import ByteBuffer  # Jep's importer
    from org.bufferbridge.bench import Plain, Point
    from org.bufferbridge.bench.peers import JepFromJava

    point = Point()
    shared = (
        fixtures.fields(Point, point)
        | fixtures.objects(Plain, Point, point)
        | fixtures.strings(Plain)
        | fixtures.from_java(JepFromJava.of(), fixtures.WITH_JEP + fixtures.WITH_BOTH)
    )
    return (
        plain.cases()
        | shared
        | {
            "call": Case("same(7)", same=Plain.same),
            "function that Java calls": Case(plain.JAVA_LOOP, sum=Plain.sum, f=plain.function),
            "double[] to numpy": Case("copied(x)", copied=JepFromJava.copied, x=Plain.doubles(10_000_000), turns=1),
            "pass 100000000": Case("take(x)", take=Plain.countBytes, x=numpy.zeros(100_000_000, numpy.int8), turns=1),
            "direct NIO buffer": Case(plain.ACQUIRE, x=ByteBuffer.allocateDirect(1000)),
        }
    )


def versions() -> dict[str, str]:
    return plain.versions() | {"jep": version("jep")}
