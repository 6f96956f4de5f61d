"""Runs processes that end in the ways of exit_kinds.py, and says how each outcome differs from the expected one.

Used by test_exits.py and exits.py.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from support.exit_kinds import LOAD, Kind
from support.jvm import GC_OPTION, collector_options
from support.processes import TESTS_ON_PATH


@dataclass(frozen=True)
class Outcome:
    """How one process ended."""

    kind: Kind
    failure: str
    """The difference from the expected outcome; empty if there is none."""
    seconds: float


def run(kind: Kind, seed: int, timeout: float = 60) -> Outcome:
    """Runs one process to its end. `seed` decides when a signal is sent."""
    with tempfile.TemporaryDirectory(prefix="bufferbridge-exit-") as folder:
        started = time.monotonic()
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
        environment |= TESTS_ON_PATH
        code = LOAD.replace("OPTIONS", repr(_options(kind))).replace("EARLY", kind.early) + kind.code
        with open(f"{folder}/out", "w+") as out, open(f"{folder}/err", "w+") as err:
            process = subprocess.Popen(
                [sys.executable, "-c", code], stdout=out, stderr=err, cwd=folder, env=environment
            )
            timed_out = not _see_to_the_end(process, kind, Path(folder), random.Random(seed), timeout)
            for file in (out, err):
                file.seek(0)
            failure = _failure(kind, process.returncode, out.read(), err.read(), Path(folder))
        if timed_out:
            failure = f"still running after {timeout:.0f} s; {failure}"
        return Outcome(kind, failure, time.monotonic() - started)


def _options(kind: Kind) -> list[str]:
    """The JVM's options. The JVM refuses two collectors, so a kind's own one replaces that of the test run."""
    own = list(kind.options)
    return own if any(GC_OPTION.fullmatch(option) for option in own) else [*collector_options(), *own]


def _see_to_the_end(
    process: subprocess.Popen[bytes], kind: Kind, folder: Path, rng: random.Random, timeout: float
) -> bool:
    """Waits for the end. Returns whether the process ended by itself."""
    try:
        if kind.signal:
            _await(process, folder, "libjvm" if kind.at_start else "ready")
            time.sleep(rng.random() * kind.within)
            while process.poll() is None:  # again, because Python may be at a place where it cannot raise
                process.send_signal(kind.signal)
                try:
                    process.wait(5)
                except subprocess.TimeoutExpired:
                    timeout -= 5
                    if timeout <= 0:
                        raise
        process.wait(timeout)
        return True
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return False


def _await(process: subprocess.Popen[bytes], folder: Path, what: str) -> None:
    """Waits for "ready" on stdout, or until the JVM's library is loaded."""
    deadline = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < deadline:
        where = folder / "out" if what == "ready" else Path(f"/proc/{process.pid}/maps")
        if what in where.read_text():
            return
        time.sleep(0.001)


def _failure(kind: Kind, status: int, out: str, err: str, folder: Path) -> str:
    problems = []
    if status not in kind.statuses:
        problems.append(f"exit code {status}, {kind.status} is required")
    if any(name.startswith(("hs_err", "core")) for name in os.listdir(folder)):
        problems.append("the JVM crashed: " + "".join(p.read_text()[:3000] for p in folder.glob("hs_err*")))
    problems += [f"stdout lacks {text!r}" for text in kind.shown if text not in out]
    if kind.error not in err:
        problems.append(f"stderr lacks {kind.error!r}")
    if problems:
        problems.append(f"stdout {out[-1500:]!r}")
        problems.append(f"stderr {err[-3000:]}")
    return "; ".join(problems)
