"""Separate processes for tests: a JVM cannot be restarted, and a process ends once."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap

import pytest

from support.jvm import collector_options
from support.places import EXAMPLES_CLASSES, TEST_CLASSES, TESTS

# For the environment of a Python process that imports the tests and their shared modules.
TESTS_ON_PATH = {"PYTHONPATH": os.pathsep.join(filter(None, [str(TESTS), os.environ.get("PYTHONPATH", "")]))}

# `make asan` preloads it.
UNDER_ADDRESS_SANITIZER = "libasan" in os.environ.get("LD_PRELOAD", "")

# Leaves out some options of the tests' own JVM: its reports on JNI would mix with the program's output.
OPTIONS = ["-ea", "-Xmx512m", *collector_options()]
START = f"""
import bufferbridge as bb
bb.start(classpath=[{str(TEST_CLASSES)!r}, {str(EXAMPLES_CLASSES)!r}], options={OPTIONS!r})
"""


def run(
    code: str,
    *options: str,
    started: bool = False,
    timeout: float = 120,
    cwd: str | os.PathLike[str] | None = None,
    **environment: str,
) -> subprocess.CompletedProcess[str]:
    """Runs Python code, with the JVM of the tests if `started`. Hangs for at most `timeout` seconds."""
    code = textwrap.dedent(code)
    if UNDER_ADDRESS_SANITIZER and "-XX:+UseZGC" in code:
        pytest.skip("ZGC may find no room for its heap beside the memory of AddressSanitizer")
    return subprocess.run(
        [sys.executable, *options, "-c", START + code if started else code],
        capture_output=True,
        text=True,
        timeout=timeout,
        cwd=cwd,
        env={**os.environ, **environment},
    )


def output_of(code: str, *options: str, started: bool = False, **environment: str) -> str:
    """The output of the code, which has to end with exit code 0."""
    ran = run(code, *options, started=started, **environment)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.strip()
