"""The bean of docs/guides/embedding.md, in an application context of Spring."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bufferbridge._process import jvms
from documents.blocks import blocks_of
from support.interpreter import has_shared_libpython
from support.places import ROOT
from support.processes import OPTIONS

TARGET = ROOT / "target"
SPRING = TARGET / "spring-jars"

PROGRAM = """
import org.bufferbridge.Python;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration
public class Application {
%s
    public static void main(String[] arguments) {
        for (int i = 1; i <= 2; i++) {
            try (var context = new AnnotationConfigApplicationContext(Application.class)) {
                System.out.println(context.getBean(Python.class).eval("40 + " + i).asInt());
            }
        }
        try (Python python = Python.start()) {
            System.out.println(python.eval("40 + 3").asInt());
        }
    }
}
"""


@pytest.mark.skipif(not SPRING.is_dir(), reason="Spring's jars are not there; make test-ecosystem fetches them")
@pytest.mark.skipif(not has_shared_libpython(), reason="Java embeds a shared libpython, which this Python has not")
def test_a_bean_gives_up_its_handle_and_the_next_context_has_python(tmp_path: Path) -> None:
    (block,) = [block for block in blocks_of(ROOT / "docs" / "guides" / "embedding.md") if "@Bean" in block.code]
    (tmp_path / "Application.java").write_text(PROGRAM % block.code)
    jars = [str(TARGET / "bufferbridge.jar"), str(TARGET / "jars" / "*"), str(SPRING / "*")]
    tools = jvms.find()[0].home / "bin"
    path = os.pathsep.join([str(tmp_path), *jars])
    for command in (
        [tools / "javac", "-cp", path, "-d", tmp_path, tmp_path / "Application.java"],
        [
            *(tools / "java", "--enable-native-access=ALL-UNNAMED", f"-Dbufferbridge.python={sys.executable}"),
            *(*OPTIONS, "-cp", path, "Application"),
        ],
    ):
        ran = subprocess.run([*map(str, command)], capture_output=True, text=True, timeout=240)
        assert ran.returncode == 0, ran.stdout + ran.stderr
    assert ran.stdout.split() == ["41", "42", "43"]
