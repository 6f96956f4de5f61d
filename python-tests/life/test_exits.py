"""A process ends in each way with the right exit code and no crash, with memory out and threads busy.

`make exits` runs the same kinds many times.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from support import exit_kinds
from support.exit_runs import run

REPETITIONS = 2


@pytest.mark.parametrize("kind", exit_kinds.KINDS, ids=lambda kind: kind.name)
def test_the_process_ends_as_it_should(kind: exit_kinds.Kind) -> None:
    with ThreadPoolExecutor(REPETITIONS) as executor:
        outcomes = list(executor.map(lambda seed: run(kind, seed), range(REPETITIONS)))
    assert [outcome.failure for outcome in outcomes] == [""] * REPETITIONS


def test_a_wrong_exit_code_is_noticed() -> None:
    outcome = run(exit_kinds.Kind("wrong", "sys.exit(3)", 4), 0)
    assert "exit code 3, 4 is required" in outcome.failure


def test_a_hanging_process_is_noticed() -> None:
    outcome = run(exit_kinds.Kind("hanging", exit_kinds.WAITING, 0), 0, timeout=3)
    assert "still running after 3 s" in outcome.failure


def test_a_crash_is_noticed() -> None:
    outcome = run(exit_kinds.Kind("crashing", "import ctypes; ctypes.string_at(0)", 0), 0)
    assert "exit code -6" in outcome.failure and "the JVM crashed" in outcome.failure
