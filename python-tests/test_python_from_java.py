"""Java that calls Python, in a process that Python started: the same classes as in a process of Java's."""

import threading

import bufferbridge as bb
import pytest


@pytest.fixture
def python():
    return bb.jclass("org.bufferbridge.Python").start()


def test_start_gives_handles_of_this_python(python):
    second = bb.jclass("org.bufferbridge.Python").start()
    assert second != python
    assert python.eval("6 * 7") == 42
    assert second.importModule("threading") is python.importModule("threading") is threading


def test_closing_a_handle_leaves_the_others_open(python):
    second = bb.jclass("org.bufferbridge.Python").start()
    second.close()
    second.close()
    assert not second.isOpen()
    with pytest.raises(bb.JavaError, match=r"this handle of Python is closed; Python.start\(\) gives another one"):
        second.eval("1")
    assert python.isOpen()
    assert python.eval("1") == 1


def test_java_does_not_shut_down_the_python_that_started_the_process(python):
    bb.jclass("org.bufferbridge.Python").shutdown()
    assert python.isOpen()
    assert python.eval("1") == 1


@pytest.mark.parametrize("attempt", ["first", "second"])
def test_another_configuration_than_the_defaults_is_refused_each_time(attempt):
    start = bb.jclass("org.bufferbridge.Python").start
    config = bb.jclass("org.bufferbridge.PythonConfig").defaults()
    with pytest.raises(bb.JavaError, match="Python started this process, and runs as it was started"):
        start(config.arguments("job.py"))
    assert start(config).isOpen()


def test_results_are_the_original_objects(python):
    marker = object()
    python.main().marker = marker
    try:
        assert python.eval("marker") is marker
    finally:
        del python.main().marker


def test_a_python_exception_through_java_is_the_same_exception(python):
    error = ValueError("no")

    def fail():
        raise error

    namespace = python.main()
    namespace.fail = fail
    try:
        with pytest.raises(ValueError) as caught:
            python.eval("fail()")
    finally:
        del namespace.fail
    assert caught.value is error
    assert caught.value.__notes__[0].startswith("Through Java:\n  at org.bufferbridge.")
    assert "calls.Calls" not in caught.value.__notes__[0]


def test_a_java_exception_through_python_and_java_keeps_its_java_cause(python):
    with pytest.raises(bb.JavaValueError) as caught:
        python.eval("__import__('bufferbridge').jclass('java.lang.Integer').parseInt('x')")
    assert caught.value.java_class == "java.lang.NumberFormatException"


def test_the_main_thread_is_pythons_own(python):
    with pytest.raises(bb.JavaError, match="its main thread takes no tasks from Java"):
        python.onMainThread(None)
