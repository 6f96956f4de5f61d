"""The places where the tests find the results of the build."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TESTS = ROOT / "python-tests"
TEST_CLASSES = ROOT / "target" / "test-classes"
EXAMPLES_CLASSES = ROOT / "target" / "examples-classes"
