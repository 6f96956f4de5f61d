"""The C API before a JVM runs, in a forked child, in a subinterpreter, and at the end of Python."""

from __future__ import annotations

import os
import sys

import pytest

from support.processes import TESTS_ON_PATH, output_of

PROGRAM = """
    import ctypes, gc, os, threading
    import bufferbridge as bb
    from support import c_api
"""


def test_without_a_jvm_the_table_answers_and_refuses() -> None:
    code = (
        PROGRAM
        + """
    print(c_api.TABLE.version, c_api.TABLE.is_buffer(3), bb.is_running())
    for use in (c_api.TABLE.jni_env, lambda: c_api.TABLE.lease(bytearray(3), c_api.READ)):
        try:
            use()
        except RuntimeError as refused:
            print(refused)
    """
    )
    started = "no JVM is running in this process; call bufferbridge.start() first"
    assert output_of(code, **TESTS_ON_PATH).splitlines() == ["1 0 False", started, started]


def test_a_forked_child_keeps_what_is_out_and_is_refused_java() -> None:
    if not hasattr(os, "fork"):
        pytest.skip("this system has no fork()")
    code = (
        PROGRAM
        + """
    import warnings
    warnings.simplefilter("ignore", DeprecationWarning)
    bb.start()
    memory = bb.empty(4)
    view = c_api.acquire(memory)
    env, reference = c_api.TABLE.jni_env(), c_api.reference(memory)
    child = os.fork()
    if child == 0:
        status = 1
        try:
            ctypes.memset(view.address, 7, 4)
            other = c_api.View()
            assert c_api.TABLE.acquire_java(env, reference, c_api.READ, other) == -1
            for use in (c_api.TABLE.jni_env, lambda: c_api.TABLE.lease(bytearray(3), c_api.READ)):
                try:
                    use()
                except RuntimeError as refused:
                    assert "does not survive a fork" in str(refused)
                else:
                    raise AssertionError
            again = c_api.acquire(memory)
            c_api.release(again)
            c_api.release(view)
            assert memory.export_count == 0
            status = 0
        finally:
            os._exit(status)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), bytes(memoryview(memory)), memory.export_count)
    c_api.release(view)
    print(bb.exports())
    """
    )
    assert output_of(code, **TESTS_ON_PATH).splitlines() == ["0 b'\\x00\\x00\\x00\\x00' 1", "[]"]


def test_a_release_after_the_interpreters_end_is_safe() -> None:
    """A destructor of the C library, which exit() runs, releases; so does a thread that Python does not stop."""
    code = (
        PROGRAM
        + """
    bb.start()
    views = [c_api.acquire(bb.empty(1 << 20)) for _ in range(2)]
    libc = ctypes.CDLL(None)
    address = ctypes.cast(c_api.TABLE.release, ctypes.c_void_p)
    libc.__cxa_atexit.argtypes = [ctypes.c_void_p] * 3
    for view in views:
        kept = ctypes.create_string_buffer(bytes(view))
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(kept))
        assert libc.__cxa_atexit(address, ctypes.addressof(kept), None) == 0
    print("ends", flush=True)
    """
    )
    assert output_of(code, **TESTS_ON_PATH) == "ends"


def test_code_that_runs_while_python_ends_releases_and_is_refused_java() -> None:
    code = (
        PROGRAM
        + """
    import atexit
    def at_exit():
        c_api.release(view)
        try:
            c_api.TABLE.lease(bytearray(3), c_api.READ)
        except RuntimeError as refused:
            print(refused, flush=True)
    atexit.register(at_exit)
    bb.start()
    view = c_api.acquire(bb.empty(8))
    """
    )
    refused = "Python is ending, and calls into Java are refused from now on"
    assert output_of(code, **TESTS_ON_PATH) == refused


@pytest.mark.parametrize("with_gil", [True, False], ids=["with its GIL", "without"])
@pytest.mark.parametrize("kind", ["isolated", "legacy"])
def test_a_subinterpreter_releases_soon_and_acquires_nothing(kind: str, with_gil: bool) -> None:
    if sys.version_info < (3, 13):
        pytest.skip("the module _interpreters came with CPython 3.13")
    code = (
        PROGRAM
        + f"""
    import _interpreters as interpreters
    bb.start()
    memory = bb.empty(8)
    view = c_api.acquire(memory)
    told = ctypes.c_int(7)
    release, jni_env = (ctypes.cast(f, ctypes.c_void_p).value for f in (c_api.TABLE.release, c_api.TABLE.jni_env))
    created = interpreters.create({kind!r})
    refused = interpreters.run_string(created, f'''if True:
        import ctypes
        told = ctypes.c_int.from_address({{ctypes.addressof(told)}})
        try:
            ctypes.PYFUNCTYPE(ctypes.c_void_p)({{jni_env}})()
            told.value = 0
        except RuntimeError as error:
            told.value = "main interpreter only" in str(error)
        prototype = ctypes.{"PYFUNCTYPE" if with_gil else "CFUNCTYPE"}(None, ctypes.c_void_p)
        prototype({{release}})({{ctypes.addressof(view)}})
    ''')
    print(refused and refused.formatted, told.value, view.is_empty())
    for _ in range(1000):
        if memory.export_count == 0:
            break
    print(memory.export_count)
    interpreters.destroy(created)
    """
    )
    told = output_of(code, **TESTS_ON_PATH).splitlines()
    if "does not support loading in subinterpreters" in told[0]:
        pytest.skip("this ctypes is not for such subinterpreters")
    assert told == ["None 1 True", "0"]
