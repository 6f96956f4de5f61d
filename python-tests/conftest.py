"""A JVM in this process, and the rule that no test leaves an export or a lease behind."""

from __future__ import annotations

import gc
import os
import re
from collections.abc import Iterator
from pathlib import Path

import bufferbridge as bb
import numpy as np
import pytest

ROOT = Path(__file__).resolve().parent.parent
TEST_CLASSES = ROOT / "target" / "test-classes"
EXAMPLES_CLASSES = ROOT / "target" / "examples-classes"

# Java's primitive types as PEP 3118 and as numpy name them.
ARRAY_TYPES = {
    "boolean": ("?", np.bool_),
    "byte": ("b", np.int8),
    "short": ("h", np.int16),
    "char": ("H", np.uint16),
    "int": ("i", np.int32),
    "long": ("q", np.int64),
    "float": ("f", np.float32),
    "double": ("d", np.float64),
}


def pytest_configure() -> None:
    if bb.is_running():  # Java started this process, with the test classes on its class path
        return
    for classes in (TEST_CLASSES, EXAMPLES_CLASSES):
        if not classes.is_dir():
            raise pytest.UsageError(f"{classes} is missing: run `make test-python`, which builds it")


# The generators: tests whose entries are counted, see docs/guarantees.md.
ADVERSARIES = {
    "first uses": ("test_every_first_use", "test_first_uses"),
    "pending exceptions": ("test_pending_exceptions",),
    "bottoms of stacks": ("test_bottom_of_the_stack",),
    "call-outs": ("test_call_outs",),
    "releases that throw": ("test_releases",),
    "sequences": ("test_sequences",),
    "doors": ("test_doors",),
}


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How many entries each generator has covered."""
    ran = [report.nodeid for report in terminalreporter.stats.get("passed", []) if report.when == "call"]
    counts = {
        name: sum(Path(node.partition("::")[0]).stem in files for node in ran) for name, files in ADVERSARIES.items()
    }
    if any(counts.values()):
        terminalreporter.write_line("adversaries: " + ", ".join(f"{count} {name}" for name, count in counts.items() if count))


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


@pytest.fixture(scope="session", autouse=True)
def jvm() -> None:
    if bb.is_running():
        return
    bb.start(classpath=[TEST_CLASSES, EXAMPLES_CLASSES], options=jvm_options())
    if pause := os.environ.get("BUFFERBRIDGE_TEST_COLLECT_EVERY"):
        bb.jclass("org.bufferbridge.fixtures.Memories").collectEvery(int(pause))


@pytest.fixture(autouse=True)
def nothing_left_behind(jvm: None) -> Iterator[None]:
    """Fails a test that leaves an export or a lease out, as C and as Java count them."""
    yield
    if bb.exports():
        gc.collect()
    left = bb.exports()
    counted = bb.jclass("org.bufferbridge.Buffers").liveExports()
    assert left == [], f"the test left exports behind: {left}"
    assert counted == 0, f"Java counts {counted} exports that are out, 0 are required"
    leased = bb.leases()
    assert leased == [], f"the test left leases behind: {leased}"


@pytest.fixture(scope="session")
def recording(jvm: None) -> bb.JavaClass:
    return bb.jclass("org.bufferbridge.fixtures.RecordingExporter")


@pytest.fixture(scope="session")
def throwing(jvm: None) -> bb.JavaClass:
    return bb.jclass("org.bufferbridge.fixtures.ThrowingExporter")


@pytest.fixture(scope="session")
def odd(jvm: None) -> bb.JavaClass:
    return bb.jclass("org.bufferbridge.fixtures.OddExporters")


@pytest.fixture(scope="session")
def memories(jvm: None) -> bb.JavaClass:
    return bb.jclass("org.bufferbridge.fixtures.Memories")


@pytest.fixture(scope="session")
def pinning(memories: bb.JavaClass) -> bool:
    """Whether this JVM can pin: asked by trying, so that no rule is copied here."""
    try:
        memoryview(memories.array("byte", 1)).release()
    except BufferError:
        return False
    return True


@pytest.fixture
def needs_pinning(pinning: bool) -> None:
    if not pinning:
        pytest.skip("this JVM cannot pin heap arrays: its collector does not, or -Xcheck:jni hands out copies")
