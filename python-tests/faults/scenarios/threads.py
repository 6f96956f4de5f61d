"""Java threads in Python, while calls fail."""

from __future__ import annotations

import threading
from collections.abc import Callable

import bufferbridge as bb
from faults.scenarios.scenario import FIXTURES, Scenario


def threads() -> list[Scenario]:
    callee = bb.jclass(FIXTURES + "calls.Callee")
    memories = bb.jclass(FIXTURES + "memory.Memories")
    leasing = bb.jclass(FIXTURES + "leases.Leasing")
    lease_threads = bb.jclass(FIXTURES + "leases.LeaseThreads")
    numbers = memories.array("int", 4)

    def on_a_thread(work: Callable[[], None]) -> None:
        """Runs the work on a thread, and raises what it raised."""
        raised: list[BaseException] = []

        def run() -> None:
            try:
                work()
            except BaseException as error:
                raised.append(error.with_traceback(None))

        thread = threading.Thread(target=run)
        thread.start()
        thread.join()
        try:
            if raised:
                raise raised[0]
        finally:
            raised.clear()

    def attached(_: int) -> None:
        def work() -> None:
            assert callee.sameInt(5) == 5
            with memoryview(numbers) as view:
                assert view[2] == 2

        on_a_thread(work)
        numbers.release()

    def dropped(_: int) -> None:
        """Drops the last reference on a thread that the JVM does not know."""
        made = [callee("x"), bb.empty(8), memories.array("byte", 4)]
        view = memoryview(made[2])
        view.release()
        on_a_thread(made.clear)
        assert callee.sameInt(5) == 5

    def java_thread(_: int) -> None:
        source = bytearray(3)
        leasing.retain(source)
        try:
            leasing.closeKeptElsewhere()
        finally:
            leasing.closeKept()

    def virtual_thread(_: int) -> None:
        source = bytearray(3)
        lease_threads.retainOn(source, True)
        try:
            lease_threads.closeOn(True)
        finally:
            lease_threads.close()

    return [
        Scenario("a virtual thread that calls Python", virtual_thread),
        Scenario("a thread that is new to the JVM", attached),
        Scenario("the end of objects on such a thread", dropped),
        Scenario("a thread that is new to Python", java_thread, clean=leasing.closeKept),
    ]
