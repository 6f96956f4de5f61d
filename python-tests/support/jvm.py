"""The options of the JVM that the tests run in."""

from __future__ import annotations

import os
import re


def jvm_options() -> list[str]:
    """Assertions on; more from the environment, such as -Xcheck:jni."""
    return ["-ea", "-Xmx512m", *os.environ.get("BUFFERBRIDGE_TEST_JVM_OPTIONS", "").split()]


GC_OPTION = re.compile(r"-XX:\+Use\w+GC")


def collector_options() -> list[str]:
    """Those of the options that choose the garbage collector: for the JVMs of other processes too."""
    return [option for option in jvm_options() if GC_OPTION.fullmatch(option)]


def g1_moves_pinned_arrays(version: str) -> bool:
    """JDK-8377811: G1 of these JDKs is not relied on, though it says that it pins."""
    return re.match(r"25(\.0(\.[0-2](\.\d+)*)?)?(?![\d.])", version) is not None
