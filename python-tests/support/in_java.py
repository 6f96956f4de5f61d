"""Runs the Python tests in a process that Java started, for PythonTestsTest."""

from __future__ import annotations

import os

import pytest


class _Results:
    """A plugin of pytest that keeps the outcome of each test."""

    def __init__(self) -> None:
        self.found: dict[str, tuple[str, str]] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" or report.outcome != "passed":
            self._add(report.nodeid, report.outcome, report)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self._add(report.nodeid, "failed", report)

    def _add(self, name: str, outcome: str, report: pytest.TestReport | pytest.CollectReport) -> None:
        if self.found.get(name, ("passed", ""))[0] != "failed":
            reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longreprtext
            self.found[name] = outcome, getattr(report, "wasxfail", "") or reason


def run(structures: str, *arguments: str) -> list[tuple[str, str, str]]:
    """Runs pytest. Returns the name, the outcome and the reason of each test."""
    os.environ["BUFFERBRIDGE_ORACLE_STRUCTURES"] = structures
    results = _Results()
    # pytest captures only the output of Python itself, because the file descriptors belong to the JVM too. Its
    # faulthandler plugin is left out, because it expects to start and end together with the process.
    options = ["--capture=sys", "-p", "no:cacheprovider", "-p", "no:faulthandler"]
    status = pytest.main([*options, *arguments], [results])
    if status not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        results.found["pytest"] = "failed", f"pytest ended with {status!r}"
    return [(name, outcome, text) for name, (outcome, text) in results.found.items()]
