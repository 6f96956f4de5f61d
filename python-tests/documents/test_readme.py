"""README.md's examples do what they show, and the links of the documents lead to files."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import bufferbridge as bb
from bufferbridge._process import jvms
from support.imports import imports_undone
from support.places import ROOT

README = ROOT / "README.md"
LEAKS = ROOT / "docs" / "guides" / "finding-leaks.md"
INSTALLING = ROOT / "docs" / "start" / "installing.md"
RELEASING = ROOT / "docs" / "design" / "releasing.md"
ARCHITECTURE = ROOT / "docs" / "design" / "architecture.md"
CONTRIBUTING = ROOT / "CONTRIBUTING.md"
JAVA_OBJECTS = ROOT / "docs" / "reference" / "java-objects.md"


def code_blocks(document: Path, language: str, count: int) -> list[str]:
    """The blocks of code in that language, in their order."""
    blocks = re.findall(rf"^```{language}\n(.*?)^```$", document.read_text(), re.MULTILINE | re.DOTALL)
    assert len(blocks) == count, f"{document.name} has {len(blocks)} blocks of {language}, {count} are required"
    return blocks


def jdk_tool(name: str) -> str:
    tool = jvms.find()[0].home / "bin" / name
    if not tool.exists():
        pytest.skip(f"this Java runtime has no {name}: {tool}")
    return str(tool)


def test_the_first_example_prints_what_the_readme_shows(tmp_path: Path) -> None:
    (tmp_path / "first.py").write_text(code_blocks(README, "python", 6)[0])
    assert run(tmp_path, sys.executable, "-W", "error", "first.py") == code_blocks(README, "text", 3)[0]


def test_the_python_example_prints_what_the_readme_shows(tmp_path: Path) -> None:
    exporter, _ = code_blocks(README, "java", 2)
    _, script, _, _, _, _ = code_blocks(README, "python", 6)
    _, output, _ = code_blocks(README, "text", 3)
    (tmp_path / "Grid.java").write_text(exporter)
    (tmp_path / "grid.py").write_text(script)
    run(tmp_path, jdk_tool("javac"), "-cp", str(ROOT / "target" / "classes"), "-d", "classes", "Grid.java")
    assert run(tmp_path, sys.executable, "-W", "error", "grid.py") == output


def test_the_examples_of_java_objects_do_what_they_show(capsys: pytest.CaptureFixture[str]) -> None:
    for example in code_blocks(JAVA_OBJECTS, "python", 4):
        with imports_undone():
            exec(example, {"bb": bb})
        assert example.endswith(f"# {capsys.readouterr().out}")


def test_the_block_that_the_readme_shows_as_wrong_is_refused_and_the_other_is_not() -> None:
    _, _, wrong, right, _, _ = code_blocks(README, "python", 6)
    refusal = wrong[wrong.index("BufferError: ... ") :].removeprefix("BufferError: ... ").strip()
    names: dict[str, object] = {"bb": bb, "np": np}
    with pytest.raises(BufferError, match=re.escape(refusal)):
        exec(wrong, names)
    del names["array"]
    exec(right, names)
    assert names["total"] == 4.5


def test_the_block_of_an_arena_and_its_segment_ends() -> None:
    _, _, _, _, arena, _ = code_blocks(README, "python", 6)
    names: dict[str, object] = {"bb": bb, "np": np}
    exec(arena, names)
    assert names["total"] == 7 * 64


def test_the_stored_lease_of_the_readme_comes_back_as_the_array(capsys: pytest.CaptureFixture[str]) -> None:
    exec(code_blocks(README, "python", 6)[5], {"bb": bb, "np": np})
    assert capsys.readouterr().out == "True\n"


def test_the_arena_that_the_leaks_show_as_wrong_is_refused_and_the_other_is_not() -> None:
    _, wrong, right, _ = code_blocks(LEAKS, "python", 4)
    refusal = wrong[wrong.index("# JavaError: ") :].removeprefix("# JavaError: ").strip()
    names: dict[str, Any] = {"np": np, "Arena": bb.jclass("java.lang.foreign.Arena")}
    with pytest.raises(bb.JavaError, match=re.escape(refusal)):
        exec(wrong, names)
    names["segment"].release()
    names["arena"].close()
    exec(right, names)
    assert names["total"] == 0


def test_the_example_of_a_leak_prints_what_the_document_shows(tmp_path: Path) -> None:
    (tmp_path / "Averages.java").write_text(code_blocks(LEAKS, "java", 1)[0])
    (tmp_path / "averages.py").write_text(code_blocks(LEAKS, "python", 4)[3])
    run(tmp_path, jdk_tool("javac"), "-cp", str(ROOT / "target" / "classes"), "-d", "classes", "Averages.java")
    printed = run(tmp_path, sys.executable, "-W", "error", "averages.py").replace(f"{tmp_path}/", "")
    assert printed == code_blocks(LEAKS, "text", 2)[1]


def test_the_example_of_a_refused_close_prints_what_the_document_shows(tmp_path: Path) -> None:
    (tmp_path / "arena.py").write_text(code_blocks(LEAKS, "python", 4)[0])
    printed = run(tmp_path, sys.executable, "-W", "error", "arena.py").replace(f"{tmp_path}/", "")
    assert printed == code_blocks(LEAKS, "text", 2)[0]


def test_the_java_example_prints_what_the_readme_shows(tmp_path: Path) -> None:
    if not has_shared_libpython():
        pytest.skip(f"{sys.executable} has no shared libpython, so Java cannot embed it")
    _, program = code_blocks(README, "java", 2)
    _, _, output = code_blocks(README, "text", 3)
    (tmp_path / "Sums.java").write_text(program)
    jars = os.pathsep.join(["classes", str(ROOT / "target" / "bufferbridge.jar"), str(ROOT / "target" / "jars" / "*")])
    run(tmp_path, jdk_tool("javac"), "-cp", jars, "-d", "classes", "Sums.java")
    options = ["--enable-native-access=ALL-UNNAMED", f"-Dbufferbridge.python={sys.executable}", "-cp", jars]
    assert run(tmp_path, jdk_tool("java"), *options, "Sums") == output


def has_shared_libpython() -> bool:
    return bool(sysconfig.get_config_var("Py_ENABLE_SHARED"))


def run(folder: Path, *command: str) -> str:
    ran = subprocess.run(command, capture_output=True, text=True, timeout=120, cwd=folder)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


@pytest.mark.parametrize(
    "document",
    [README, ARCHITECTURE, CONTRIBUTING, LEAKS, INSTALLING, RELEASING],
    ids=["readme", "architecture", "contributing", "leaks", "installing", "releasing"],
)
def test_links_lead_to_files(document: Path) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", document.read_text()):
        assert (document.parent / target).exists(), f"{document.name} links to {target}, which is not there"
