"""What Java prints reaches sys.stdout and sys.stderr: in order, from all threads, and no thread waits for ever."""

from __future__ import annotations

import contextlib
import io
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import bufferbridge as bb

PRINTING = "org.bufferbridge.fixtures.classes.Printing"


@pytest.fixture
def redirected() -> Iterator[None]:
    bb.start(redirect_output=True)
    yield
    bb.start(redirect_output=False)


@pytest.fixture
def system() -> Any:
    return bb.jclass("java.lang.System")


@pytest.fixture
def printing() -> Any:
    return bb.jclass(PRINTING)


def captured(action: Callable[[], object]) -> str:
    """What is written to sys.stdout meanwhile."""
    with contextlib.redirect_stdout(io.StringIO()) as text:
        action()
        bb.start(redirect_output=False)  # writes what other threads have printed
        bb.start(redirect_output=True)
    return text.getvalue()


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert holds()


def test_what_java_prints_reaches_python(redirected: None, system: Any) -> None:
    with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(io.StringIO()) as err:
        system.out.println("to out")
        system.err.println("to err")
        system.out.printf("%d%n", 5)
        until(lambda: out.getvalue().split() == ["to", "out", "5"])
        until(lambda: err.getvalue().split() == ["to", "err"])


def test_lines_of_both_languages_are_in_order(redirected: None, system: Any) -> None:
    def lines() -> None:
        for number in range(50):
            print("python", number)
            system.out.println(f"java {number}")

    expected = "".join(f"python {number}\njava {number}\n" for number in range(50))

    def on_a_thread() -> None:
        thread = threading.Thread(target=lines)
        thread.start()
        thread.join()

    # The thread that prints waits a tenth of a second at most, which a busy machine may exceed.
    assert expected in (captured(lines) for _ in range(5))
    assert expected in (captured(on_a_thread) for _ in range(5))


def test_a_text_without_a_line_end_is_written_at_a_flush(redirected: None, system: Any) -> None:
    with contextlib.redirect_stdout(io.StringIO()) as out:
        system.out.print("abc")
        system.out.flush()
        assert out.getvalue() == "abc"


@pytest.mark.parametrize(
    "text", ["é", "漢字", "🐍", "a\0b", "x" * 100_000], ids=["latin", "han", "snake", "nul", "long"]
)
def test_any_text_arrives_whole(redirected: None, system: Any, text: str) -> None:
    assert captured(lambda: system.out.println(text)).rstrip("\r\n") == text


def test_bytes_of_one_character_may_come_one_by_one(redirected: None, system: Any) -> None:
    def bytes_of_a_snake() -> None:
        for byte in "🐍".encode():
            system.out.write(byte)
            system.out.flush()

    assert captured(bytes_of_a_snake) == "🐍"


def test_bytes_that_are_no_text_are_replaced(redirected: None, system: Any) -> None:
    assert captured(lambda: (system.out.write(0xFF), system.out.println("x"))).rstrip() == "\ufffdx"


def test_a_stream_that_lacks_a_character_gets_its_escape(redirected: None, system: Any) -> None:
    raw = io.BytesIO()
    with contextlib.redirect_stdout(io.TextIOWrapper(raw, "ascii")):
        system.out.println("né")
        assert raw.getvalue().decode().strip() == "n\\xe9"


def test_threads_of_java_print_whole_lines_in_their_order(redirected: None, printing: Any) -> None:
    lines = captured(lambda: printing.onThreads(8, 200)).splitlines()
    assert len(lines) == 1600
    for number in range(8):
        of_thread = [line for line in lines if line.startswith(f"line {number} ")]
        assert of_thread == [f"line {number} {line}" for line in range(200)]


def test_a_thread_that_prints_needs_no_gil(redirected: None, printing: Any) -> None:
    exporter = printing.Exporter()
    lines = captured(lambda: memoryview(exporter).release()).split("\n")
    assert sorted(line.strip() for line in lines) == ["", "on another thread", "with the GIL"]


class _Calling(io.StringIO):
    """A stream that prints in Java when it is written to."""

    def write(self, text: str) -> int:
        bb.jclass("java.lang.System").out.println("from write()")
        return super().write(text)


def test_a_stream_that_prints_in_java_ends(redirected: None, system: Any) -> None:
    stream = _Calling()
    with contextlib.redirect_stdout(stream):
        system.out.println("once")
    assert stream.getvalue().strip() == "once"  # what write() prints goes to the process's own output


@pytest.mark.parametrize("raised", [ValueError, SystemExit, KeyboardInterrupt])
def test_a_stream_that_fails_fails_no_call(redirected: None, system: Any, raised: type[BaseException]) -> None:
    class Failing(io.StringIO):
        def write(self, text: str) -> int:
            raise raised("mine")

    with contextlib.redirect_stdout(Failing()):
        system.out.println("lost to Python")
    assert captured(lambda: system.out.println("next")).strip() == "next"


def test_a_stream_that_waits_for_the_printing_thread_lets_it_go_on(redirected: None, system: Any) -> None:
    printed = threading.Event()

    class Waiting(io.StringIO):
        def write(self, text: str) -> int:
            assert printed.wait(60)
            return super().write(text)

    stream = Waiting()
    with contextlib.redirect_stdout(stream):
        system.out.println("text")  # would wait for ever for a writer that waits for `printed`
        printed.set()
        bb.start(redirect_output=False)
    assert stream.getvalue().strip() == "text"


def test_the_streams_before_are_put_back(system: Any) -> None:
    before = system.out
    bb.start(redirect_output=True)
    bb.start(redirect_output=True)
    assert system.out != before
    bb.start(redirect_output=False)
    assert system.out == before
    bb.start(redirect_output=False)
    bb.start()
    assert system.out == before


def test_a_stream_that_others_set_stays(system: Any) -> None:
    before = system.out
    bb.start(redirect_output=True)
    other = bb.jclass("java.io.PrintStream")(bb.jclass("java.io.ByteArrayOutputStream")())
    try:
        system.setOut(other)
        bb.start(redirect_output=False)
        assert system.out == other
    finally:
        system.setOut(before)


def test_a_stream_of_java_that_is_kept_goes_on_after_the_end(redirected: None, system: Any) -> None:
    kept = system.out
    bb.start(redirect_output=False)
    kept.println("to the process's own output")
