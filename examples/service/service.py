"""A Java service scores with numpy: in its own process, on tensors in Java's memory, and by a worker behind a socket.

The rule: a tensor stays where Java made it. Each thread of the service has one, and numpy has an array over it for as
long as the service runs. A request fills the tensor, calls a function, and reads the scores that numpy wrote. The usual
way sends the tensor as byte[] to a Python process, and reads the answer.

The service is src/org/bufferbridge/examples/service, with the JDK's HttpServer; Load.java has its clients. model.py is
the model, worker.py the other process.

    tools/build-demonstrations
    python examples/service/service.py
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).resolve().parent
TARGET = HERE.parents[1] / "target"
WAYS = ["memory", "socket"]
CLASSPATH = [TARGET / "bufferbridge.jar", TARGET / "jars" / "*", TARGET / "service-classes"]


def java() -> str:
    home = os.environ.get("JAVA_HOME")
    return str(Path(home) / "bin" / "java") if home else "java"


def run(way: str, requests: int, clients: int, candidates: int) -> dict[str, Any]:
    """A service and its clients, in one process."""
    command = [
        java(),
        "--enable-native-access=ALL-UNNAMED",
        f"-Dbufferbridge.python={sys.executable}",
        f"-Dworker={HERE / 'worker.py'}",
        "-cp",
        os.pathsep.join(map(str, CLASSPATH)),
        "org.bufferbridge.examples.service.Load",
        way,
        *map(str, (requests, clients, candidates)),
    ]
    # One thread for each multiplication: the requests themselves are what runs at the same time.
    environment = {**os.environ, "PYTHONPATH": str(HERE), "OPENBLAS_NUM_THREADS": "1"}
    ran = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=600)
    if ran.returncode:
        raise SystemExit(f"{way}: {ran.stderr}")
    facts: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    return facts


def main(requests: int, clients: int, candidates: int, rounds: int) -> dict[str, Any]:
    # In turns, so that other load of the machine meets both.
    found = [{way: run(way, requests, clients, candidates) for way in WAYS} for _ in range(rounds)]
    first = found[0]["memory"]
    facts: dict[str, Any] = {what: first[what] for what in ("requests", "clients", "shape")} | {"rounds": rounds}
    scores = [found[0][way]["first scores"] for way in WAYS]
    facts["all have the same scores"] = bool(np.allclose(*scores, rtol=1e-4))
    for way in WAYS:
        measured = [what for what in first if what.startswith("ms, ") or what == "requests in a second"]
        medians = {what: statistics.median(each[way][what] for each in found) for what in measured}
        facts[way] = {"bytes copied": found[0][way]["bytes copied"], **medians}
    return facts


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--requests", type=int, default=4000)
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--candidates", type=int, default=256)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true", help="prints the facts as JSON")
    given = parser.parse_args()
    facts = main(given.requests, given.clients, given.candidates, given.rounds)
    print(json.dumps(facts) if given.json else "\n".join(f"{what}: {fact}" for what, fact in facts.items()))
