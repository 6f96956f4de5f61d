"""The types of the package, as a type checker sees them: in its own code, and in user code."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import bufferbridge as bb

PACKAGE = Path(bb.__file__).parent

PROGRAM = """
import numpy as np

import bufferbridge as bb

bb.start(classpath=["classes"], options=["-Xmx1g"], leak_level="advanced")
frames = bb.jclass("com.example.Frames")
frame: bb.JavaBuffer = bb.empty((480, 640), "d")
shape: tuple[int, ...] = frame.shape
frames_of_numbers = [bb.empty(3, given) for given in (np.float32, np.dtype("f8"), "<f4", float)]
numbers: bb.JavaObject = bb.array(frame, dtype=np.int32)
structures = bb.empty(3, dtype=[("x", "f4"), ("y", "f4")])
with memoryview(frame) as view, bb.borrow(bb.array([1, 2])) as borrowed:
    view.nbytes + borrowed.nbytes
for export in bb.exports():
    print(export.exporter.export_count, export.nbytes)
try:
    frames.open()
except bb.JavaBufferError as error:
    print(error.java_class, error.java_message)
except bb.jclass("java.io.IOException") as error:
    print(error)
names: bb.JavaObject = bb.jclass("java.util.ArrayList")()
if names and "a" in names and len(names) > 1:
    names[0] = names[-1]
    del names[0]
    print(sorted(names), names[1:], [name for name in names], list(reversed(names)))
ages: bb.JavaObject = bb.jclass("java.util.HashMap")()
ages["ann"] = 1
print(dict(ages.items()), ages["ann"], int(ages["ann"]), names < ages)
frame[0, 0] = 1.5
total: float = sum(frame) + frame[0] + float(names)
lists: bb.JavaObject = bb.java.util.ArrayList([3, 1, 2])
for item in lists:
    print(item)
longest = bb.jclass("double[]")(3)
key = bb.box(1, "long")
bb.java.util.Collections.sort(lists, lambda one, other: one - other)
bb.jclass("java.lang.Runnable")(print)
first: bb.JavaObject = bb.java.util.Comparator.naturalOrder()
print(sorted(names, key=first), open(bb.java.nio.file.Path.of("a")))
with bb.retain(bytearray(8)) as lease:
    print(lease)
match = isinstance(lists, bb.jclass("java.util.List"))
"""

MISTAKES = {
    "bb.start(leak_level='lots')": "Literal",
    "bb.empty('wide', 'd')": "Sequence[SupportsIndex]",
    "bb.jclass(3)": "str | JavaObject",
    "frame: str = bb.empty((1,), 'd')": "JavaBuffer",
    "bb.jclas('int')": "jclas",
    "bb.start(redirect_output='yes')": "bool",
    "bb.empty(3, 4)": "DType",
}
IDS = ["leak-level", "shape", "class-name", "result", "mistyped", "redirection", "format"]


def pyright(program: Path) -> subprocess.CompletedProcess[str]:
    """Checks a program as pyright does, by its build that has all it needs in its wheel."""
    settings = {"typeCheckingMode": "standard", "pythonVersion": "3.11", "include": [program.name]}
    (program.parent / "pyrightconfig.json").write_text(json.dumps(settings))
    command = [sys.executable, "-m", "basedpyright", "--pythonpath", sys.executable, "--project", str(program.parent)]
    return subprocess.run(command, capture_output=True, text=True, timeout=300)


def check(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(folder / "cache"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=folder, timeout=300)


def test_the_package_is_typed_strictly(tmp_path: Path) -> None:
    # mypy would take the folder of an installed package for one of sources, with all that is installed beside it.
    copied = shutil.copytree(PACKAGE, tmp_path / "bufferbridge", ignore=shutil.ignore_patterns("*.so", "jars"))
    checked = check(str(copied), folder=tmp_path)
    assert checked.returncode == 0, checked.stdout


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("mypy")


def test_a_users_program_is_typed(cache: Path) -> None:
    program = cache / "program.py"
    program.write_text(PROGRAM)
    checked = check(str(program), folder=cache)
    assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize("mistake", MISTAKES, ids=IDS)
def test_a_users_mistake_is_found(cache: Path, mistake: str) -> None:
    program = cache / "mistake.py"
    program.write_text(f"import bufferbridge as bb\n{mistake}\n")
    checked = check(str(program), folder=cache)
    assert checked.returncode == 1
    assert MISTAKES[mistake] in checked.stdout


def test_pyright_finds_no_fault_in_a_users_program(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    checked = pyright(program)
    assert checked.returncode == 0, checked.stdout


def test_pyright_finds_each_mistake_of_a_user(tmp_path: Path) -> None:
    program = tmp_path / "mistakes.py"
    program.write_text("import bufferbridge as bb\n" + "\n".join(MISTAKES) + "\n")
    found = pyright(program).stdout
    for line, mistake in enumerate(MISTAKES, start=2):
        assert f"mistakes.py:{line}:" in found, (mistake, found)
