"""Java calls Python in a process that Python started, by the same classes as in a process that Java started."""

import sys
import threading

import pytest

import bufferbridge as bb


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


def test_another_class_loader_is_refused_with_the_way_out():
    said = bb.jclass("org.bufferbridge.fixtures.processes.ClassLoaderPrograms").startAnother()
    assert said.startswith("CPython runs, or ran, in this process already, with the bufferbridge of the class loader ")
    assert "(another). A process can have one CPython, once. Put the jars of bufferbridge where" in said


@pytest.fixture
def marker(python):
    found = object()
    python.main().marker = found
    yield found
    del python.main().marker


def test_a_scope_lets_go_of_what_java_made_in_it(python, marker):
    before = sys.getrefcount(marker)
    with python.scope():
        for _ in range(10):
            assert python.eval("marker") is marker
        assert sys.getrefcount(marker) == before + 10
    assert sys.getrefcount(marker) == before


def test_what_a_scope_keeps_is_let_go_by_the_scope_around_it(python, marker):
    before = sys.getrefcount(marker)
    outer = python.scope()
    inner = python.scope()
    results = python.list(marker)
    del results
    inner.close()
    assert sys.getrefcount(marker) == before
    with pytest.raises(bb.JavaError, match="a PythonScope is closed by the thread that opened it"):
        in_thread(outer.close)
    outer.close()


def in_thread(function):
    raised = []

    def call():
        try:
            function()
        except bb.JavaError as error:
            raised.append(error)

    thread = threading.Thread(target=call)
    thread.start()
    thread.join()
    raise raised[0]


def test_scopes_close_in_the_reverse_order_of_their_opening(python):
    with python.scope() as outer, python.scope():
        with pytest.raises(bb.JavaError, match="1 of them were open, and are closed now"):
            outer.close()


def test_exec_with_bindings_lets_go_of_java_memory(python):
    bindings = bb.jclass("java.util.Map").of
    arena = bb.jclass("java.lang.foreign.Arena").ofShared()
    python.exec(
        """
view = memoryview(memory)
def first():  # it refers to the namespace that refers to it
    return view[0]
assert first() == 0
""",
        bindings("memory", arena.allocate(8)),
    )
    arena.close()


def test_a_namespace_holds_java_memory_until_it_is_closed(python):
    bindings = bb.jclass("java.util.Map").of
    arena = bb.jclass("java.lang.foreign.Arena").ofShared()
    with python.namespace(bindings("memory", arena.allocate(8))) as names, python.scope():
        names.exec("view = memoryview(memory); view[0] = 7")
        assert names.get("view")[0] == 7
        with pytest.raises(bb.JavaError, match="acquired by 1 clients|held"):
            arena.close()
    arena.close()
    with pytest.raises(bb.JavaError, match=r"the PythonNamespace is closed; Python.namespace\(\) makes another one"):
        names.exec("1")
