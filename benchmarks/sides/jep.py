"""Jep, where Java hosts Python: this side runs in the process that `jep` starts."""

from __future__ import annotations

from importlib.metadata import version

from sides import plain
from timing import Case, Measured


def cases() -> dict[str, Case | Measured]:
    from java.nio import ByteBuffer  # Jep's importer
    from org.bufferbridge.bench import Plain

    return plain.cases() | {
        "call": Case("same(7)", same=Plain.same),
        "function that Java calls": Case(plain.JAVA_LOOP, sum=Plain.sum, f=plain.function),
        "direct NIO buffer": Case(plain.ACQUIRE, x=ByteBuffer.allocateDirect(1000)),
    }


def versions() -> dict[str, str]:
    return plain.versions() | {"jep": version("jep")}
