"""Runs stress.py in a process of its own. `make stress SECONDS=... SEED=...` runs it for longer, or repeats a run."""

from __future__ import annotations

import os
import random
import subprocess
import sys

from support.processes import TESTS_ON_PATH

SECONDS = 30


def test_sixteen_threads_see_no_wrong_value_and_leave_nothing_out() -> None:
    seed = random.randrange(2**31)
    arguments = [sys.executable, "-m", "soak.stress", str(SECONDS), str(seed)]
    run = subprocess.run(
        arguments,
        capture_output=True,
        text=True,
        timeout=SECONDS + 240,
        env={**os.environ, **TESTS_ON_PATH},
        check=False,
    )
    assert run.returncode == 0, (
        f"seed {seed}, exit status {run.returncode}:\n{run.stdout[-4000:]}\n{run.stderr[-4000:]}"
    )
    assert f"stress: seed {seed}" in run.stdout
