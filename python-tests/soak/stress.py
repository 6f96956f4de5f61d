"""Eight Python threads and eight Java threads share, export, lease, resize, close and drop memory: `make stress`.

    python -m soak.stress SECONDS [SEED]

The seed, the thread and n alone decide the n-th step of a thread. So a seed can be run again. The outcome of a step
(granted, refused) depends on the other threads. All memory always has numbers that count up from a multiple of STEP.
Another number means that the memory is freed, stale or the wrong one. At the end nothing may be out.
org.bufferbridge.fixtures.processes.Stress is the Java half.
"""

from __future__ import annotations

import gc
import os
import random as seeds
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable

import numpy as np

import bufferbridge as bb
from support.places import ROOT

THREADS = 8
SHARED = 8  # JavaBuffers that all threads use
MAX_VIEWS = 12  # the most that one thread keeps
STEP = 1_000_003
MASK = 2**64 - 1


def random_number(seed: int, thread: int, step: int) -> int:
    """splitmix64, as in the Java half."""
    z = (seed * 31 + thread + (step + 1) * 0x9E3779B97F4A7C15) & MASK
    z = ((z ^ z >> 30) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ z >> 27) * 0x94D049BB133111EB) & MASK
    return (z ^ z >> 31) >> 1


def counting(first: int, items: int) -> np.ndarray:
    return np.arange(first, first + items, dtype=np.int64)


class Wrong(Exception):
    """A value that no thread wrote."""


def check(view: object, what: str) -> None:
    numbers = np.frombuffer(view, dtype=np.int64)
    first = int(numbers[0])
    if first % STEP or not np.array_equal(numbers, counting(first, len(numbers))):
        raise Wrong(f"{what}: {numbers[:4]} ... of {len(numbers)} items")


class Player:
    """One Python thread."""

    def __init__(self, number: int, seed: int, shared: list[bb.JavaBuffer]) -> None:
        self.number = number
        self.seed = seed
        self.shared = shared
        self.stress = bb.jclass("org.bufferbridge.fixtures.processes.Stress")
        self.views: list[memoryview] = []
        self.counts = Counter()
        self.steps = 0
        self.failure: BaseException | None = None
        self.moves: list[Callable[[int], None]] = [
            self.acquire,
            self.acquire,
            self.acquire_shared,
            self.acquire_shared,
            self.acquire_shared,
            self.reread,
            self.drop,
            self.drop,
            self.slice_and_cast,
            self.from_numpy,
            self.pass_view,
            self.pass_own,
            self.keep_own,
            self.keep_own,
            self.forget,
            self.replace,
            self.resize,
            self.release,
            self.release,
            self.describe,
            self.make_empty,
            self.copy_and_borrow,
            self.share_anew,
            self.listing,
            self.write_back,
        ]

    def play(self, is_over: threading.Event) -> None:
        try:
            while not is_over.is_set():
                number = random_number(self.seed, self.number, self.steps)
                self.steps += 1
                try:
                    self.moves[number % len(self.moves)](number >> 8)
                except (BufferError, bb.JavaError) as refusal:
                    self.counts["refusals"] += 1
                    if isinstance(refusal, bb.JavaError) and not isinstance(refusal, (BufferError, ValueError)):
                        if "closed" not in str(refusal).lower():
                            raise
                    del refusal
                if self.steps % 997 == self.number:
                    gc.collect()
        except BaseException as failure:
            self.failure = failure
        finally:
            self.views.clear()

    # ---- exports

    def acquire(self, number: int) -> None:
        memory = self.stress.cell(number & 31)
        view = memoryview(memory)
        self.counts["exports"] += 1
        check(view, "a cell")
        if number & 64 and len(self.views) < MAX_VIEWS:
            self.views.append(view)
        else:
            view.release()

    def acquire_shared(self, number: int) -> None:
        with memoryview(self.shared[number % SHARED]) as view:
            self.counts["exports"] += 1
            check(view, "a JavaBuffer that all threads use")
            if number & 0x700 == 0:
                time.sleep(0)

    def reread(self, number: int) -> None:
        for view in self.views:
            check(view, "a view that was kept")

    def drop(self, number: int) -> None:
        if self.views:
            del self.views[number % len(self.views)]

    def slice_and_cast(self, number: int) -> None:
        if not self.views:
            return
        view = self.views[number % len(self.views)]
        flat = view if view.ndim == 1 else view.cast("B").cast("q")
        flat = flat if flat.format == "q" else flat.cast("B").cast("q")
        with flat[number % flat.shape[0] :] as part:
            self.counts["slices"] += 1
            numbers = np.asarray(part)
            if not np.array_equal(numbers, counting(int(numbers[0]), len(numbers))):
                raise Wrong(f"a slice: {numbers[:4]}")

    def from_numpy(self, number: int) -> None:
        array = np.asarray(self.shared[number % SHARED])
        if array.dtype == object:  # numpy makes this of a refusal
            self.counts["refusals"] += 1
            return
        self.counts["exports"] += 1
        check(array, "an array of numpy's")

    def release(self, number: int) -> None:
        self.shared[number % SHARED].release()
        self.counts["releases"] += 1

    def describe(self, number: int) -> None:
        memory = self.shared[number % SHARED]
        if memory.nbytes <= 0 or memory.itemsize not in (1, 8) or memory.export_count < 0:
            raise Wrong(f"attributes of {memory!r}")
        with memoryview(memory) as view:  # one view for all: the memory may be resized in between
            if view.nbytes != view.itemsize * int(np.prod(view.shape)):
                raise Wrong(f"geometry of {memory!r}")
        memory.supports(number & 0x1F8)

    def write_back(self, number: int) -> None:
        """Writes the numbers that are there already."""
        with memoryview(self.shared[number % SHARED]) as view:
            self.counts["exports"] += 1
            if not view.readonly:
                numbers = np.frombuffer(view, dtype=np.int64)
                numbers[:] = counting(int(numbers[0]), len(numbers))
                del numbers

    # ---- Java uses its own memory

    def replace(self, number: int) -> None:
        self.stress.replace(number & 31, number >> 8)

    def resize(self, number: int) -> None:
        self.counts["resizes"] += self.stress.resize(number & 31, number >> 8)

    def share_anew(self, number: int) -> None:
        self.shared[number % SHARED] = self.stress.cell(number >> 8 & 31)

    def make_empty(self, number: int) -> None:
        made = bb.empty(1 + (number & 0xFF), "q")
        np.asarray(made)[:] = counting(STEP * (number >> 16 & 0xFFFF), made.shape[0])
        if number & 0x100:
            self.stress.read(made)
        self.shared[number >> 32 & (SHARED - 1)] = made
        self.counts["made"] += 1

    def copy_and_borrow(self, number: int) -> None:
        array = bb.array(counting(STEP * (number & 0xFFFF), 1 + (number >> 16 & 0xFF)))
        with bb.borrow(array) as view:
            check(view, "a borrowed array")
        check(memoryview(bb.copy(array)), "a copy")
        self.counts["exports"] += 2

    # ---- leases

    def own(self, number: int) -> object:
        numbers = counting(STEP * (number & 0xFFFF), 1 + (number >> 16 & 0xFF))
        return (numbers, bytearray(numbers.tobytes()), memoryview(numbers), np.asfortranarray(numbers))[
            number >> 28 & 3
        ]

    def pass_own(self, number: int) -> None:
        own = self.own(number)
        self.stress.read(own if not isinstance(own, bytearray) else memoryview(own).cast("q"))
        self.counts["leases"] += 1
        if isinstance(own, bytearray):
            own.append(0)  # works, because the lease ended with the call

    def pass_view(self, number: int) -> None:
        if self.views:
            view = self.views[number % len(self.views)]
            if view.format == "q":
                self.stress.read(view)
                self.counts["leases"] += 1

    def keep_own(self, number: int) -> None:
        own = self.own(number)
        self.stress.keep(own if not isinstance(own, bytearray) else memoryview(own).cast("q"), bool(number & 0x8000))
        self.counts["leases"] += 1

    def forget(self, number: int) -> None:
        if number & 0x3F == 0:
            self.stress.forget(np.array(counting(STEP, 4)))
            self.counts["leases"] += 1

    def listing(self, number: int) -> None:
        if number & 7:
            return
        for out in bb.exports():
            if out.nbytes <= 0 and not isinstance(out.exporter, bb.JavaBuffer):
                raise Wrong(f"the list of exports has {out}")
        for lease in bb.leases():
            if lease.nbytes < 0:
                raise Wrong(f"the list of leases has {lease}")


def wait_until_nothing_is_out(stress: bb.JavaClass) -> list[str]:
    leaks = bb.jclass("org.bufferbridge.Leaks")
    memories = bb.jclass("org.bufferbridge.fixtures.memory.Memories")
    deadline = time.monotonic() + 60
    while True:
        gc.collect()
        memories.collectGarbage()
        left = [
            f"{name}: {what}"
            for name, what in (
                ("exports", bb.exports()),
                ("leases", bb.leases()),
                ("exports as Java counts them", leaks.liveExports()),
                ("leases as Java counts them", leaks.liveLeases()),
            )
            if what
        ]
        if not left or time.monotonic() > deadline:
            break
        time.sleep(0.05)
    behind = stress.leftBehind()
    return left + behind.splitlines()


def main(seconds: float, seed: int) -> int:
    options = os.environ.get("BUFFERBRIDGE_TEST_JVM_OPTIONS", "-ea").split()
    bb.start(classpath=[ROOT / "target" / "test-classes"], options=["-Xmx512m", *options])
    sys.setswitchinterval(0.0005)
    stress = bb.jclass("org.bufferbridge.fixtures.processes.Stress")
    stress.start(THREADS, seed)
    shared = [stress.cell(i) for i in range(SHARED)]
    players = [Player(number, seed, shared) for number in range(THREADS)]
    is_over = threading.Event()
    threads = [threading.Thread(target=player.play, args=(is_over,)) for player in players]
    started = time.monotonic()
    for thread in threads:
        thread.start()
    while time.monotonic() - started < seconds and all(thread.is_alive() for thread in threads):
        time.sleep(0.1)
    is_over.set()
    for thread in threads:
        thread.join(120)
        if thread.is_alive():
            print(f"stress: a Python thread hangs; seed {seed}", flush=True)
            os._exit(3)
    elapsed = time.monotonic() - started
    problems = [
        f"thread {player.number}, step {player.steps}: {player.failure!r}" for player in players if player.failure
    ]
    problems += stress.stop().splitlines()
    counts = sum((player.counts for player in players), Counter())
    steps = sum(player.steps for player in players)
    shared.clear()
    del players
    problems += wait_until_nothing_is_out(stress)
    for problem in problems[:20]:
        print("WRONG", problem)
    print(
        f"stress: seed {seed}, {elapsed:.0f} s, {steps + stress.operations()} operations ({steps} by Python threads,"
        f" {stress.operations()} by Java threads), {counts['exports']} exports, {stress.leases()} leases,"
        f" {counts['refusals'] + stress.refusals()} refusals, {stress.closed()} closed, {counts['resizes']} resized,"
        f" {len(problems)} wrong"
    )
    return 1 if problems else 0


if __name__ == "__main__":
    status = main(float(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else seeds.randrange(2**31))
    sys.exit(status)
