"""The wheel brings the jar, one line loads it, and the guide's example prints what the guide says."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import JAR, ROOT

GUIDE = (ROOT / "docs/guides/spark.md").read_text()
EXAMPLE = ROOT / "spark/examples/scores.py"
Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this tree, as pip installs it."""
    place = tmp_path_factory.mktemp("installed")
    staged = ROOT / "target/spark-wheel"
    tool = [sys.executable, str(ROOT / "tools/release/spark_artifacts.py"), "stage"]
    pip = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-build-isolation", "--target", str(place)]
    for command in (tool, [*pip, str(staged)]):
        done = subprocess.run(
            command, env={**os.environ, "BUFFERBRIDGE_SPARK_TAG": "any"}, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr
    return place


@pytest.fixture
def run(installed: Path, tmp_path: Path) -> Run:
    """Run Python in an empty folder, with the wheel, as a user would."""
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    environment["PYTHONPATH"] = str(installed)
    environment.pop("PYSPARK_PYTHON", None)

    def python(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=tmp_path,
            env=environment | more,
            capture_output=True,
            text=True,
            timeout=300,
        )

    return python


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", GUIDE, re.DOTALL | re.MULTILINE)


def test_the_guide_shows_the_example() -> None:
    assert EXAMPLE.read_text() in blocks("python")


def test_the_example_prints_what_the_guide_says(run: Run) -> None:
    done = run(str(EXAMPLE))
    assert done.returncode == 0, done.stderr
    [shown] = [block for block in blocks("text") if "in process:" in block]
    for line in shown.splitlines():
        assert line.rstrip() in [each.rstrip() for each in done.stdout.splitlines()], done.stdout


def test_the_line_of_the_guide_starts_a_session(run: Run) -> None:
    line = blocks("python")[0]
    done = run("-c", line + "print(spark.conf.get('spark.sql.extensions'), spark.conf.get('spark.jars'))")
    assert done.stdout.startswith("org.bufferbridge.spark.BufferbridgeExtensions "), done.stderr
    assert Path(done.stdout.split()[1]).name == JAR.name.replace("-all", "")


def test_the_commands_name_jar_and_settings(run: Run, installed: Path) -> None:
    jar = installed / "bufferbridge_spark/jars" / JAR.name.replace("-all", "")
    assert run("-m", "bufferbridge_spark", "jar").stdout == f"{jar}\n"
    settings = run("-m", "bufferbridge_spark", "settings").stdout
    assert settings == f"spark.jars {jar}\nspark.sql.extensions org.bufferbridge.spark.BufferbridgeExtensions\n"
    [shown] = [block for block in blocks("text") if block.startswith("spark.jars")]
    assert [line.split()[0] for line in shown.splitlines()] == ["spark.jars", "spark.sql.extensions"]
    assert Path(shown.split()[1]).name == jar.name
    other = run("-m", "bufferbridge_spark", "jar", "--spark", "3.5.1")
    assert other.returncode == 1
    assert "has no jar for Spark 3.5.1; it serves 4.3" in other.stderr


def test_check_says_that_functions_run_in_process(run: Run) -> None:
    done = run("-m", "bufferbridge_spark", "check")
    assert done.returncode == 0, done.stdout
    assert "functions run in process" in done.stdout
    assert "spark: 4.3." in done.stdout


def test_check_says_why_functions_do_not_run_in_process(run: Run, tmp_path: Path) -> None:
    (tmp_path / "spark-defaults.conf").write_text("spark.executor.pyspark.memory 2g\n")
    done = run("-m", "bufferbridge_spark", "check", SPARK_CONF_DIR=str(tmp_path))
    assert done.returncode == 1
    assert "functions do not run in process: spark.executor.pyspark.memory limits the memory of workers" in done.stdout


def test_the_notebook_shows_what_it_shows_when_it_is_run(run: Run) -> None:
    done = run(str(ROOT / "tools/docs/notebooks.py"), "check", str(ROOT / "spark/examples/scores.ipynb"))
    assert done.returncode == 0, done.stderr
