"""The processes of a run: one for each side and each CPython, started at its first use."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import TextIO

HERE = Path(__file__).resolve().parent


class CaseFailed(RuntimeError):
    """A case exists and could not be timed; the message is that of the case."""


class Side:
    """A worker.py process that serves the cases of one side."""

    def __init__(self, name: str, module: str, interpreter: list[str], path: str = "") -> None:
        self.name = name
        self.versions: dict[str, str] = {}
        self._command = [*interpreter, str(HERE / "worker.py"), module]
        self._process: subprocess.Popen[str] | None = None
        self._cases: set[str] = set()
        self._tried = False
        self._path = path

    def start(self) -> None:
        """Starts the process, at the first call only. A side that cannot start prints the reason, and has no cases."""
        if self._tried:
            return
        self._tried = True
        environment = os.environ | {"CLASSPATH": str(HERE.parent / "target" / "benchmarks" / "classes")}
        if self._path:
            environment["PYTHONPATH"] = self._path
        environment["PATH"] = f"{os.environ['JAVA_HOME']}/bin:{os.environ['PATH']}"
        try:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._log(),
                text=True,
                env=environment,
                cwd=HERE,
            )
        except FileNotFoundError:
            print(f"{self.name}: is not installed; its rows stay empty")
            return
        assert self._process.stdout is not None
        greeting = self._process.stdout.readline()
        if greeting:
            said = json.loads(greeting)
            self.versions, self._cases = said["versions"], set(said["cases"])
        else:
            status = self._process.wait()
            print(f"{self.name}: did not start (exit status {status}, see target/logs); its rows stay empty")

    def _log(self) -> TextIO:
        """The file for the output of the runtimes, such as their warnings."""
        folder = HERE.parent / "target" / "logs"
        folder.mkdir(parents=True, exist_ok=True)
        return open(folder / f"bench-{self.name.replace(' ', '-')}.log", "w")

    def has(self, case: str) -> bool:
        return case in self._cases

    def time(self, case: str) -> float:
        """The nanoseconds of one turn."""
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
