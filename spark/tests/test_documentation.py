"""The guide's example is the file that runs here, and prints what the guide says."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from conftest import JAR, ROOT

GUIDE = (ROOT / "docs/guides/spark.md").read_text()
EXAMPLE = ROOT / "spark/examples/scores.py"


def test_the_guide_shows_the_example() -> None:
    assert f"```python\n{EXAMPLE.read_text()}```" in GUIDE


def test_the_example_prints_what_the_guide_says(tmp_path: Path) -> None:
    shutil.copy(JAR, tmp_path)
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    environment.pop("PYSPARK_PYTHON", None)
    done = subprocess.run(
        [sys.executable, str(EXAMPLE)], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    shown = GUIDE.split("```text\n")[2].split("```")[0]
    for line in shown.splitlines():
        assert line.rstrip() in [each.rstrip() for each in done.stdout.splitlines()], done.stdout
