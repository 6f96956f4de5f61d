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


def run(*arguments: str, **environment: str) -> dict[str, tuple[int, str]]:
    """Return how many processes had functions, and the program of these, in process and stock."""
    done = subprocess.run(
        [sys.executable, str(HERE / "on_master.py"), *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=400,
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


def older_jdk() -> str | None:
    for release in Path("/usr/lib/jvm").glob("*/release"):
        version = re.search(r'JAVA_VERSION="(\d+)', release.read_text())
        if version and 17 <= int(version[1]) < 22:
            return str(release.parent)
    return None


def test_an_older_jvm_leaves_all_to_workers() -> None:
    jdk = older_jdk()
    if jdk is None:
        pytest.skip("there is no JDK from 17 to 21 in /usr/lib/jvm")
    places = run("local[1]", JAVA_HOME=jdk)
    assert places["in process"][1].startswith("python")


@pytest.mark.parametrize("how", ["os._exit(3)", "os.kill(os.getpid(), 9)"], ids=["exit", "kill"])
def test_an_executor_that_ends_in_the_middle_of_a_task_is_replaced(tmp_path: Path, how: str) -> None:
    script = tmp_path / "ends.py"
    script.write_text(ENDS.replace("END", how))
    done = subprocess.run(
        [sys.executable, str(script), str(HERE), str(tmp_path / "once")], capture_output=True, text=True, timeout=400
    )
    assert (tmp_path / "once").read_text() == "ended after 3 batches"
    assert done.stdout.split() == ["499500", "1000", "java"], done.stderr


ENDS = """
import os, sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
import pyarrow as pa
from conftest import session
once = sys.argv[2]

def ends(batches):
    for i, batch in enumerate(batches):
        if i == 3 and not os.path.exists(once):
            Path(once).write_text(f"ended after {i} batches")
            END
        name = Path("/proc/self/exe").resolve().name
        yield pa.RecordBatch.from_pydict({"id": batch.column(0), "program": [name] * batch.num_rows})

spark = session("local-cluster[2,1,1024]")
spark.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", "50")
rows = spark.range(0, 1000, 1, 4).mapInArrow(ends, "id long, program string").collect()
print(sum(row.id for row in rows), len(rows), *{row.program for row in rows})
"""


def test_traffic_that_is_authenticated_and_files_that_are_encrypted() -> None:
    settings = ["spark.authenticate=true", "spark.authenticate.secret=a secret", "spark.io.encryption.enabled=true"]
    places = run("local-cluster[2,1,1024]", *settings, "spark.network.crypto.enabled=true")
    assert places["in process"] == (2, "java")


def test_an_environment_of_an_archive(tmp_path: Path) -> None:
    """Each executor unpacks the archive into its folder, where PYSPARK_PYTHON is."""
    environment = tmp_path / "env"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(environment)], check=True)
    [packages] = environment.glob("lib/python3*/site-packages")
    (packages / "all.pth").write_text(f"{Path(pyspark.__file__).parents[1]}\n")
    archive = tmp_path / "env.tar.gz"
    subprocess.run(["tar", "-C", str(environment), "-czf", str(archive), "."], check=True)
    places = run("local-cluster[2,1,1024]", f"spark.archives={archive}#env", PYSPARK_PYTHON="./env/bin/python")
    assert places["in process"] == (2, "java")


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
