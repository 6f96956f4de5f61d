"""The processes of a run: one for each side and each CPython, started when they are first needed."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

HERE = Path(__file__).resolve().parent


class CaseFailed(RuntimeError):
    """A case that is there and could not be timed; the message is its own."""


class Side:
    """A worker.py process that serves the cases of one side."""

    def __init__(self, name: str, module: str, interpreter: list[str]) -> None:
        self.name = name
        self.versions: dict[str, str] = {}
        self._command = [*interpreter, str(HERE / "worker.py"), module]
        self._process: subprocess.Popen[str] | None = None
        self._cases: set[str] = set()

    def start(self) -> None:
        """Does nothing when it runs already. A side that cannot start has no cases, and says why."""
        if self._process is not None:
            return
        self._process = subprocess.Popen(
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=os.environ, cwd=HERE
        )
        assert self._process.stdout is not None
        greeting = self._process.stdout.readline()
        if greeting:
            said = json.loads(greeting)
            self.versions, self._cases = said["versions"], set(said["cases"])
        else:
            print(f"{self.name}: did not start (exit status {self._process.wait()}); its rows stay empty")

    def has(self, case: str) -> bool:
        return case in self._cases

    def time(self, case: str) -> float:
        """Nanoseconds of one turn."""
        assert self._process is not None and self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(case + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline() or '{"failed": "the process ended"}')
        if "failed" in answer:
            raise CaseFailed(f"{self.name}, {case}: {answer['failed']}")
        return answer["ns"]

    def stop(self) -> None:
        if self._process is not None:
            self._process.communicate()
            self._process = None
