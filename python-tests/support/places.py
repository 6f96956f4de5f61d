"""Where the tests find what the build has made."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TESTS = ROOT / "python-tests"
TEST_CLASSES = ROOT / "target" / "test-classes"
EXAMPLES_CLASSES = ROOT / "target" / "examples-classes"
