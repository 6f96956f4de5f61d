"""What an import of the package imports: little at first, and all of it before a JVM runs."""

from __future__ import annotations

import itertools
import pickle
import sys

import pytest

import bufferbridge as bb
from bufferbridge import _public
from support.processes import output_of

PRIVATE = [f"bufferbridge.{module}" for module in (*_public._NAMES, *_public._OTHERS)]


def test_the_import_alone_leaves_out_what_only_a_jvm_needs() -> None:
    code = """
    import sys
    before = set(sys.modules)
    import bufferbridge
    new = set(sys.modules) - before
    assert "pathlib" not in new, new
    print(*sorted(name for name in new if name.startswith("bufferbridge.")))
    """
    assert not set(output_of(code).split()) & set(PRIVATE)


def test_all_is_imported_once_a_jvm_runs() -> None:
    assert bb.is_running()
    assert [module for module in PRIVATE if module not in sys.modules] == []
    assert [name for name in bb.__all__ if name not in vars(bb)] == []


@pytest.mark.parametrize("name", [name for name in bb.__all__ if _public.has(name)])
def test_each_name_is_there_before_a_jvm_runs(name: str) -> None:
    code = f"""
    import bufferbridge as bb, pickle
    assert "{name}" in dir(bb) and "{name}" not in vars(bb)
    from bufferbridge import {name}
    assert bb.{name} is {name} is vars(bb)["{name}"]
    assert {name}.__module__ == ("typing" if "{name}" == "LeakLevel" else "bufferbridge")
    assert pickle.loads(pickle.dumps({name})) is {name}
    assert not bb.is_running()
    """
    output_of(code)


def test_a_pickle_is_the_first_use_of_a_name() -> None:
    leak = pickle.dumps(bb.LeakInfo("lease", "bytearray", 0, 1, 8, None, None))
    assert "LeakInfo" in output_of(f"import pickle; print(pickle.loads({leak!r}))")


def test_a_star_imports_all_names() -> None:
    output_of("""
    import bufferbridge
    from bufferbridge import *
    assert {name for name in bufferbridge.__all__ if name not in globals()} == set()
    """)


def test_a_name_that_is_not_there_is_named() -> None:
    output_of("""
    import bufferbridge as bb
    for name in ("strat", "com", "_start", "__path_of_nothing__"):
        try:
            getattr(bb, name)
        except AttributeError as error:
            assert str(error) == f"module 'bufferbridge' has no attribute {name!r}"
        else:
            raise AssertionError(name)
    assert bb.java.__name__ == "java"
    """)


def test_threads_that_use_a_name_at_once_get_the_same() -> None:
    output_of("""
    import threading
    import bufferbridge as bb
    found, ready = [], threading.Barrier(8)
    def use():
        ready.wait()
        found.append((bb.start, bb.JavaInteger, bb.exports))
    threads = [threading.Thread(target=use) for _ in range(8)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    assert len(set(found)) == 1 and len(found) == 8
    """)


@pytest.mark.parametrize("name", [name for name in bb.__all__ if _public.has(name)])
def test_what_users_put_in_the_place_of_a_name_stays_when_the_jvm_starts(name: str) -> None:
    output_of(f"""
    import bufferbridge as bb
    start, mine = bb.start, object()
    bb.{name} = mine
    start()
    assert bb.{name} is mine
    """)


@pytest.mark.parametrize("first", [name for name in bb.__all__ if _public.has(name)])
def test_the_first_use_of_a_name_names_all_of_its_module(first: str) -> None:
    """One of them may hand out another: a box is pickled before its class is used by name."""
    output_of(f"""
    import sys
    import bufferbridge as bb
    bb.{first}
    for home, names in bb._public._NAMES.items():
        module = sys.modules.get("bufferbridge." + home)
        if module is not None and "{first}" in names:
            assert {{getattr(module, name).__module__ for name in names}} <= {{"bufferbridge", "typing"}}
    """)


def test_a_name_that_is_not_there_imports_nothing() -> None:
    output_of("""
    import sys
    import bufferbridge as bb
    before = set(sys.modules)
    assert not hasattr(bb, "com") and not hasattr(bb, "_start")
    assert set(sys.modules) == before
    """)


def test_a_name_that_is_not_there_is_just_not_there_while_the_interpreter_ends() -> None:
    output = output_of("""
    import builtins, os, sys
    import bufferbridge as bb
    class Last:
        def __del__(self, bb=bb, sys=sys, write=os.write):
            write(1, f"{hasattr(bb, 'strat')} {sys.meta_path}".encode())
    builtins.last = Last()
    """)
    assert output.split() == ["False", "None"]


def test_a_reload_changes_nothing() -> None:
    output_of("""
    import gc, importlib
    import bufferbridge as bb
    before = list(gc.callbacks)
    start = bb.start
    for _ in range(2):
        assert importlib.reload(bb).start is start and gc.callbacks == before
        start()
    """)


OF_THE_PACKAGE = ["import bufferbridge", "from bufferbridge import start"]
OF_A_PART = [
    "import bufferbridge.imports",
    "from bufferbridge.interop import jpype",
    "import bufferbridge.interop.jpype",
    "import bufferbridge.interop.jpy",
]


@pytest.mark.parametrize(("package", "part"), [*itertools.product(OF_THE_PACKAGE, OF_A_PART)])
def test_a_thread_imports_importlib_while_another_imports_the_package(package: str, part: str) -> None:
    """CPython's importlib leaves a broken copy of the import system to whoever imports its parts at that time."""
    output_of(f"""
    import sys, threading
    for name in [name for name in sys.modules if name.partition(".")[0] == "importlib"]:
        del sys.modules[name]
    in_package, in_importlib, package_is_there = (threading.Event() for _ in range(3))
    def in_package_at_first(frame, event, argument):
        if frame.f_globals.get("__name__") == "bufferbridge" and not in_package.is_set():
            in_package.set()
            in_importlib.wait(0.5)
    def in_importlib_with_its_bootstrap(frame, event, argument):
        names = frame.f_globals
        if names.get("__name__") == "importlib" and "_bootstrap" in names and not in_importlib.is_set():
            in_importlib.set()
            package_is_there.wait(0.5)
        return in_importlib_with_its_bootstrap
    def run(code, trace):
        sys.settrace(trace)
        try:
            exec(code, {{}})
        except BaseException as error:
            failures.append(error)
    def import_package():
        run({package!r}, in_package_at_first)
        package_is_there.set()
    def import_part():
        assert in_package.wait(20)
        run({part!r}, in_importlib_with_its_bootstrap)
    failures = []
    threads = [threading.Thread(target=task) for task in (import_package, import_part)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    assert not failures, failures
    import importlib, bufferbridge
    assert importlib._bootstrap is sys.modules["_frozen_importlib"]
    assert importlib.import_module("bufferbridge") is bufferbridge and bufferbridge.start
    """)
