"""The demonstrations of examples: scripts that measure, and notebooks that show what they show."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from documents.examples import EXAMPLES
from support.interpreter import has_shared_libpython
from support.places import HAS_PROVIDERS, ROOT

if not HAS_PROVIDERS:
    pytest.skip(
        "the jars of the demonstrations are not there; make test-ecosystem fetches them", allow_module_level=True
    )

NOTEBOOKS = sorted(EXAMPLES.rglob("*.ipynb"))


def ran(*command: str) -> str:
    done = subprocess.run([sys.executable, *command], capture_output=True, text=True, timeout=400, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.usefixtures("needs_pinning")
def test_a_stack_of_imglib2_is_filtered_in_place_and_as_by_jpype(tmp_path: Path) -> None:
    picture = tmp_path / "stack.png"
    size = ["--planes", "16", "--size", "256", "--rounds", "1", "--picture", str(picture), "--json"]
    facts = json.loads(ran(str(EXAMPLES / "imglib2" / "stack.py"), *size).splitlines()[-1])
    assert facts["bytes"] == 16 * 256 * 256 * 2
    assert facts["bufferbridge"]["bytes copied"] == 0
    assert facts["JPype"]["bytes copied"] == 2 * facts["bytes"]
    assert facts["all have the same pixels"]
    assert 0.8 * facts["nuclei made"] <= facts["nuclei found"] <= 1.2 * facts["nuclei made"]
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_a_service_scores_in_place_and_as_by_a_socket() -> None:
    if not has_shared_libpython():
        pytest.skip(f"{sys.executable} has no shared libpython, so Java cannot embed it")
    size = ["--requests", "400", "--rounds", "1", "--candidates", "64", "--json"]
    facts = json.loads(ran(str(EXAMPLES / "service" / "service.py"), *size).splitlines()[-1])
    assert facts["all have the same scores"]
    assert facts["requests"] == 400
    memory, socket = facts["memory"], facts["socket"]
    assert (memory["bytes copied"], socket["bytes copied"]) == (0, 64 * 256 * 4 + 64 * 4)
    assert 0 < memory["ms, scoring, p50"] < socket["ms, scoring, p50"]
    assert memory["ms, scoring, p50"] <= memory["ms, scoring, p99"] <= memory["ms, request, p99"]


@pytest.mark.usefixtures("needs_pinning")
@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=[notebook.stem for notebook in NOTEBOOKS])
def test_a_notebook_shows_what_it_shows_when_it_is_run(notebook: Path) -> None:
    ran("tools/docs/notebooks.py", "check", str(notebook))


def test_a_notebook_that_shows_something_else_is_noticed(tmp_path: Path) -> None:
    cell = {"cell_type": "code", "id": "a", "metadata": {}, "source": "print(2)", "execution_count": 1}
    output = {"output_type": "stream", "name": "stdout", "text": "3\n"}
    kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    notebook = {"cells": [{**cell, "outputs": [output]}], "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}
    path = tmp_path / "wrong.ipynb"
    path.write_text(json.dumps(notebook))
    done = subprocess.run(
        [sys.executable, "tools/docs/notebooks.py", "check", str(path)], capture_output=True, text=True, cwd=ROOT
    )
    assert done.returncode != 0
    assert "wrong.ipynb shows" in done.stderr
