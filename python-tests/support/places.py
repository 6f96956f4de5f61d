"""The places where the tests find the results of the build."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TESTS = ROOT / "python-tests"
TEST_CLASSES = ROOT / "target" / "test-classes"
EXAMPLES_CLASSES = ROOT / "target" / "examples-classes"

# The folder of Arrow Java's jars and of the classes that test it; `make test-ecosystem` has it.
ARROW_JAVA = os.environ.get("BUFFERBRIDGE_TEST_ARROW_JAVA", "")
ARROW_CLASSPATH = [Path(ARROW_JAVA) / "classes", *sorted(Path(ARROW_JAVA).glob("jars/*.jar"))] if ARROW_JAVA else []

# The classes and jars of examples/providers; `make test-ecosystem` has them.
HAS_PROVIDERS = bool(os.environ.get("BUFFERBRIDGE_TEST_PROVIDERS"))
_TARGET = ROOT / "target"
PROVIDERS_CLASSPATH = (
    [_TARGET / "providers-classes", *sorted(_TARGET.glob("providers-jars/*.jar"))] if HAS_PROVIDERS else []
)
