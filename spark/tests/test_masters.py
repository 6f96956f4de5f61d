"""Functions run in the executors' JVMs, whatever starts these."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pyspark
import pytest

HERE = Path(__file__).parent


def run(*arguments: str) -> dict[str, tuple[int, str]]:
    """Return how many processes had functions, and the program of these, in process and stock."""
    done = subprocess.run(
        [sys.executable, str(HERE / "on_master.py"), *arguments], capture_output=True, text=True, timeout=400
    )
    assert done.returncode == 0, done.stdout + done.stderr
    lines = re.findall(r"(in process|stock): (\d+) (\w+)", done.stdout)
    return {name: (int(count), program) for name, count, program in lines}


@pytest.mark.parametrize(
    ("arguments", "executors"),
    [(["local[1]"], 1), (["local-cluster[2,1,1024]"], 2), (["connect", "local[2]"], 1)],
    ids=["local", "local-cluster", "connect"],
)
def test_functions_run_in_the_executors(arguments: list[str], executors: int) -> None:
    places = run(*arguments)
    assert places["in process"] == (executors, "java")
    assert places["stock"][1].startswith("python")


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[str]:
    """A standalone cluster: a master and two workers."""
    home = Path(pyspark.__file__).parent
    environment = {
        **os.environ,
        "SPARK_HOME": str(home),
        "SPARK_LOG_DIR": str(tmp_path),
        "SPARK_WORKER_DIR": str(tmp_path / "work"),
        "SPARK_LOCAL_HOSTNAME": "127.0.0.1",
        "SPARK_NO_DAEMONIZE": "1",
    }
    launch = [str(home / "bin/spark-class"), "org.apache.spark.deploy"]
    classes = [
        ["master.Master", "--host", "127.0.0.1", "--port", "17077", "--webui-port", "0"],
        *([["worker.Worker", "--webui-port", "0", "-c", "1", "-m", "1g", "spark://127.0.0.1:17077"]] * 2),
    ]
    processes = [
        subprocess.Popen(
            [launch[0], f"{launch[1]}.{name}", *rest],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=(tmp_path / f"{i}.log").open("w"),
        )
        for i, (name, *rest) in enumerate(classes)
    ]
    yield "spark://127.0.0.1:17077"
    for process in processes:
        process.terminate()
    for process in processes:
        process.wait(30)


def test_a_standalone_cluster(cluster: str) -> None:
    places = run(cluster)
    assert places["in process"] == (2, "java")
