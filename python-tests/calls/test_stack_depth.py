"""A stack that ends in Java, or is nearly used up before Java is entered, raises an exception.

An upcall stub could end the process, so the library does not use one if the stack is short. The JVM takes most of the
main thread's stack, and Python has to know.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator

import pytest

import bufferbridge as bb
from support.processes import START, output_of
from support.recursion import RECURSION, needs_bounds
from support.threads import on_a_stack_of

FRAMES = 10_000_000
STACK_BYTES = 1 << 20


@pytest.fixture
def deep(jvm: None) -> bb.JavaBuffer:
    exporter = bb.jclass("org.bufferbridge.fixtures.exporters.DeepExporter")()
    # The stubs are ready now or soon. In the seconds of this file the tests use both ways.
    end = time.monotonic() + 1.0
    while time.monotonic() < end:
        memoryview(exporter).release()
    return exporter


@pytest.fixture
def recursion() -> Iterator[None]:
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(100_000)
    yield
    sys.setrecursionlimit(limit)


def on_a_small_stack(function: Callable[[], None]) -> BaseException | None:
    """Runs the function on a small stack, and returns the exception that it raised."""
    try:
        on_a_stack_of(STACK_BYTES, function)
    except BaseException as error:
        return error
    return None


def test_an_exporter_that_overflows_the_stack_refuses_with_it(deep: bb.JavaBuffer) -> None:
    deep.goTo(FRAMES)
    for _ in range(10):
        with pytest.raises(bb.JavaError, match="StackOverflowError"):
            memoryview(deep)
    deep.goTo(0)
    assert memoryview(deep).nbytes == 16


def test_a_stack_that_python_has_nearly_used_up_raises_and_leaves_nothing(deep: bb.JavaBuffer, recursion: None) -> None:
    def descend(depth: int) -> None:
        with memoryview(deep):
            if depth:
                list(map(descend, [depth - 1]))

    assert on_a_small_stack(lambda: descend(200)) is None
    error = on_a_small_stack(lambda: descend(2500))
    assert isinstance(error, (bb.JavaError, RuntimeError))
    memoryview(deep).release()
    assert bb.exports() == [] and bb.jclass("org.bufferbridge.Leaks").liveExports() == 0


@needs_bounds
def test_recursion_in_c_on_the_main_thread_is_an_error() -> None:
    assert output_of(START + RECURSION) == "RecursionError"


@needs_bounds
def test_recursion_in_c_on_a_main_thread_that_meets_the_jvm_later_is_an_error() -> None:
    code = f"""
import threading
def start():
    exec({START!r}, globals())
starting = threading.Thread(target=start)
starting.start()
starting.join()
assert bb.jclass("java.lang.Math").abs(-3) == 3
"""
    assert output_of(code + RECURSION) == "RecursionError"


@needs_bounds
@pytest.mark.skipif(sys.version_info < (3, 13), reason="CPython 3.11 and 3.12 allow less than that on any stack")
def test_a_larger_stack_of_java_threads_is_the_main_threads_too() -> None:
    """-Xss moves the guard pages, so a list that is refused on 1 MiB is written on 7."""
    code = """
nested = []
for _ in range(4000):
    nested = [nested]
"""
    larger = START.replace("options=[", "options=['-Xss7m', ")
    assert output_of(larger + code + "print(len(repr(nested)))") == "8002"


def test_the_stack_of_a_thread_that_has_ended_serves_a_java_thread() -> None:
    """The C library gives the stack of one thread to the next. The JVM's guard pages lie elsewhere in each."""
    code = """
import threading
threading.stack_size(8 << 20)
ending = threading.Thread(target=bb.jclass("java.lang.Math").abs, args=(-3,))
ending.start()
ending.join()
print(bb.jclass("org.bufferbridge.fixtures.classes.Overflows").count(8 << 20, 3))
"""
    assert output_of(START + code) == "3"
