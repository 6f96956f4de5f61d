"""User code may wait for the other language on a third thread, wherever the library runs it (call_outs.py)."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

from adversaries.call_outs import ENTRIES
from adversaries.calling_out import COVERED
from adversaries.test_doors import SOURCES, WITH_GIL
from support.processes import TESTS_ON_PATH

# In seconds: enough on a busy machine. A process that waits for itself would never end.
PATIENCE = 120


@pytest.fixture(scope="module")
def ran() -> tuple[list[str], str]:
    """The names of the entries that returned, and the other output."""
    try:
        process = subprocess.run(
            [sys.executable, "-m", "adversaries.call_outs"],
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            env={**os.environ, **TESTS_ON_PATH},
        )
        output, errors = process.stdout, f"exit code {process.returncode}\n{process.stderr}"
    except subprocess.TimeoutExpired as expired:
        output = (expired.stdout or b"").decode()
        errors = f"no end within {PATIENCE} seconds"
    counts = dict(re.findall(r"^(\w+)\n  called out (\d+) times$", output, re.MULTILINE))
    return [name for name, count in counts.items() if int(count) > 0], f"{errors}\n{output}"


@pytest.mark.parametrize("name", ENTRIES)
def test_foreign_code_may_wait_for_the_other_language(ran: tuple[list[str], str], name: str) -> None:
    if name == "a_releasebuffer" and sys.version_info < (3, 12):
        pytest.skip("classes export from Python 3.12 on")
    came_back, told = ran
    assert name in came_back, told


# Calls without the GIL that reach no user code, or that other files test.
NOT_HERE = {
    "export.describe": "writes a descriptor; called as export.acquire is",
    "export.heap_array": "reads a field; called as export.acquire is",
    "export.take_thrown": "reads a field; called as export.release is",
    "pins.byte_size": "reads a length",
    "pins.refuse": "makes an exception",
    "block.vacate": "gives pages back",
    "process_end.halt": "test_exits.py",
    "process_end.run_hooks": "test_exits.py",
    "type.internal": "loads the library's own classes",
    "tracing.begin": "once: reads what the levels are",
    "do_run_with_gil": "Python.run: its caller asked for the GIL",
    "do_deferred": "runs the ends that are tested here, later",
    "do_note_stack": "takes stacks",
    "do_integer": "reads an int",
    "do_number": "reads a float",
    "do_plain": "reads an exact str, and exact numbers of an exact list or tuple",
    "do_raise": "raises an exception that is there",
    "do_texts": "asks no object: test_what_is_out.py",
    "do_note_jvm_end": "test_adopted_ends.py",
}


def test_every_way_out_has_an_entry() -> None:
    text = "".join(SOURCES.values())
    callers = r"bb_(?:call|ask)_java(?:_outside)?\(\s*env, |ask_of_object\(env, |found_class\("
    called = set(re.findall(rf"\b(?:{callers})&bb_java\.(\w+\.\w+)", text))
    operations = set(re.findall(r"\bstatic bb_outcome (do_\w+)\(", text))
    covered = {name for names in COVERED.values() for name in names}
    assert (called | operations) - covered - set(NOT_HERE) - set(WITH_GIL) == set()
    assert (covered | set(NOT_HERE)) - called - operations == set()
