"""Rules for the Java sources, so that user code cannot stand in the library's way."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from support.places import ROOT

SOURCES = ROOT / "src" / "main" / "java" / "org" / "bufferbridge"

# Monitors that no thread enters with the GIL, and why that cannot be.
MONITORS = {
    (
        "ExportGuard.java",
        "synchronized (lock)",
    ): "grants and changes run code of users', which Java calls without the GIL",
    ("Providers.java", "synchronized (BY_LOADER)"): "providers are looked for without the GIL",
    ("ProcessClaim.java", "synchronized (SHARED)"): "reads and writes a property",
    ("ProcessEnd.java", "static synchronized"): "once in a process",
    ("JdkInternals.java", "static synchronized"): "once in a process",
}
MONITOR = re.compile(r"static synchronized|synchronized \([\w. ]+\)|synchronized(?= )")
# A class whose enclosing class is missing or disagrees throws here.
NAMES = re.compile(r"getSimpleName\(|getCanonicalName\(|getShortClassName\(\w+\)|isAnonymousClass\(|getEnclosing\w+\(")
LOGGER = re.compile(r"System\.getLogger\(|\.log\(|System\.Logger\b")


def code(text: str) -> str:
    """Without comments."""
    return re.sub(r"/\*.*?\*/|//[^\n]*", "", text, flags=re.DOTALL)


def found(pattern: re.Pattern[str], text: str) -> set[str]:
    return set(pattern.findall(code(text)))


def files() -> list[Path]:
    return sorted(SOURCES.rglob("*.java"))


def test_monitors_are_those_that_are_listed() -> None:
    """Users may synchronise on a public object and wait for the GIL. A thread with the GIL must not wait for it."""
    assert {(file.name, monitor) for file in files() for monitor in found(MONITOR, file.read_text())} == set(MONITORS)


def test_only_one_class_calls_a_logger() -> None:
    """It drops what a logger throws; everywhere else that would end a thread, or replace an exception."""
    assert [file.name for file in files() if found(LOGGER, file.read_text())] == ["Log.java"]


def test_names_of_user_classes_are_asked_for_where_a_failure_is_caught() -> None:
    asking = [file.name for file in files() if found(NAMES, file.read_text())]
    # Boxes and CallValues name classes of the JDK and of the library.
    assert asking == ["KnownClass.java", "Listing.java", "CallValues.java", "Boxes.java"]


@pytest.mark.parametrize(
    ("pattern", "line"),
    [
        (NAMES, "ClassUtils.getShortClassName(type)"),
        (MONITOR, "public synchronized void close() {"),
        (MONITOR, "synchronized (this) {"),
        (MONITOR, "synchronized (ExportArena.this) {"),
        (LOGGER, 'System.getLogger("org.bufferbridge")'),
        (LOGGER, 'LOGGER.log(System.Logger.Level.DEBUG, "")'),
    ],
)
def test_a_line_that_breaks_a_rule_is_noticed(pattern: re.Pattern[str], line: str) -> None:
    assert found(pattern, line)
    assert not found(pattern, f"/* {line} */ // {line}")
