"""Runs the demonstrations of examples, and writes their facts to results/demonstrations.json.

demonstrations.py [imglib2 jdbc service]    all of them, or some; the facts of the others stay

docs/guides/demonstrations.md shows the facts, by tools/docs/demonstrations.py.
"""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

from machine import describe

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "benchmarks" / "results" / "demonstrations.json"
SCRIPTS = {
    "imglib2": ["examples/imglib2/stack.py", "--picture", "docs/pictures/stack.png", "--rounds", "7"],
    "jdbc": ["examples/jdbc/query.py", "--rows", "1000000", "--rounds", "5"],
    "service": ["examples/service/service.py", "--rounds", "5"],
}
PACKAGES = ["bufferbridge", "numpy", "scipy", "scikit-image", "JPype1", "pyarrow", "pandas", "polars"]


def facts(script: list[str]) -> Any:
    ran = subprocess.run([sys.executable, *script, "--json"], stdout=subprocess.PIPE, text=True, cwd=ROOT, check=True)
    return json.loads(ran.stdout.splitlines()[-1])


def main(*names: str) -> None:
    found = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    for name in names or SCRIPTS:
        versions = {package: version(package) for package in PACKAGES}
        found[name] = {**facts(SCRIPTS[name]), "machine": {**describe({}), "sides": versions}}
        RESULTS.write_text(json.dumps(found, indent=1) + "\n")
        print(f"{name}: written to {RESULTS.relative_to(ROOT)}")


if __name__ == "__main__":
    main(*sys.argv[1:])
