"""The options of the JVM that the tests run in."""

from __future__ import annotations

import os
import re

from support.places import ARROW_JAVA

ARROW_OPTIONS = ["--add-opens=java.base/java.nio=ALL-UNNAMED"]


def jvm_options() -> list[str]:
    """Enables assertions, and adds options from the environment, such as -Xcheck:jni."""
    arrow = ARROW_OPTIONS if ARROW_JAVA else []
    return ["-ea", "-Xmx512m", *arrow, *os.environ.get("BUFFERBRIDGE_TEST_JVM_OPTIONS", "").split()]


GC_OPTION = re.compile(r"-XX:\+Use\w+GC")


def collector_options() -> list[str]:
    """The options that choose the garbage collector. The JVMs of other processes get them too."""
    return [option for option in jvm_options() if GC_OPTION.fullmatch(option)]


def g1_moves_pinned_arrays(version: str) -> bool:
    """JDK-8377811: the library does not rely on G1 in these JDKs, although their G1 claims to pin."""
    return re.match(r"25(\.0(\.[0-2](\.\d+)*)?)?(?![\d.])", version) is not None
