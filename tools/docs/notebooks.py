"""The notebooks of examples: runs each in a kernel of this interpreter, and keeps what its cells show.

notebooks.py [<file> ...]          runs them, and writes the outputs
notebooks.py check [<file> ...]    runs them, and fails if a cell fails or shows something else; the cells with the tag
                                   `varies`, such as times and pictures, may show anything

It needs nbclient and ipykernel, and a tree that tools/build-demonstrations has built.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted((ROOT / "examples").rglob("*.ipynb"))


def executed(path: Path) -> Any:
    """The notebook with fresh outputs. A cell that raises is an error."""
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    NotebookClient(
        notebook, timeout=300, kernel_name="python3", record_timing=False, resources={"metadata": {"path": path.parent}}
    ).execute()
    for cell in notebook.cells:
        if cell.cell_type == "code":  # warnings of libraries, with the paths of this machine
            cell.outputs = [output for output in cell.outputs if output.get("name") != "stderr"]
    notebook.metadata.pop("language_info", None)  # it has the version of Python
    return notebook


def shown(notebook: Any) -> list[str]:
    """What each cell shows that must not change."""
    cells = [
        cell for cell in notebook.cells if cell.cell_type == "code" and "varies" not in cell.metadata.get("tags", [])
    ]
    return [json.dumps([cell.source, cell.outputs], sort_keys=True) for cell in cells]


def main(*arguments: str) -> None:
    is_check = arguments[:1] == ("check",)
    files = [Path(name).resolve() for name in arguments[is_check:]] or NOTEBOOKS
    for path in files:
        kept = nbformat.read(path, as_version=4)
        fresh = executed(path)
        if not is_check:
            nbformat.write(fresh, path)
        elif shown(fresh) != shown(kept):
            wrong = [(new, old) for new, old in zip(shown(fresh), shown(kept)) if new != old]
            raise SystemExit(f"{path.name} shows {wrong[0][0]}\nand has\n{wrong[0][1]}")


if __name__ == "__main__":
    main(*sys.argv[1:])
