"""A JVM in this process, and the rule that no test leaves an export or a lease behind."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

import bufferbridge as bb
from support.jvm import jvm_options
from support.places import ARROW_CLASSPATH, EXAMPLES_CLASSES, PROVIDERS_CLASSPATH, TEST_CLASSES

os.environ["BUFFERBRIDGE_ARCHIVE"] = "0"  # no test has an archive made in the background, but those of archives


def pytest_configure() -> None:
    if bb.is_running():  # Java started this process, with the test classes on its class path
        return
    for classes in (TEST_CLASSES, EXAMPLES_CLASSES):
        if not classes.is_dir():
            raise pytest.UsageError(f"{classes} is missing: run `make test-python`, which builds it")


# The generators: tests whose entries are counted (docs/reference/guarantees.md).
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
    """Prints how many entries each generator has covered."""
    ran = [report.nodeid for report in terminalreporter.stats.get("passed", []) if report.when == "call"]
    counts = {
        name: sum(Path(node.partition("::")[0]).stem in files for node in ran) for name, files in ADVERSARIES.items()
    }
    if any(counts.values()):
        terminalreporter.write_line(
            "adversaries: " + ", ".join(f"{count} {name}" for name, count in counts.items() if count)
        )


@pytest.fixture(scope="session", autouse=True)
def jvm() -> None:
    if bb.is_running():
        return
    classpath = [TEST_CLASSES, EXAMPLES_CLASSES, *ARROW_CLASSPATH, *PROVIDERS_CLASSPATH]
    bb.start(classpath=classpath, options=jvm_options())
    if pause := os.environ.get("BUFFERBRIDGE_TEST_COLLECT_EVERY"):
        bb.jclass("org.bufferbridge.fixtures.memory.Memories").collectEvery(int(pause))


@pytest.fixture(autouse=True)
def nothing_left_behind(jvm: None) -> Iterator[None]:
    """Fails a test that leaves an export or a lease out, by the counts of both C and Java."""
    yield
    if bb.exports():
        gc.collect()
    left = bb.exports()
    counted = bb.jclass("org.bufferbridge.Leaks").liveExports()
    assert left == [], f"the test left exports behind: {left}"
    assert counted == 0, f"Java counts {counted} exports that are out, 0 are required"
    leased = bb.leases()
    assert leased == [], f"the test left leases behind: {leased}"


@pytest.fixture(scope="session")
def recording(jvm: None) -> bb.JavaClass:
    return bb.jclass("org.bufferbridge.fixtures.exporters.RecordingExporter")


@pytest.fixture(scope="session")
def throwing(jvm: None) -> bb.JavaClass:
    return bb.jclass("org.bufferbridge.fixtures.exporters.ThrowingExporter")


@pytest.fixture(scope="session")
def odd(jvm: None) -> bb.JavaClass:
    return bb.jclass("org.bufferbridge.fixtures.exporters.OddExporters")


@pytest.fixture(scope="session")
def memories(jvm: None) -> bb.JavaClass:
    return bb.jclass("org.bufferbridge.fixtures.memory.Memories")


@pytest.fixture(scope="session")
def pinning(memories: bb.JavaClass) -> bool:
    """Whether this JVM can pin. The fixture tries it, so that it repeats no rule of the library."""
    try:
        memoryview(memories.array("byte", 1)).release()
    except BufferError:
        return False
    return True


@pytest.fixture
def needs_pinning(pinning: bool) -> None:
    if not pinning:
        pytest.skip("this JVM cannot pin heap arrays: its collector does not, or -Xcheck:jni hands out copies")


@pytest.fixture
def simple_leak_level(jvm: None) -> Iterator[None]:
    """The leak level is "simple" at first. The test may choose another one, which does not outlast it."""
    before = bb.leak_level()
    bb.set_leak_level("simple")
    yield
    bb.set_leak_level(before)
