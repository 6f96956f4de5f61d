"""The examples of the C API are compiled as their users compile them, and run: an extension in C, a module in Cython,
and a JNI library. The header is C99 and C++11."""

from __future__ import annotations

import gc
import importlib.util
import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import bufferbridge as bb
from bufferbridge._process import jvms
from documents.blocks import blocks_of
from documents.examples import EXAMPLES, example
from support.processes import TESTS_ON_PATH, output_of

SOURCES = EXAMPLES / "native"
COMPILER = (os.environ.get("CC") or "cc").split()


def compiler() -> list[str]:
    if shutil.which(COMPILER[0]) is None:
        pytest.skip(f"there is no C compiler {COMPILER[0]}")
    return COMPILER


def python_headers() -> Path:
    headers = Path(sysconfig.get_path("include"))
    if not (headers / "Python.h").is_file():
        pytest.skip(f"this CPython has no headers in {headers}")
    return headers


def jni_headers() -> list[str]:
    headers = jvms.find()[0].home / "include"
    if not (headers / "jni.h").is_file():
        pytest.skip(f"this JVM has no headers in {headers}")
    return [f"-I{headers}", f"-I{headers / ('darwin' if sys.platform == 'darwin' else 'linux')}"]


def run(*command: object, **options: Any) -> None:
    ended = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=300, **options)
    assert ended.returncode == 0, ended.stdout + ended.stderr


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the two extensions."""
    compiler()
    python_headers()
    pytest.importorskip("Cython", reason="Cython is not installed")
    folder = tmp_path_factory.mktemp("native")
    for name in ("setup.py", "means.c", "sums.pyx"):
        shutil.copy(SOURCES / name, folder)
    run(sys.executable, "setup.py", "-q", "build_ext", "--inplace", cwd=folder)
    return folder


def imported(name: str, folder: Path) -> ModuleType:
    [file] = [*folder.glob(f"{name}.*.so"), *folder.glob(f"{name}.so")]
    spec = importlib.util.spec_from_file_location(name, file)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def means(built: Path) -> ModuleType:
    return imported("means", built)


@pytest.fixture(scope="module")
def sums(built: Path) -> ModuleType:
    return imported("sums", built)


@pytest.fixture
def numbers() -> bb.JavaBuffer:
    memory = bb.empty((4, 6), "d")
    np.asarray(memory)[...] = np.arange(24.0).reshape(4, 6)
    return memory


# ------------------------------------------------------------------------------------------ the page c-api.md

PAGE = blocks_of(EXAMPLES.parent / "docs" / "guides" / "c-api.md")


def test_the_setup_of_the_page_builds_the_extension(tmp_path: Path) -> None:
    compiler()
    python_headers()
    (block,) = [block for block in PAGE if block.language == "python"]
    (tmp_path / "setup.py").write_text(block.code)
    shutil.copy(SOURCES / "means.c", tmp_path)
    run(sys.executable, "setup.py", "-q", "build_ext", "--inplace", cwd=tmp_path)
    memory = bb.empty(3, "d")
    np.asarray(memory)[:] = [1, 2, 6]
    assert imported("means", tmp_path).mean(memory) == 3


# The functions that the lines of C on the page are parts of, by their first line.
FUNCTIONS = {
    "static const bb_api *bridge;": "PyObject *lines(PyObject *object)",
    "bb_view view;": "long lines(const bb_api *bridge, JNIEnv *env, jobject buffer)",
    "JNIEnv *env = bridge->jni_env();": "void lines(const bb_api *bridge, PyObject *array)",
}


def test_the_lines_of_c_on_the_page_compile(tmp_path: Path) -> None:
    lines = [block.code for block in PAGE if block.language == "c"]
    assert len(lines) == len(FUNCTIONS)
    for code in lines:
        (function,) = [FUNCTIONS[first] for first in FUNCTIONS if code.startswith(first)]
        returns = "" if function.startswith("void") else "return 0;"
        includes = "".join(f"#include <{name}>\n" for name in ("Python.h", "jni.h", "bufferbridge_api.h"))
        (tmp_path / "lines.c").write_text(f"{includes}{function}\n{{\n{code}\n{returns}\n}}\n")
        headers = [f"-I{python_headers()}", f"-I{bb.get_include()}", *jni_headers()]
        options = ["-std=c11", "-Wall", "-Wno-unused-variable", "-Werror", "-fsyntax-only"]
        run(*compiler(), *options, *headers, tmp_path / "lines.c")


# ------------------------------------------------------------------------------------------ the extension in C


def test_the_extension_reads_javas_memory(means: ModuleType, numbers: bb.JavaBuffer) -> None:
    assert means.mean(numbers) == 11.5
    assert numbers.export_count == 0


def test_the_extension_refuses_what_is_no_memory_of_doubles(means: ModuleType) -> None:
    with pytest.raises(TypeError, match="expected a JavaBuffer, got ndarray"):
        means.mean(np.zeros(3))
    integers = bb.empty(3, "i")
    with pytest.raises(TypeError, match="expected items of the format 'd', got 'i'"):
        means.mean(integers)
    assert integers.export_count == 0


def test_a_window_holds_the_memory_until_it_is_closed_or_dies(means: ModuleType) -> None:
    arena = bb.jclass("org.bufferbridge.ExportArena").open()
    memory = bb.jclass("org.bufferbridge.BufferView").of(
        arena.allocate(24), bb.jclass("org.bufferbridge.BufferFormat").FLOAT64, 3
    )
    for end in (lambda window: window.close(), lambda window: None):
        window = means.Window(memory)
        np.asarray(memory)[:] = 7
        assert (window.mean(), memory.export_count) == (7, 1)
        with pytest.raises(bb.JavaError, match="cannot be closed while Python holds its memory"):
            arena.close()
        end(window)
        del window
        assert memory.export_count == 0
    closed = means.Window(memory)
    closed.close()
    with pytest.raises(ValueError, match="the window is closed"):
        closed.mean()
    del memory
    gc.collect()
    arena.close()


def test_a_release_by_c_lets_the_exception_arrive_that_is_on_its_way(
    means: ModuleType, recording: bb.JavaClass
) -> None:
    exporter = bb.jclass("org.bufferbridge.fixtures.exporters.RecordingExporter").ofDoubles(3)
    with pytest.raises(ZeroDivisionError):
        (means.Window(exporter), 1 / 0)  # type: ignore[operator]
    with pytest.raises(bb.JavaValueError):
        (means.Window(exporter), bb.jclass("java.lang.Integer").parseInt("x"))
    assert (exporter.outstanding(), exporter.released()) == (0, 2)


def test_a_window_outlives_the_interpreter(built: Path) -> None:
    code = f"""
        import sys; sys.path.insert(0, {str(built)!r})
        import ctypes, means, bufferbridge as bb
        bb.start()
        window = means.Window(bb.empty(3, "d"))
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(window))
        other = means.Window(bb.empty(3, "d"))
        sys.kept = other
        print(window.mean(), flush=True)
    """
    assert output_of(code) == "0.0"


def test_an_extension_is_not_imported_into_a_subinterpreter(built: Path) -> None:
    if sys.version_info < (3, 13):
        pytest.skip("the module _interpreters came with CPython 3.13")
    code = f"""
        import bufferbridge as bb, _interpreters as interpreters
        bb.start()
        created = interpreters.create("legacy")
        refused = interpreters.run_string(created, "import sys; sys.path.insert(0, {str(built)!r}); import means")
        print(refused.formatted)
    """
    assert "bufferbridge works in the main interpreter only" in output_of(code)


# --------------------------------------------------------------------------------------- the module in Cython


def test_the_cython_module_reads_strided_memory(sums: ModuleType, numbers: bb.JavaBuffer) -> None:
    assert sums.sum2d(numbers) == 276
    transposed = bb.jclass("org.bufferbridge.BufferView").of(numbers.memory(), numbers.format_(), 4, 6).transpose()
    assert transposed.strides == (8, 48)
    assert sums.sum2d(transposed) == 276
    assert (sums.is_java(numbers), sums.is_java(np.zeros(3))) == (True, False)


def test_the_cython_module_releases_when_it_raises(sums: ModuleType) -> None:
    line = bb.empty(3, "d")
    with pytest.raises(TypeError, match="expected two dimensions of doubles, got 1 of b'd'"):
        sums.sum2d(line)
    with pytest.raises(TypeError, match="expected a JavaBuffer, got bytearray"):
        sums.sum2d(bytearray(3))
    assert line.export_count == 0


# -------------------------------------------------------------------------------------------- the JNI library


@pytest.fixture(scope="module")
def peaks(tmp_path_factory: pytest.TempPathFactory, jvm: None) -> bb.JavaClass:
    library = tmp_path_factory.mktemp("jni") / "libpeaks.so"
    flags = ["-std=c99", "-Wall", "-Wextra", "-Werror", "-fPIC", "-shared", f"-I{bb.get_include()}"]
    run(*compiler(), *flags, *jni_headers(), SOURCES / "peaks.c", "-o", library)
    found = example("NativePeaks")
    found.load(str(library))
    return found


@pytest.fixture
def array() -> Iterator[np.ndarray]:
    yield np.array([1.0, 9.0, 4.0])


def test_jni_code_reads_what_python_has_leased(peaks: bb.JavaClass, array: np.ndarray) -> None:
    assert peaks.ofPython(array) == 9
    with bb.retain(array) as lease:
        assert peaks.ofPython(array) == 9
        assert lease.isOpen()


def test_jni_code_reads_javas_memory(peaks: bb.JavaClass, numbers: bb.JavaBuffer) -> None:
    view = bb.jclass("org.bufferbridge.BufferView").of(numbers.memory(), numbers.format_(), 4, 6)
    assert peaks.ofJava(view) == 23
    assert (bb.exports(), view.export_count) == ([], 0)


def test_jni_code_releases_beside_the_exception_that_it_throws(peaks: bb.JavaClass) -> None:
    with pytest.raises(bb.JavaValueError, match="items of the format d are required"):
        peaks.ofPython(np.arange(3))
    assert (bb.exports(), bb.leases()) == ([], [])


def test_what_jni_code_requests_is_refused_in_java(peaks: bb.JavaClass, array: np.ndarray) -> None:
    with pytest.raises(BufferError, match="C-contiguous"):
        peaks.ofPython(array[::2])
    with pytest.raises(bb.JavaError, match="not null"):
        peaks.ofJava(None)


# ------------------------------------------------------------------------------------------------- the header

BOTH = "#include <{first}>\n#include <bufferbridge_api.h>\n{use}\n"


@pytest.mark.parametrize("language", ["c99", "c11", "c17", "c++11", "c++17"])
@pytest.mark.parametrize("first", ["stddef.h", "Python.h", "jni.h"])
def test_the_header_compiles_without_a_warning(first: str, language: str, tmp_path: Path) -> None:
    use = {
        "stddef.h": "int use(const bb_api *api); int use(const bb_api *api) { return bb_api_is_complete(api); }",
        "Python.h": "int use(PyObject *o); int use(PyObject *o) { return bb_import()->is_buffer(o); }",
        "jni.h": "jobject use(JNIEnv *e, jobject o); jobject use(JNIEnv *e, jobject o) { bb_view v; "
        "bb_import_from_java(e)->acquire_java(e, o, BB_READ, &v); return bb_import_from_java(e)->lease(0, 0); }",
    }[first]
    source = tmp_path / ("user.cc" if "+" in language else "user.c")
    source.write_text(BOTH.format(first=first, use=use))
    headers = {"stddef.h": list, "Python.h": lambda: ["-isystem", str(python_headers())], "jni.h": jni_headers}[first]()
    strict = ["-Wall", "-Wextra", "-Wpedantic", "-Werror", "-Wno-unused-function", "-DPy_LIMITED_API=0x030B0000"]
    if first == "Python.h":
        strict += ["-Wno-pedantic"]  # CPython's own headers go beyond C99
    run(*compiler(), f"-std={language}", *strict, f"-I{bb.get_include()}", *headers, "-c", source, "-o", tmp_path / "o")


def test_code_for_a_newer_table_is_refused_at_import(built: Path, tmp_path: Path) -> None:
    header = (Path(bb.get_include()) / "bufferbridge_api.h").read_text()
    newer = header.replace("#define BB_API_VERSION 1\n", "#define BB_API_VERSION 99\n")
    assert newer != header
    (tmp_path / "bufferbridge_api.h").write_text(newer)
    module = tmp_path / "means.so"
    flags = ["-fPIC", "-shared", f"-I{tmp_path}", f"-I{python_headers()}", "-DPy_LIMITED_API=0x030B0000"]
    if sys.platform == "darwin":
        flags += ["-undefined", "dynamic_lookup"]
    run(*compiler(), *flags, SOURCES / "means.c", "-o", module)
    refused = (
        rf"bufferbridge {bb.__version__} has version 1 of its C API, and this code was compiled for version 99; "
        "python -m pip install --upgrade bufferbridge brings it"
    )
    with pytest.raises(ImportError, match=refused):
        imported("means", tmp_path)


# ------------------------------------------------------------------------------------------------- its place


def test_the_command_prints_the_folder_of_the_header() -> None:
    ended = subprocess.run([sys.executable, "-m", "bufferbridge", "include"], capture_output=True, text=True)
    assert (ended.returncode, ended.stdout.strip(), ended.stderr) == (0, bb.get_include(), "")
    assert (Path(bb.get_include()) / "bufferbridge_api.h").is_file()


def test_an_installation_without_the_header_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from bufferbridge._process import headers

    monkeypatch.setattr(headers, "_HEADER", tmp_path / "bufferbridge_api.h")
    with pytest.raises(RuntimeError, match="incomplete: .*bufferbridge_api.h is missing; python -m pip install"):
        bb.get_include()


def test_the_capsule_is_imported_without_a_jvm() -> None:
    code = """
        import bufferbridge as bb
        from support import c_api
        print(type(bb._C_API).__name__, c_api.TABLE.version, bb.is_running())
    """
    assert output_of(code, **TESTS_ON_PATH) == "PyCapsule 1 False"
