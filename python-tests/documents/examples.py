"""Shared by the tests of the examples."""

from __future__ import annotations

import threading
from collections.abc import Callable

import bufferbridge as bb
from support.places import ROOT

EXAMPLES = ROOT / "examples"
DATA = EXAMPLES / "data"
TARGET = EXAMPLES.parent / "target"


def example(name: str) -> bb.JavaClass:
    return bb.jclass(f"org.bufferbridge.examples.{name}")


def run_together(jobs: list[Callable[[], object]]) -> None:
    threads = [threading.Thread(target=job) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
