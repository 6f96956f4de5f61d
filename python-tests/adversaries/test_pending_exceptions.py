"""Each release while an exception is pending: that exception arrives, and the code that the release runs sees none.

The interpreter drops the values on its stack while the exception is set on the thread. So `(release(), 1 / 0)` reaches
every deallocation in that state. The release calls back a Python listener through Java. The listener runs as if no
exception were pending, and calls both languages.
"""

from __future__ import annotations

import gc
import pickle
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import bufferbridge as bb
from support.processes import output_of

# Functions that make an object whose deallocation is a release.
RELEASES: dict[str, Callable[[], Any]] = {}

# The objects whose release calls the listener.
TELLING = {"export_by_upcall", "export_by_upcall_that_never_blocks", "arena_that_closes", "last_of_what_was_leased"}


def release(make: Callable[[], Any]) -> Callable[[], Any]:
    RELEASES[make.__name__] = make
    return make


def fixture() -> bb.JavaClass:
    return bb.jclass("org.bufferbridge.fixtures.leases.Releases")


@release
def export_by_upcall() -> Any:
    return memoryview(fixture().Telling(True))


@release
def export_by_upcall_that_never_blocks() -> Any:
    return memoryview(fixture().Telling(False))


@release
def export_of_known_memory() -> Any:
    return memoryview(bb.empty(8))


@release
def numpy_array_over_javas_memory() -> Any:
    return np.asarray(bb.empty(8))


@release
def arena_that_closes() -> Any:
    memory = fixture().closing()
    memoryview(memory).release()
    fixture().closeWhenReleased()
    return memory


@release
def block() -> Any:
    return bb.empty(1 << 20)


@release
def pinned_array() -> Any:
    array = bb.array(np.arange(4))
    try:
        memoryview(array).release()
    except BufferError:
        pass  # the collector does not pin
    return array


@release
def java_object() -> Any:
    return bb.jclass("java.lang.Object")()


@release
def java_method() -> Any:
    return bb.jclass("java.lang.Object")().hashCode


@release
def java_error() -> Any:
    try:
        bb.jclass("java.lang.Integer").parseInt("x")
    except bb.JavaError as error:
        return error.with_traceback(None)
    raise AssertionError


@release
def unpickled_buffer() -> Any:
    return pickle.loads(pickle.dumps(bb.empty(8)))


@release
def export_that_throws() -> Any:
    return memoryview(
        bb.jclass("org.bufferbridge.fixtures.exporters.ThrowingExporter").in_("RELEASE", "IllegalArgumentException")
    )


class Leased(bytearray):
    """Calls the listener when it is deallocated."""

    told: Callable[[], None] | None = None

    def __del__(self) -> None:
        if Leased.told is not None:
            Leased.told()


class ClosesALease:
    """Java closes a lease when this object is deallocated."""

    def __init__(self) -> None:
        fixture().lease(Leased(8))

    def __del__(self) -> None:
        fixture().closeLease()


@release
def last_of_what_was_leased() -> Any:
    return ClosesALease()


@pytest.fixture
def told() -> Iterator[list[str]]:
    """The reports of the listener, which uses both languages."""
    heard: list[str] = []

    def listen() -> None:
        heard.append("x".join(["a", "b"]))
        assert bb.jclass("java.lang.Math").abs(-3) == 3
        with memoryview(bb.empty(8)) as view:
            assert view.tolist() == [0] * 8
        try:
            bb.jclass("java.lang.Integer").parseInt("x")
        except bb.JavaValueError:
            heard.append("caught")

    fixture().setListener(listen)
    Leased.told = listen
    yield heard
    Leased.told = None
    fixture().setListener(None)


@pytest.fixture
def unraisable(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    found: list[str] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda args: found.append(str(args.exc_value)))
    return found


@pytest.mark.parametrize("name", RELEASES)
def test_a_release_lets_the_exception_arrive_that_is_on_its_way(
    name: str, told: list[str], unraisable: list[str]
) -> None:
    make = RELEASES[name]
    with pytest.raises(ZeroDivisionError) as raised:
        (make(), 1 / 0)  # type: ignore[operator]
    assert raised.value.args == ("division by zero",)
    assert raised.value.__context__ is None
    gc.collect()
    assert told == (["axb", "caught"] if name in TELLING else [])
    assert [text for text in unraisable if "a bad argument" not in text] == []
    assert len(unraisable) == (name == "export_that_throws")


@pytest.mark.parametrize("name", RELEASES)
def test_a_release_lets_a_javas_exception_arrive_that_is_on_its_way(
    name: str, told: list[str], unraisable: list[str]
) -> None:
    make = RELEASES[name]
    fail = bb.jclass("java.lang.Integer").parseInt
    with pytest.raises(bb.JavaValueError, match="no number"):
        (make(), fail("no number"))
    gc.collect()
    assert told == (["axb", "caught"] if name in TELLING else [])
    assert len(unraisable) == (name == "export_that_throws")


@pytest.mark.parametrize("name", RELEASES)
def test_a_release_below_java_lets_the_exception_through(name: str, told: list[str], unraisable: list[str]) -> None:
    """Python raises through a Java method; the value is dropped in between."""
    make = RELEASES[name]

    def callback() -> int:
        return (make(), 1 / 0)  # type: ignore[operator, return-value]

    with pytest.raises(ZeroDivisionError):
        bb.jclass("org.bufferbridge.fixtures.calls.CallOuts").call(callback)
    gc.collect()
    assert told == (["axb", "caught"] if name in TELLING else [])
    assert len(unraisable) == (name == "export_that_throws")


@pytest.mark.parametrize("name", RELEASES)
def test_a_release_among_arguments_that_are_refused(name: str, told: list[str], unraisable: list[str]) -> None:
    """The consumer's own error arrives: bytes.join() drops its views while its TypeError is set."""
    value = RELEASES[name]()
    with pytest.raises(TypeError, match="sequence item 1|cannot be interpreted|bytes-like"):
        b"".join([value, 1])  # type: ignore[list-item]
    del value
    gc.collect()
    assert told == (["axb", "caught"] if name in TELLING else [])


class Hostile(Exception):
    def __str__(self) -> str:
        raise SystemExit("no text")


@pytest.mark.parametrize("name", RELEASES)
def test_an_exception_that_cannot_be_told_comes_as_itself_and_lets_its_frames_release(
    name: str, told: list[str], unraisable: list[str], memories: bb.JavaClass
) -> None:
    """Its frames have the last reference to the value. Java's twin has one to the exception until it is collected."""
    make = RELEASES[name]

    def callback() -> None:
        kept = make()
        assert kept is not None
        raise Hostile

    with pytest.raises(Hostile):
        bb.jclass("org.bufferbridge.fixtures.calls.CallOuts").call(callback)
    wanted = ["axb", "caught"] if name in TELLING else []
    deadline = time.monotonic() + 20
    while (told != wanted or bb.exports() or bb.leases()) and time.monotonic() < deadline:
        gc.collect()
        memories.collectGarbage()
        time.sleep(0.02)
    assert told == wanted


def test_an_interrupt_in_a_handler_of_the_log_is_not_lost() -> None:
    code = """
        import io, logging, signal

        class Handler(logging.Handler):
            def emit(self, record):
                signal.raise_signal(signal.SIGINT)

        signal.signal(signal.SIGINT, signal.default_int_handler)  # the parent process may ignore it
        log = logging.getLogger("bufferbridge")
        log.addHandler(Handler())
        log.setLevel(logging.DEBUG)
        refused = bb.jclass("java.nio.ByteBuffer").allocateDirect(8).asReadOnlyBuffer()
        try:
            try:
                io.BytesIO(b"12345678").readinto(refused)
            except TypeError:
                pass
            for _ in range(100):
                pass  # the main thread may take it here
        except KeyboardInterrupt:
            print("interrupted")
    """
    assert output_of(code, started=True) == "interrupted"
