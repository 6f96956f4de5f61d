"""Runs the blocks of a page: those without a title in one program for each language, those with one as files."""

from __future__ import annotations

import functools
import importlib.util
import json
import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from bufferbridge._process import jvms
from documents.blocks import Block, blocks_of
from support.interpreter import has_shared_libpython
from support.places import ROOT
from support.processes import OPTIONS

TARGET = ROOT / "target"
JARS = [str(TARGET / "bufferbridge.jar"), str(TARGET / "jars" / "*")]
IMPORTS = """
import java.io.*;
import java.lang.foreign.*;
import java.nio.*;
import java.nio.file.*;
import java.util.*;
import java.util.concurrent.*;
import java.util.function.*;
import java.util.stream.*;
import org.bufferbridge.*;
"""
TYPE = re.compile(r"(?:@\w+\s+)*(?:public )?((?:final |abstract |static |sealed )*(?:class|record|interface|enum) )")
MARK = "\u241e"


@dataclass(frozen=True)
class Outcome:
    printed: str = ""
    raised: str | None = None
    failure: str = ""
    skipped: str = ""


def missing(block: Block) -> str:
    """Why the block cannot be run here; empty if it can."""
    lacking = [name for name in block.needs if importlib.util.find_spec(name) is None]
    if lacking:
        return f"{', '.join(lacking)}: not installed; make test-python or make test-ecosystem installs it"
    if block.language == "java" and not has_shared_libpython() and "Python.start" in block.code:
        return f"{sys.executable} has no shared libpython, so Java cannot embed it"
    return ""


def tool(name: str) -> str:
    return str(jvms.find()[0].home / "bin" / name)


def run(folder: Path, *command: str, text: str | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, input=text, capture_output=True, text=True, timeout=240, cwd=folder)


@functools.cache
def outcomes(page: Path) -> dict[int, Outcome]:
    """What happened to each block of the page, by its line."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place).resolve()
        blocks = blocks_of(page)
        (folder / "classes").mkdir()
        for block in blocks:
            if block.title:
                (folder / block.title).parent.mkdir(parents=True, exist_ok=True)
                (folder / block.title).write_text(block.code)
        return _Page(folder, [block for block in blocks if block.is_run]).outcomes()


class _Page:
    def __init__(self, folder: Path, blocks: list[Block]) -> None:
        self.folder = folder
        self.found = {block.line: Outcome(skipped=missing(block)) for block in blocks if missing(block)}
        self.blocks = [block for block in blocks if block.line not in self.found]

    def outcomes(self) -> dict[int, Outcome]:
        self.found |= {block.line: Outcome() for block in self.blocks if block.title}
        self.compile(self.titled("java"))
        self.run_python([block for block in self.blocks if block.language == "python" and not block.title])
        self.run_java([block for block in self.blocks if block.language == "java" and not block.title])
        for block in self.titled("python"):
            self.run_file(block, sys.executable, "-W", "error", block.title)
        for block in self.titled("java"):
            if "public static void main(" in block.code:
                self.run_file(block, *self.java(), block.title.removesuffix(".java"))
        return self.found

    def titled(self, language: str) -> list[Block]:
        return [block for block in self.blocks if block.language == language and block.title]

    def java(self) -> list[str]:
        path = os.pathsep.join(["classes", *JARS])
        return [
            tool("java"),
            "--enable-native-access=ALL-UNNAMED",
            f"-Dbufferbridge.python={sys.executable}",
            *OPTIONS,
            "-cp",
            path,
        ]

    def compile(self, blocks: list[Block]) -> None:
        if not blocks:
            return
        files = [block.title for block in blocks]
        ran = run(self.folder, tool("javac"), "-g", "-cp", os.pathsep.join(JARS), "-d", "classes", *files)
        if ran.returncode:
            self.found |= {block.line: Outcome(failure=ran.stderr) for block in blocks}

    def run_file(self, block: Block, *command: str) -> None:
        ran = run(self.folder, *command)
        printed = ran.stdout.replace(f"{self.folder}/", "")
        self.found[block.line] = Outcome(printed=printed, failure=ran.stderr if ran.returncode else "")

    def run_python(self, blocks: list[Block]) -> None:
        if not blocks:
            return
        work = {
            "page": blocks[0].page,
            "classpath": [str(self.folder / "classes")],
            "options": OPTIONS,
            "blocks": [(block.line, block.code) for block in blocks],
        }
        program = str(Path(__file__).with_name("page_program.py"))
        ran = run(self.folder, sys.executable, "-W", "error", program, text=json.dumps(work))
        try:
            results = json.loads(ran.stdout.strip().rpartition("\n")[2])
        except ValueError:
            self.found |= {block.line: Outcome(failure=f"{ran.stdout}\n{ran.stderr}") for block in blocks}
            return
        for block in blocks:
            result = results[str(block.line)]
            self.found[block.line] = Outcome(
                printed=result["printed"],
                raised=result["raised"],
                failure="" if block.raises or not result["raised"] else result["traceback"],
            )

    def run_java(self, blocks: list[Block]) -> None:
        if not blocks:
            return
        (self.folder / "Page.java").write_text(java_program(blocks))
        compiled = run(
            self.folder, tool("javac"), "-g", "-cp", os.pathsep.join(["classes", *JARS]), "-d", "classes", "Page.java"
        )
        ran = run(self.folder, *self.java(), "Page") if compiled.returncode == 0 else compiled
        parts = ran.stdout.split(MARK)[1:]
        results = {int(part.partition("\n")[0]): part.partition("\n")[2] for part in parts}
        last = max(results, default=0)
        for block in blocks:
            printed, _, raised = results.get(block.line, "").partition("raised ")
            has_failed = ran.returncode != 0 and block.line >= last
            self.found[block.line] = Outcome(
                printed=printed, raised=raised.strip() or None, failure=ran.stderr if has_failed else ""
            )


def java_program(blocks: list[Block]) -> str:
    """A class whose main method has the statements of the blocks, beside the types that they declare."""
    imports, types, body = [IMPORTS], [], []
    for block in blocks:
        lines = block.code.split("\n")
        imports += [line for line in lines if line.startswith("import ")]
        code = "\n".join(line for line in lines if not line.startswith("import ")).strip()
        if TYPE.match(code):
            types.append(TYPE.sub(lambda found: "static " + found[1].replace("static ", ""), code, count=1))
            code = ""
        if block.raises:
            code = f"try {{\n{code}\n}} catch (Exception raised) {{ shown(raised); }}"
        body.append(f'System.out.println("{MARK}{block.line}");\n// {block.name}\n{code}')
    shown = 'System.out.println("raised " + raised.getClass().getSimpleName() + ": " + raised.getMessage());'
    return (
        "\n".join(imports)
        + "\npublic final class Page {\n"
        + "\n".join(types)
        + f"\nstatic void shown(Exception raised) {{ {shown} }}\n"
        + "public static void main(String[] arguments) throws Exception {\n"
        + "\n".join(body)
        + "\n}\n}\n"
    )
