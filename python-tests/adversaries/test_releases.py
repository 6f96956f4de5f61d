"""All releases run; a failed one replaces no result and hides no exception. Each kind fails alone and among others."""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable, Iterator

import pytest

import bufferbridge as bb
from support.memory import is_locked


@pytest.fixture(scope="module")
def releasing(jvm: None) -> bb.JavaClass:
    return bb.jclass("org.bufferbridge.fixtures.leases.Releasing")


@pytest.fixture
def log() -> Iterator[Callable[[], list[str]]]:
    """The messages to Java's logger; they do not reach the console."""
    log = bb.jclass("org.bufferbridge.fixtures.processes.Log")
    log.listen()

    def warnings() -> list[str]:
        messages = log.messages()
        return [m for m in (messages.get(i) for i in range(messages.size())) if m.startswith("WARNING")]

    yield warnings
    log.stop()


@pytest.fixture
def unraisable(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    told: list[str] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda args: told.append(str(args.exc_value)))
    return told


class Raising:
    """Raises when its buffer comes back (CPython 3.12 and later)."""

    def __init__(self) -> None:
        self.data = bytearray(8)
        self.released = 0

    def __buffer__(self, flags: int) -> memoryview:
        return memoryview(self.data)

    def __release_buffer__(self, view: memoryview) -> None:
        self.released += 1
        view.release()
        raise LookupError("__release_buffer__'s own")


needs_buffer_methods = pytest.mark.skipif(
    sys.version_info < (3, 12), reason="__buffer__ in Python classes is from CPython 3.12 on"
)
KINDS = [
    "cleanup-throws",
    "shared-cleanup-throws",
    "held-by-python",
    "retained-and-held-by-python",
    "used-by-a-channel",
    pytest.param("release-raises", marks=needs_buffer_methods),
]
PLACES = {"alone": "k", "first": "knn", "between": "nkn", "last": "nnk", "all": "kkk"}
ENDS_LATER = ("held-by-python", "retained-and-held-by-python", "used-by-a-channel")


@pytest.mark.parametrize("is_throwing", [False, True], ids=["result", "exception"])
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_lease_of_a_call_ends_and_the_outcome_stays(
    releasing: bb.JavaClass,
    log: Callable[[], list[str]],
    unraisable: list[str],
    kind: str,
    place: str,
    is_throwing: bool,
) -> None:
    if kind == "used-by-a-channel" and place == "all":
        place = "first"  # one channel reads at a time
    kinds = [kind if which == "k" else "nothing" for which in PLACES[place]]
    sources = [Raising() if k == "release-raises" else bytearray(8) for k in kinds]
    data = [source.data if isinstance(source, Raising) else source for source in sources]
    held: list[memoryview] = []

    def call() -> str:
        return releasing.call(kinds, lambda view: held.append(memoryview(view)), is_throwing, *sources)

    if is_throwing:
        with pytest.raises(bb.JavaError, match="the method's own"):
            call()
    else:
        assert call() == "the result"
    later = [k in ENDS_LATER for k in kinds]
    assert [is_locked(source) for source in data] == later
    assert len(bb.leases()) == sum(later)

    held.clear()
    gc.collect()
    releasing.endAll()
    deadline = time.monotonic() + 20
    while any(map(is_locked, data)) or bb.leases():
        assert time.monotonic() < deadline, f"leases stay: {bb.leases()}"
        time.sleep(0.002)
    told = kinds.count("cleanup-throws") + kinds.count("shared-cleanup-throws")
    assert len([m for m in log() if "a release failed" in m]) == told
    assert unraisable == ["__release_buffer__'s own"] * kinds.count("release-raises")
    assert [s.released for s in sources if isinstance(s, Raising)] == [1] * kinds.count("release-raises")


def test_closing_an_owned_lease_succeeds_whatever_a_cleanup_action_throws(
    releasing: bb.JavaClass, log: Callable[[], list[str]]
) -> None:
    source = bytearray(8)
    assert not releasing.closeOwned(source)
    assert not is_locked(source)
    assert len([m for m in log() if "a release failed" in m]) == 1


def test_a_callback_closes_the_lease_of_its_own_call(releasing: bb.JavaClass) -> None:
    source = bytearray(8)
    references = sys.getrefcount(source)
    locked: list[bool] = []

    def close() -> None:
        releasing.closeCurrent()
        locked.append(is_locked(source))

    assert releasing.closedByCallback(source, close) == "closed"
    assert locked == [False]
    assert bb.leases() == []
    assert sys.getrefcount(source) == references


# ------------------------------------------------------------------------------------------------ exports

FAILURES = ["none", "cleanup-throws", "used-by-a-channel", "guard-throws", "release-throws"]


@pytest.mark.parametrize("failure", FAILURES)
def test_an_export_goes_back_and_lets_go_of_all_its_memory(
    releasing: bb.JavaClass, log: Callable[[], list[str]], unraisable: list[str], failure: str
) -> None:
    rows = releasing.rows(failure)
    view = memoryview(rows)
    assert view.shape == (3, 8)
    rows.closeWhenReleased()
    view.release()
    assert rows.released() == 1
    assert rows.export_count == 0
    require_let_go(releasing, rows, failure)
    told = {"guard-throws": "not out", "release-throws": "releaseBuffer's own"}.get(failure)
    assert len(unraisable) == (told is not None)
    assert told is None or told in unraisable[0]
    assert len([m for m in log() if "a release failed" in m]) == (failure == "cleanup-throws")


@pytest.mark.parametrize("way", ["release", "death"])
@pytest.mark.parametrize("failure", ["none", "cleanup-throws", "used-by-a-channel"])
def test_a_holding_lets_go_of_all_its_memory(
    releasing: bb.JavaClass, log: Callable[[], list[str]], unraisable: list[str], failure: str, way: str
) -> None:
    rows = releasing.rows(failure)
    memory = rows.known()
    memoryview(memory).release()
    rows.closeWhenReleased()
    assert rows.isGoodOpen()
    if way == "release":
        memory.release()
    del memory
    gc.collect()
    require_let_go(releasing, rows, failure)
    assert unraisable == []
    assert len([m for m in log() if "a release failed" in m]) == (failure == "cleanup-throws")


def require_let_go(releasing: bb.JavaClass, rows: bb.JavaObject, failure: str) -> None:
    assert not rows.isGoodOpen()
    rows.closeThird()
    assert rows.isSpoiledOpen() == (failure == "used-by-a-channel")
    releasing.endAll()
    deadline = time.monotonic() + 20
    while rows.isSpoiledOpen():
        assert time.monotonic() < deadline, "the arena stays open"
        time.sleep(0.002)


@pytest.mark.parametrize("failure", ["guard-throws", "release-throws"])
def test_an_exception_on_its_way_survives_a_release_that_throws(
    releasing: bb.JavaClass, unraisable: list[str], failure: str
) -> None:
    rows = releasing.rows(failure)
    with pytest.raises(KeyError, match="on its way"), memoryview(rows):
        raise KeyError("on its way")
    assert len(unraisable) == 1
    assert rows.released() == 1
