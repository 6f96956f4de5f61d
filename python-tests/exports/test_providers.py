"""Providers are user code: a provider that fails in any way does not affect other classes."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest

import bufferbridge as bb
from support.java_types import THROWABLES

PLACES = ["loader", "initialiser", "constructor", "type"]


@pytest.fixture
def providers(jvm: None) -> Iterator[bb.JavaClass]:
    fresh = bb.jclass("org.bufferbridge.fixtures.exporters.FreshProviders")
    yield fresh
    fresh.harmless()


def test_all_kinds_of_throwables_are_thrown(providers: bb.JavaClass) -> None:
    assert (
        list(map(str, bb.jclass("java.util.Arrays").asList(providers.throwables()).toString()[1:-1].split(", ")))
        == THROWABLES
    )


@pytest.mark.parametrize("throwable", [name for name in THROWABLES if name != "StackOverflowError"])
@pytest.mark.parametrize("place", PLACES)
def test_a_provider_that_throws_is_passed_over(providers: bb.JavaClass, place: str, throwable: str) -> None:
    thing = providers.thingWhere(place, throwable)
    assert memoryview(thing).nbytes == 5
    assert type(providers.firstBeside(thing)) is bb.JavaObject
    assert memoryview(bb.jclass("org.bufferbridge.fixtures.exporters.ForeignImage")(2, 3)).shape == (3, 2)


SHORTAGES = {"OutOfMemoryError": MemoryError, "StackOverflowError": bb.JavaError}


@pytest.mark.parametrize("shortage", SHORTAGES)
@pytest.mark.parametrize("place", ["loader", "constructor", "type"])
def test_a_shortage_is_told_and_the_providers_are_loaded_again(
    providers: bb.JavaClass, place: str, shortage: str
) -> None:
    holder = providers.holder()
    providers.lackAt(place, shortage)
    with pytest.raises(SHORTAGES[shortage]):
        holder.thing()
    providers.harmless()
    assert memoryview(holder.thing()).nbytes == 5
    assert memoryview(providers.firstBeside(holder.thing())).nbytes == 3


@pytest.mark.parametrize("shortage", SHORTAGES)
@pytest.mark.parametrize("place", PLACES)
def test_a_provider_that_never_has_enough_is_passed_over(providers: bb.JavaClass, place: str, shortage: str) -> None:
    holder = providers.holder()
    providers.lackAt(place, shortage)
    with pytest.raises(SHORTAGES[shortage]):
        holder.thing()
    thing = holder.thing()
    assert memoryview(thing).nbytes == 5
    assert type(providers.firstBeside(thing)) is bb.JavaObject


def test_a_provider_without_a_type_is_passed_over(providers: bb.JavaClass) -> None:
    thing = providers.thingThatCalls("null type", lambda: None)
    assert memoryview(thing).nbytes == 5
    assert type(providers.firstBeside(thing)) is bb.JavaObject


def test_a_provider_is_asked_for_its_type_once(providers: bb.JavaClass) -> None:
    before = providers.asked()
    thing = providers.thing()
    assert (memoryview(providers.firstBeside(thing)).nbytes, memoryview(thing).nbytes) == (3, 5)
    assert providers.asked() == before + 1


@pytest.mark.parametrize("throwable", THROWABLES)
def test_what_exporter_for_throws_is_that_exports_own(providers: bb.JavaClass, throwable: str) -> None:
    first = providers.firstBeside(providers.thingWhere("exporterFor", throwable))
    with pytest.raises(bb.JavaError):
        memoryview(first)
    providers.harmless()
    assert memoryview(first).nbytes == 3


def test_an_exporter_that_is_null_is_refused_by_name(providers: bb.JavaClass) -> None:
    thing = providers.thingThatCalls("null exporter", lambda: None)
    with pytest.raises(BufferError, match=r"First, gave no exporter: exporterFor\(\) returned null"):
        memoryview(providers.firstBeside(thing))


@pytest.mark.parametrize("place", [*PLACES, "exporterFor"])
def test_a_provider_may_wait_for_python_on_a_third_thread(providers: bb.JavaClass, place: str) -> None:
    called: list[int] = []
    thing = providers.thingThatCalls(place, lambda: called.append(threading.get_ident()))
    assert memoryview(thing).nbytes == 5
    assert memoryview(providers.firstBeside(thing)).nbytes == 3
    assert called and threading.get_ident() not in called


def test_what_a_provider_asks_while_it_is_made_is_not_remembered(providers: bb.JavaClass) -> None:
    """The provider asks about a class that a later provider exports."""
    kinds: list[type] = []
    holder = providers.holder()
    providers.callAt("constructor", lambda: kinds.append(type(holder.thing())))
    assert memoryview(holder.thing()).nbytes == 5
    assert kinds == [bb.JavaObject]
    assert memoryview(holder.thing()).nbytes == 5


def test_a_provider_that_waits_for_itself_is_not_waited_for_without_end(providers: bb.JavaClass) -> None:
    """The third thread asks about the exports of the provider that waits for this thread."""
    refused: list[str] = []

    def ask(holder: bb.JavaObject) -> None:
        try:
            holder.thing()
        except bb.JavaError as error:
            refused.append(str(error))

    holder = providers.holder()
    assert memoryview(providers.whoseFirstCalls("constructor", ask, holder).thing()).nbytes == 5
    assert "are being loaded by another thread, which has not finished within 10 s" in refused[0]


def test_eight_threads_meet_a_provider_at_once(providers: bb.JavaClass) -> None:
    for _ in range(20):
        before = providers.asked()
        barrier = threading.Barrier(8)
        sizes: list[int] = []
        holder = providers.holder()

        def meet(
            barrier: threading.Barrier = barrier, sizes: list[int] = sizes, holder: bb.JavaObject = holder
        ) -> None:
            barrier.wait()
            sizes.append(memoryview(holder.thing()).nbytes)

        threads = [threading.Thread(target=meet) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sizes == [5] * 8
        assert providers.asked() == before + 1


def test_a_provider_that_asks_for_itself_without_end_is_an_error(providers: bb.JavaClass) -> None:
    """exporterFor exports the same object again, which calls exporterFor: a recursion through both languages."""
    things: list[Any] = []

    def ask() -> None:
        memoryview(things[0])

    things.append(providers.firstBeside(providers.thingThatAsks("exporterFor", ask)))
    with pytest.raises((RecursionError, bb.JavaError)):
        memoryview(things[0])
    providers.harmless()
    assert memoryview(things[0]).nbytes == 3
