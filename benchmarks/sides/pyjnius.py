"""pyjnius."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

import jnius_config

from sides import plain
from timing import Case, Measured

CLASSES = Path(__file__).resolve().parents[2] / "target" / "benchmarks" / "classes"
jnius_config.add_classpath(str(CLASSES))


def cases() -> dict[str, Case | Measured]:
    from jnius import autoclass

    return plain.cases() | {"call": Case("same(7)", same=autoclass("org.bufferbridge.bench.Plain").same)}


def versions() -> dict[str, str]:
    return plain.versions() | {"pyjnius": version("pyjnius")}
