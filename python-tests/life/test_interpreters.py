"""Interpreters that cannot have the library are refused in one sentence; a subinterpreter has the memory all the same.

A free-threaded interpreter runs no test here: this suite needs the library. What decides about one is given what such
an interpreter would give it.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

from bufferbridge import _load
from support.processes import output_of

if importlib.util.find_spec("_interpreters"):  # 3.13 and later
    KINDS = {"isolated": "create('isolated')", "legacy": "create('legacy')"}
    MODULE = "_interpreters"
elif importlib.util.find_spec("_xxsubinterpreters"):
    KINDS = {"isolated": "create(isolated=True)", "legacy": "create(isolated=False)"}
    MODULE = "_xxsubinterpreters"
else:
    KINDS = {}


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("kind", ["isolated", "legacy"])
def test_a_subinterpreter_is_refused_with_the_way_that_is_possible(kind: str, when: str) -> None:
    if not KINDS:
        pytest.skip("this CPython has no module for subinterpreters")
    start = "import bufferbridge as bb; bb.start()" if when == "after" else ""
    code = f"""
        {start}
        import {MODULE} as interpreters
        created = interpreters.{KINDS[kind]}
        try:
            refused = interpreters.run_string(created, "import bufferbridge")
            print(refused.formatted if refused is not None else "imported")
        except interpreters.RunFailedError as error:
            print(error)
        import bufferbridge as bb
        bb.start()
        print(memoryview(bb.empty(2)).tolist())
    """
    if MODULE == "_interpreters":
        code = code.replace("interpreters.RunFailedError", "ZeroDivisionError")
    refusal, after = output_of(code).splitlines()
    assert refusal.endswith(_load.IN_SUBINTERPRETER)
    assert after == "[0, 0]"


@pytest.mark.parametrize("kind", ["isolated", "legacy"])
def test_a_subinterpreter_writes_java_memory_through_a_memoryview(kind: str) -> None:
    if sys.version_info < (3, 13):
        pytest.skip("CPython shares memoryviews with subinterpreters from 3.13 on")
    code = f"""
        import bufferbridge as bb, gc, _interpreters as interpreters
        bb.start()
        block = bb.empty(4)
        view = memoryview(block)
        created = interpreters.{KINDS[kind]}
        interpreters.run_string(created, "import _interpreters")
        interpreters.set___main___attrs(created, {{"view": view}})
        refused = interpreters.run_string(created, "view[2] = 9; view.release(); del view")
        print(refused, view.tolist(), bb.jclass("org.bufferbridge.Leaks").liveExports())
        interpreters.destroy(created)
        gc.collect()
        view.release()
        print(bb.exports())
    """
    assert output_of(code).splitlines() == ["None [0, 0, 9, 0] 1", "[]"]


def test_prepare_main_gives_a_subinterpreter_java_memory() -> None:
    if sys.version_info < (3, 14):
        pytest.skip("concurrent.interpreters came with CPython 3.14")
    code = """
        import bufferbridge as bb, gc
        from concurrent import interpreters
        bb.start()
        view = memoryview(bb.empty(4))
        created = interpreters.create()
        created.prepare_main(view=view)
        created.exec("view[2] = 9; view.release(); del view")
        created.close()
        gc.collect()
        print(view.tolist())
        view.release()
        print(bb.exports())
    """
    assert output_of(code).splitlines() == ["[0, 0, 9, 0]", "[]"]


# ------------------------------------------------------------------------------ free-threaded CPython


@pytest.mark.parametrize(
    ("file", "is_free_threaded", "has_build"),
    [
        ("_native.abi3.so", False, True),
        ("_native.abi3.so", True, False),
        ("_native.cpython-313t-x86_64-linux-gnu.so", True, True),
        ("_native.cpython-314t-x86_64-linux-gnu.so", True, False),
        ("_native.abi3t.so", True, True),
    ],
)
def test_a_free_threaded_interpreter_needs_a_library_of_its_own(
    file: str, is_free_threaded: bool, has_build: bool, tmp_path: Path
) -> None:
    """The suffixes are those of a 3.13t, with those of 3.15t for abi3t."""
    (tmp_path / file).touch()
    suffixes = [".cpython-313t-x86_64-linux-gnu.so", ".abi3t.so", ".abi3.so", ".so"]
    assert _load.has_build(tmp_path, suffixes, is_free_threaded=is_free_threaded) is has_build
