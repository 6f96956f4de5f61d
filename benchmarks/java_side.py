"""The Java side, measured by JMH in a JVM of its own."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

from report import Round
from rows import Group, Quantity, Row

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "target" / "benchmarks"
WAYS = {
    "segment": "MemorySegment",
    "viewItemByItem": "BufferView.getDouble",
    "viewRowByRow": "BufferView.forEachRow",
    "viewToArray": "BufferView.toDoubleArray, a copy only",
}


def group() -> Group:
    rows = tuple(Row("jmh", name, Quantity("jmh", way, "heapArray")) for way, name in WAYS.items())
    return Group("jmh", "a sum of 10,000 doubles outside the heap, in Java alone (JMH); a heap array = 1", rows)


def rounds() -> list[Round]:
    """One round for each iteration of JMH. They do not take turns, because JMH measures one method after the other."""
    out = TARGET / "jmh.json"
    classpath = os.pathsep.join(
        map(
            str,
            (
                TARGET / "classes",
                TARGET / "jars" / "*",
                ROOT / "target" / "jars" / "*",
                ROOT / "target" / "bufferbridge.jar",
            ),
        )
    )
    java = Path(os.environ["JAVA_HOME"]) / "bin" / "java"
    options = "-f 2 -wi 4 -w 500ms -i 8 -r 500ms -rf json".split()
    command = [str(java), "--add-modules=jdk.incubator.vector", "-cp", classpath, "org.openjdk.jmh.Main", *options]
    subprocess.run([*command, "-rff", str(out), "ViewBenchmark"], check=True, capture_output=True)
    found: dict[str, list[float]] = {}
    for result in json.loads(out.read_text()):
        name = result["benchmark"].rpartition(".")[2]
        found[name] = [time for fork in result["primaryMetric"]["rawData"] for time in fork]
    count = min(len(times) for times in found.values())
    return [{("jmh", name): sorted(times)[i] for name, times in found.items()} for i in range(count)]
