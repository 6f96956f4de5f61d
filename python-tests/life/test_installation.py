"""What an installation brings: jars to compile against, a demonstration; and what is said where a part is missing."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

import bufferbridge as bb
from bufferbridge import _native
from bufferbridge._process import jars, jvms
from support.places import ROOT
from support.processes import UNDER_ADDRESS_SANITIZER, run

EXPORTER = """
import java.lang.foreign.Arena;
import org.bufferbridge.*;

public final class Seven implements BufferExporter {
    public BufferView getBuffer(BufferRequest request) {
        var memory = Arena.ofAuto().allocate(8);
        memory.set(java.lang.foreign.ValueLayout.JAVA_BYTE, 0, (byte) 7);
        return BufferView.of(memory);
    }
}
"""


def jdk_tool(name: str) -> str:
    return str(jvms.find()[0].home / "bin" / name)


def module(*arguments: str, python: str = sys.executable, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs `python -m bufferbridge`."""
    command = [python, "-m", "bufferbridge", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, env={**os.environ, **environment})


def copy_of_package(folder: Path) -> Path:
    """A copy of the package, without the links of the tree that is built."""
    package = folder / "bufferbridge"
    shutil.copytree(Path(bb.__file__).parent, package, symlinks=False, ignore=shutil.ignore_patterns("__pycache__"))
    return package


# ------------------------------------------------------------------------------------------- jars


def test_a_class_compiles_against_the_printed_class_path(tmp_path: Path) -> None:
    if not Path(jdk_tool("javac")).exists():
        pytest.skip("this JVM is of no JDK: it has no javac")
    (tmp_path / "Seven.java").write_text(EXPORTER)
    printed = module("classpath")
    assert printed.returncode == 0 and printed.stderr == ""
    command = [jdk_tool("javac"), "-cp", printed.stdout.strip(), "-d", str(tmp_path), str(tmp_path / "Seven.java")]
    subprocess.run(command, check=True, timeout=120)
    code = f"""
        import bufferbridge as bb
        bb.start(classpath=[{str(tmp_path)!r}])
        print(memoryview(bb.jclass("Seven")())[0])
    """
    ran = run(code)
    assert ran.stdout == "7\n", ran.stderr


def test_the_jar_is_the_first_of_the_class_path_and_has_the_public_classes() -> None:
    jar = bb.jar_path()
    assert jar.is_file() and str(jar) == module("classpath").stdout.split(os.pathsep)[0]
    code = f"""
        import zipfile
        print("org/bufferbridge/BufferExporter.class" in zipfile.ZipFile({str(jar)!r}).namelist())
    """
    assert run(code).stdout == "True\n"


@pytest.mark.parametrize("name", ["jna-jpms", "commons-lang3", "bufferbridge"])
def test_a_missing_jar_is_named_with_the_remedy(name: str, tmp_path: Path) -> None:
    package = copy_of_package(tmp_path)
    (package / "jars" / f"{name}.jar").unlink()
    sentence = (
        f"the bufferbridge installation is incomplete: {name}.jar is missing in {package / 'jars'}; "
        "python -m pip install --force-reinstall bufferbridge brings it back"
    )
    started = run("import bufferbridge; bufferbridge.start()", PYTHONPATH=str(tmp_path))
    assert started.stderr.splitlines()[-1] == f"RuntimeError: {sentence}"
    printed = module("classpath", PYTHONPATH=str(tmp_path))
    assert (printed.returncode, printed.stdout, printed.stderr) == (1, "", sentence + "\n")


def test_a_missing_native_library_is_named_with_the_remedy(tmp_path: Path) -> None:
    package = copy_of_package(tmp_path)
    (package / Path(_native.__file__).name).unlink()
    assert run("import bufferbridge", PYTHONPATH=str(tmp_path)).stderr.splitlines()[-1] == (
        f"ImportError: the bufferbridge installation is incomplete: there is no native library for "
        f"{sysconfig.get_platform()} in {package}; python -m pip install --force-reinstall bufferbridge brings it"
    )


def test_several_missing_jars_are_named_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jars, "_FOLDER", tmp_path)
    with pytest.raises(RuntimeError, match=r"bufferbridge\.jar and jna-jpms\.jar and commons-lang3\.jar are missing"):
        jars.own_jars()


def test_jars_may_have_a_version_in_their_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("bufferbridge-python.jar", "jna-jpms-5.19.1.jar", "commons-lang3-3.22.0.jar"):
        (tmp_path / name).touch()
    monkeypatch.setattr(jars, "_FOLDER", tmp_path)
    names = [Path(jar).name for jar in jars.own_jars()]
    assert names == ["bufferbridge-python.jar", "jna-jpms-5.19.1.jar", "commons-lang3-3.22.0.jar"]


# --------------------------------------------------------------------------------- without numpy


@pytest.fixture
def without_numpy(tmp_path: Path) -> str:
    """An interpreter that has the package and nothing else, as after `pip install bufferbridge`."""
    venv.create(tmp_path / "venv", with_pip=False, symlinks=True)
    [site_packages] = (tmp_path / "venv").glob("lib/python*/site-packages")
    copy_of_package(site_packages)
    return str(tmp_path / "venv" / "bin" / "python")


def test_the_demonstration_needs_the_package_alone(without_numpy: str) -> None:
    ran = module("demo", python=without_numpy, PYTHONPATH="")
    assert ran.returncode == 0 and ran.stderr == "", ran.stderr
    lines = ran.stdout.splitlines()
    assert "Python wrote 2.5, Java read 2.5" in lines[1]
    assert lines[-1] == "Every export and every lease is released."


@pytest.mark.parametrize("collector", ["Serial", "Parallel", "Z"])
def test_the_demonstration_suits_collectors_that_cannot_pin(collector: str) -> None:
    if collector == "Z" and UNDER_ADDRESS_SANITIZER:
        pytest.skip("ZGC may find no room for its heap beside the memory of AddressSanitizer")
    ran = module("demo", f"--option=-XX:+Use{collector}GC")
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.endswith("Every export and every lease is released.\n")


def test_a_demonstration_without_a_jvm_says_so(tmp_path: Path) -> None:
    ran = module("demo", "--jvm", str(tmp_path))
    assert ran.returncode == 1
    assert ran.stderr.startswith("JvmNotFoundError: a JVM of release 22 or later is required; ")


def test_the_doctor_says_how_numpy_is_had_and_misses_nothing(without_numpy: str) -> None:
    ran = module("doctor", python=without_numpy, PYTHONPATH="")
    assert ran.returncode == 0, ran.stderr
    sentence = "no numpy, which is not required; python -m pip install numpy brings it"
    assert f"packages      {sentence}\n" in ran.stdout
    assert ran.stdout.endswith("missing       nothing\n")


# ---------------------------------------------------------------- Java, without a part that it needs


def java_doctor(*classpath: Path) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join(map(str, classpath))
    command = [jdk_tool("java"), "--enable-native-access=ALL-UNNAMED", "-cp", path, "org.bufferbridge.Doctor"]
    return subprocess.run(command, capture_output=True, text=True, timeout=120)


def whole_jar() -> Path:
    jar = ROOT / "target" / "bufferbridge.jar"
    assert jar.is_file(), "make build makes it"
    return jar


@pytest.mark.parametrize(
    ("missing", "there"),
    [
        ("jna (Maven: net.java.dev.jna:jna-jpms), which is", "commons-lang3"),
        ("commons-lang3 (Maven: org.apache.commons:commons-lang3), which is", "jna"),
    ],
    ids=["jna", "commons-lang3"],
)
def test_java_names_a_missing_library_with_the_remedy(missing: str, there: str) -> None:
    ran = java_doctor(whole_jar(), *(Path(jar) for jar in jars.own_jars() if Path(jar).name.startswith(there)))
    assert (ran.returncode, ran.stderr) == (1, "")
    sentence = (
        f"bufferbridge needs the library {missing} not on the class path; put the jar next to bufferbridge's, or have "
        "Maven or Gradle bring it"
    )
    assert f"libraries     {sentence}\n" in ran.stdout
    assert ran.stdout.endswith(f"missing       {sentence}\n")


def without(names: str, jar: Path) -> Path:
    """A copy of the jar, without the entries that the pattern matches."""
    with zipfile.ZipFile(whole_jar()) as source, zipfile.ZipFile(jar, "w") as target:
        for entry in source.infolist():
            if not re.match(names, entry.filename):
                target.writestr(entry, source.read(entry))
    return jar


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        (
            r".*/libbufferbridge\.",
            "the bufferbridge jar has no native library for [a-z0-9-]+: use a release that has it, or name a library "
            "that was built for this machine with -Dbufferbridge.library=",
        ),
        (
            r".*/libbufferbridge\.|org/bufferbridge/python/",
            "this bufferbridge jar has neither the native library nor the Python code; "
            "org.bufferbridge:bufferbridge from Maven has all that Java needs",
        ),
    ],
    ids=["without natives", "classes alone"],
)
def test_a_jar_that_lacks_what_java_needs_says_so(names: str, sentence: str, tmp_path: Path) -> None:
    ran = java_doctor(without(names, tmp_path / "bufferbridge.jar"), *map(Path, jars.own_jars()[1:]))
    assert (ran.returncode, ran.stderr) == (1, "")
    assert re.fullmatch(f"missing       {sentence}", ran.stdout.splitlines()[-1])
