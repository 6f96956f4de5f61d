"""A JVM in this process, and the rule that no test leaves an export or a lease behind."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import bufferbridge as bb
import pytest

ROOT = Path(__file__).resolve().parent.parent
TEST_CLASSES = ROOT / "target" / "test-classes"
EXAMPLES_CLASSES = ROOT / "target" / "examples-classes"


def pytest_configure() -> None:
    for classes in (TEST_CLASSES, EXAMPLES_CLASSES):
        if not classes.is_dir():
            raise pytest.UsageError(f"{classes} is missing: run `make test-python`, which builds it")


def jvm_options() -> list[str]:
    """Assertions on; more from the environment, such as -Xcheck:jni."""
    return ["-ea", "-Xmx512m", *os.environ.get("BUFFERBRIDGE_TEST_JVM_OPTIONS", "").split()]


@pytest.fixture(scope="session", autouse=True)
def jvm() -> None:
    bb.start(classpath=[TEST_CLASSES, EXAMPLES_CLASSES], options=jvm_options())


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
