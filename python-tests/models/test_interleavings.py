"""The library's atomic words, as models of which every interleaving is taken.

Each model says in its docstring which functions it is a model of, one line of theirs a step. Each has its negative
twins: the same model with one line wrong, which has to be found out.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import pytest

from models.interleavings import DONE, Found, Step, explore

# ------------------------------------------------------------------- the word `exports` of a JavaBuffer

NOT_HELD, CHANGING = -1, -2


class Memory(NamedTuple):
    word: int = NOT_HELD
    held: int = 0  # by how many holdings the arena is kept open
    put_off: int = 0  # how many of them are only still to be closed
    closed: bool = False  # the arena
    gil: int | None = None  # who has it


class Own(NamedTuple):
    at: str
    seen: int = 0


def holding(number: int, is_free_threaded: bool, defect: str = "", attached: bool = True) -> tuple[Step, Step]:
    """holding.c: bb_holding_acquire and bb_holding_release around a use; bb_holding_let_go, on a thread that is attached to
    the JVM, where bb_defer does Java's part at once, or on one that is not, where it puts it off.

    With a GIL a thread gives it up in wait_for_change(), while attaching, and where Java's side of letting go runs
    somebody's code, and nowhere else: so what lies between is one step for the other threads of Python's. Without,
    every load and every exchange is a step.
    """

    def taking_turns(steps: Step) -> Step:
        """With a GIL a step needs it, and keeps it unless it ends at one of the places where it is given up."""
        if is_free_threaded:
            return steps

        def step(shared: Memory, own: Own) -> Iterator[tuple[Memory, Own]]:
            if shared.gil not in (None, number):
                return
            for after, new in steps(shared._replace(gil=number), own):
                gives_up = new == DONE or new.at in ("start", "attached", "waiting", "use", "discarding", "let go", "let go later")
                yield after._replace(gil=None if gives_up else number), new

        return step

    def counted(shared: Memory, own: Own, difference: int, then: str, otherwise: str) -> Iterator[tuple[Memory, Own]]:
        """count(): a load, and an exchange or a store."""
        if own.at.endswith("+"):
            plain = not is_free_threaded or defect == "a store instead of an exchange"
            if plain or shared.word == own.seen:
                yield shared._replace(word=own.seen + difference), Own(then)
            else:
                yield shared, Own(own.at.rstrip("+"))
        elif shared.word >= 0 or defect == "an export of what is not held":
            yield shared, Own(own.at + "+", shared.word)
        else:
            yield shared, Own(otherwise)

    def use(shared: Memory, own: Own) -> Iterator[tuple[Memory, Own]]:
        match own.at.rstrip("+"):
            case "start":
                yield from counted(shared, own, 1, "use", "attached")
            case "attached" | "again":
                yield from counted(shared, own, 1, "use", "take hold")
            case "take hold":
                if shared.word == NOT_HELD:
                    yield shared._replace(word=CHANGING), Own("open")
                elif shared.word == CHANGING:
                    yield shared, Own("waiting")
                else:
                    yield shared, Own("again")
            case "waiting":
                yield shared, Own("again")
            case "open":
                if shared.closed:
                    yield shared._replace(word=NOT_HELD), DONE  # refused
                else:
                    yield shared._replace(held=shared.held + 1), Own("opened")
            case "opened":
                yield shared._replace(word=1), Own("use")
            case "use":
                yield shared, Own("release")
            case "release":
                yield from counted(shared, own, -1, "end", "end")
            case "end":
                yield shared, DONE

    def let_go(shared: Memory, own: Own) -> Iterator[tuple[Memory, Own]]:
        match own.at:
            case "start" | "let go":
                if shared.word == CHANGING:
                    yield shared, Own("let go")
                elif shared.word == 0 or (shared.word > 0 and defect == "letting go under an export"):
                    early = defect == "settled too early"
                    yield shared._replace(word=NOT_HELD if early else CHANGING), Own("discarding")
                else:
                    yield shared, DONE  # nothing is held, or it is refused
            case "discarding" if attached:
                yield shared._replace(held=shared.held - 1), Own("discarded")
            case "discarding":
                yield shared._replace(put_off=shared.put_off + 1), Own("put off")
            case "discarded":
                yield shared._replace(word=NOT_HELD), DONE
            case "put off":
                yield shared._replace(word=NOT_HELD), Own("let go later")
            case "let go later":  # by the next thread that enters the JVM
                yield shared._replace(held=shared.held - 1, put_off=shared.put_off - 1), DONE

    return taking_turns(use), taking_turns(let_go)


def closer(shared: Memory, own: Own) -> Iterator[tuple[Memory, Own]]:
    """A thread of Java's closes the arena: refused while it is held. Needs no GIL."""
    yield shared._replace(closed=shared.closed or shared.held == 0), DONE


def memory_is_right(shared: Memory, owns: tuple) -> str | None:
    users = sum(1 for own in owns if own != DONE and isinstance(own, Own) and own.at in ("use", "release", "release+"))
    if users and (shared.closed or shared.held == shared.put_off):
        return f"memory is used that is {'closed' if shared.closed else 'not held'}"
    if shared.held - shared.put_off > 1:
        return "memory is held twice"
    if users > max(shared.word, 0):
        return f"{users} exports are out and the word says {shared.word}"
    return None


def nothing_counts(shared: Memory) -> str | None:
    if shared.word not in (NOT_HELD, 0) or (shared.word == 0) != (shared.held == 1):
        return f"at the end the word is {shared.word}, and {shared.held} holdings are open"
    return None


def holding_threads(is_free_threaded: bool, defect: str = "") -> list[tuple[Step, Own]]:
    threads: list[tuple[Step, Own]] = []
    for number in range(3):
        use, _ = holding(number, is_free_threaded, defect)
        threads.append((use, Own("start")))
    for number in range(3, 5):
        _, let_go = holding(number, is_free_threaded, defect, attached=number == 3)
        threads.append((let_go, Own("start")))
    return [*threads, (closer, Own("start"))]


locking = pytest.mark.parametrize("is_free_threaded", [False, True], ids=["gil", "free-threaded"])


@locking
def test_memory_in_use_is_held_and_open_in_every_order(is_free_threaded: bool) -> None:
    found = explore(Memory(), holding_threads(is_free_threaded), memory_is_right, nothing_counts)
    assert found.broken is None, found.broken
    assert found.states > 1000 and found.ends > 0


@locking
@pytest.mark.parametrize("defect", ["letting go under an export", "settled too early", "an export of what is not held"])
def test_a_wrong_line_of_holding_is_found_out(is_free_threaded: bool, defect: str) -> None:
    found = explore(Memory(), holding_threads(is_free_threaded, defect), memory_is_right, nothing_counts)
    assert found.broken is not None


def test_a_store_needs_the_gil() -> None:
    found = explore(
        Memory(), holding_threads(True, "a store instead of an exchange"), memory_is_right, nothing_counts
    )
    assert found.broken is not None


# ------------------------------------------------- pins that are let go of, because room is needed


class Pin(NamedTuple):
    word: int = 0  # of a pinned array: no export is out
    pinned: int = 1
    listed: bool = True
    lock: int | None = None  # who has that of the list
    gil: int | None = None
    dead: bool = False  # the JavaBuffer was deallocated


def pin_thread(number: int, kind: str, is_free_threaded: bool, defect: str = "") -> Step:
    """holding.c: bb_holdings_make_room() by a thread that needs room; bb_holding_let_go() and the end of the JavaBuffer by
    the thread that deallocates it, to which nobody refers any more; an export and its release, by one that has it."""

    def turns(steps: Step) -> Step:
        if is_free_threaded:
            return steps

        def step(shared: Pin, own: Own) -> Iterator[tuple[Pin, Own]]:
            if shared.gil not in (None, number):
                return
            for after, new in steps(shared._replace(gil=number), own):
                gives_up = new == DONE or new.at in ("start", "waiting", "use", "unpin")
                yield after._replace(gil=None if gives_up else number), new

        return step

    def touched(shared: Pin, own: Own, after: Pin, new: Own) -> tuple[Pin, Own]:
        return (after, new) if not shared.dead else (shared, Own("touched what is dead"))

    def make_room(shared: Pin, own: Own) -> Iterator[tuple[Pin, Own]]:
        match own.at:
            case "start":
                if defect == "without the list's lock":
                    yield shared, Own("exchange") if shared.listed else DONE
                elif shared.lock is None:
                    yield shared._replace(lock=number), Own("look")
            case "look":
                yield (shared, Own("exchange")) if shared.listed else (shared._replace(lock=None), DONE)
            case "exchange":
                free = shared._replace(lock=None)
                if shared.dead:
                    yield shared, Own("touched what is dead")
                elif shared.word == 0 or (shared.word > 0 and defect == "under an export"):
                    yield free._replace(word=CHANGING, listed=False), Own("unpin")
                else:
                    yield free, DONE
            case "unpin":
                yield touched(shared, own, shared._replace(pinned=shared.pinned - 1), Own("settle"))
            case "settle":
                yield touched(shared, own, shared._replace(word=NOT_HELD), DONE)

    def deallocate(shared: Pin, own: Own) -> Iterator[tuple[Pin, Own]]:
        match own.at:
            case "start" | "waiting":
                if shared.word == 0:
                    yield shared._replace(word=CHANGING), Own("unlist")
                elif shared.word == NOT_HELD:
                    yield shared._replace(dead=True), DONE
                elif defect == "does not wait":
                    yield shared._replace(dead=True), DONE
                else:
                    yield shared, Own("again")
            case "again":
                yield shared, Own("waiting")
            case "unlist":
                if shared.lock is None:
                    yield shared._replace(listed=False), Own("discard")
            case "discard":
                yield shared._replace(pinned=shared.pinned - 1), Own("settle")
            case "settle":
                yield shared._replace(word=NOT_HELD, dead=True), DONE

    def export(shared: Pin, own: Own) -> Iterator[tuple[Pin, Own]]:
        match own.at:
            case "start" | "again":
                if shared.word >= 0:
                    yield shared, Own("start+", shared.word)
                elif shared.word == NOT_HELD:
                    yield shared, DONE  # takes hold anew: the model above
                else:
                    yield shared, Own("waiting")
            case "waiting":
                yield shared, Own("again")
            case "start+":
                if not is_free_threaded or shared.word == own.seen:
                    yield shared._replace(word=own.seen + 1), Own("use")
                else:
                    yield shared, Own("again")
            case "use":
                yield shared, Own("release", 0)
            case "release":
                yield shared, Own("release+", shared.word)
            case "release+":
                if not is_free_threaded or shared.word == own.seen:
                    yield shared._replace(word=own.seen - 1), DONE
                else:
                    yield shared, Own("release")

    return turns({"make room": make_room, "deallocate": deallocate, "export": export}[kind])


def pin_is_right(shared: Pin, owns: tuple) -> str | None:
    states = [own.at for own in owns if isinstance(own, Own)]
    if "touched what is dead" in states:
        return "a JavaBuffer was touched that is dead"
    if any(at in ("use", "release", "release+") for at in states) and shared.pinned < 1:
        return "an array is used that is not pinned"
    return "an array was unpinned twice" if shared.pinned < 0 else None


def pin_is_gone(shared: Pin) -> str | None:
    if shared.dead and (shared.pinned or shared.listed):
        return "the array of a JavaBuffer that is dead is pinned or listed still"
    return None if (shared.word == 0) == (shared.pinned == 1) else f"the word is {shared.word}, {shared.pinned} pins are left"


def explore_pins(kinds: list[str], is_free_threaded: bool, defect: str = "") -> Found:
    threads = [(pin_thread(number, kind, is_free_threaded, defect), Own("start")) for number, kind in enumerate(kinds)]
    return explore(Pin(), threads, pin_is_right, pin_is_gone)


PIN_THREADS = [["make room", "make room", "deallocate"], ["make room", "make room", "export", "export"]]


@locking
@pytest.mark.parametrize("kinds", PIN_THREADS, ids=["beside a deallocation", "beside exports"])
def test_a_pin_that_makes_room_is_let_go_of_once(kinds: list[str], is_free_threaded: bool) -> None:
    found = explore_pins(kinds, is_free_threaded)
    assert found.broken is None, found.broken
    assert found.states > 30 and found.ends > 0


@pytest.mark.parametrize(
    ("kinds", "defect"),
    [(PIN_THREADS[0], "without the list's lock"), (PIN_THREADS[0], "does not wait"), (PIN_THREADS[1], "under an export")],
)
def test_a_wrong_line_of_making_room_is_found_out(kinds: list[str], defect: str) -> None:
    assert explore_pins(kinds, True, defect).broken is not None


# ------------------------------------------------------------------------------- the gate's word


class Gate(NamedTuple):
    inside: int = 0
    closed: bool = False
    ended: bool = False


def entering(looks_first: bool, nested_counts_down: bool = False) -> Step:
    """gate.c: enter() and leave(), around a use of the interpreter, with or without a nested one, which only looks."""

    def step(shared: Gate, own: str) -> Iterator[tuple[Gate, str]]:
        match own:
            case "start":
                if looks_first:
                    yield shared, DONE if shared.closed else "add"
                else:
                    yield shared._replace(inside=shared.inside + 1), "back" if shared.closed else "in Python"
            case "add":
                yield shared._replace(inside=shared.inside + 1), "in Python"
            case "in Python":
                yield shared, "leave"
                yield shared, "leave" if shared.closed else "nested in Python"
            case "nested in Python":
                yield shared._replace(inside=shared.inside - nested_counts_down), "in Python after a nested call"
            case "in Python after a nested call":
                yield shared, "leave"
            case "leave" | "back":
                yield shared._replace(inside=shared.inside - 1), DONE

    return step


def ending(shared: Gate, own: str) -> Iterator[tuple[Gate, str]]:
    """bb_gate_close(BB_FOR_EVER), and then the interpreter's end."""
    match own:
        case "start":
            yield shared._replace(closed=True), "wait"
        case "wait":
            if shared.inside == 0:
                yield shared._replace(ended=True), DONE


def nobody_is_in_an_ended_interpreter(shared: Gate, owns: tuple) -> str | None:
    inside = any("in Python" in own for own in owns if isinstance(own, str))
    return "a thread is in an interpreter that has ended" if shared.ended and inside else None


def gate_threads(looks_first: bool, nested_counts_down: bool = False) -> list[tuple[Step, str]]:
    return [*[(entering(looks_first, nested_counts_down), "start")] * 4, (ending, "start")]


def test_nobody_is_inside_when_the_gate_has_closed() -> None:
    found = explore(Gate(), gate_threads(looks_first=False), nobody_is_in_an_ended_interpreter,
                    lambda shared: None if shared.inside == 0 else "the count is not 0")  # fmt: skip
    assert found.broken is None, found.broken
    assert found.states > 100


def test_an_entry_that_looks_before_it_adds_is_found_out() -> None:
    found = explore(Gate(), gate_threads(looks_first=True), nobody_is_in_an_ended_interpreter, lambda shared: None)
    assert found.broken is not None


def test_a_nested_call_that_counts_is_found_out() -> None:
    found = explore(Gate(), gate_threads(False, nested_counts_down=True), nobody_is_in_an_ended_interpreter, lambda shared: None)
    assert found.broken is not None


# ---------------------------------------------------------------------------- waiting for the GIL


class Turns(NamedTuple):
    inside: int = 0
    gil: int = 0  # a thread's number, or 0
    turnstile: int = 0


def waiting_in_turn(me: int, nested_waits: bool = False, keeps_turn: bool = False) -> Step:
    """
    gate.c: bb_python_enter() and bb_python_leave(); in between Java may call Python again, with the GIL (mayBlock() is
    false, Python.run) or without. Nested or not, who has the GIL already takes nothing.
    """

    def waiting(shared: Turns, others: int, nested: str) -> tuple[Turns, str]:
        return shared, ("turn" if others else "GIL") + nested

    def step(shared: Turns, own: str) -> Iterator[tuple[Turns, str]]:
        place, _, nested = own.partition(",")
        nested = "," + nested if nested else ""
        match place:
            case "start":
                yield waiting(shared._replace(inside=shared.inside + 1), shared.inside, nested)
            case "turn":
                if shared.turnstile == 0:
                    yield shared._replace(turnstile=me), "GIL in turn" + nested
            case "GIL" | "GIL in turn":
                if shared.gil == 0:
                    yield shared._replace(gil=me), ("open" if place == "GIL in turn" and not keeps_turn else "in Python") + nested
            case "open":
                yield shared._replace(turnstile=0), "in Python" + nested
            case "in Python" if nested:
                yield shared, "leave"
            case "in Python":
                yield shared, "leave"
                yield shared, "turn,nested" if nested_waits else "in Python,nested"
                yield waiting(shared._replace(gil=0), shared.inside - 1, ",nested")
            case "leave":
                yield shared._replace(gil=0, turnstile=0 if shared.turnstile == me else shared.turnstile), "count"
            case "count":
                yield shared._replace(inside=shared.inside - 1), DONE

    return step


def one_has_the_gil(shared: Turns, owns: tuple) -> str | None:
    in_python = [number for number, own in enumerate(owns, 1) if own.partition(",")[0] in ("open", "in Python", "leave")]
    return None if in_python in ([], [shared.gil]) else f"threads {in_python} run Python, {shared.gil} has the GIL"


def all_is_free(shared: Turns) -> str | None:
    return None if shared == Turns() else f"{shared} is left"


def explore_turns(**defects: bool) -> Found:
    threads = [(waiting_in_turn(number, **defects), "start") for number in (1, 2, 3, 4)]
    return explore(Turns(), threads, one_has_the_gil, all_is_free)


def test_all_threads_get_their_turn() -> None:
    found = explore_turns()
    assert found.broken is None, found.broken
    assert found.states > 1000


@pytest.mark.parametrize("defect", ["nested_waits", "keeps_turn"])
def test_a_turn_that_is_waited_for_or_kept_with_the_gil_is_found_out(defect: str) -> None:
    assert "no thread can go on" in (explore_turns(**{defect: True}).broken or "")


# ------------------------------------------------------------------------- work that was put off


class Deferred(NamedTuple):
    head: int = 0  # an entry, or 0
    next: tuple[int, ...] = (0, 0, 0, 0, 0)
    runs: tuple[int, ...] = (0, 0, 0, 0, 0)


class Worker(NamedTuple):
    at: str
    entry: int = 0
    seen: int = 0


def replaced(values: tuple[int, ...], place: int, value: int) -> tuple[int, ...]:
    return (*values[:place], value, *values[place + 1 :])


def pushing(shared: Deferred, own: Worker) -> Iterator[tuple[Deferred, Worker]]:
    """deferred.c: push(), a load and exchanges until one succeeds."""
    match own.at:
        case "start":
            yield shared._replace(next=replaced(shared.next, own.entry, shared.head)), own._replace(at="exchange", seen=shared.head)
        case "exchange":
            if shared.head == own.seen:
                yield shared._replace(head=own.entry), DONE
            else:
                yield shared._replace(next=replaced(shared.next, own.entry, shared.head)), own._replace(seen=shared.head)


def running(takes_one: bool) -> Step:
    """deferred.c: bb_deferrals_run_all(): takes all entries at once, then runs each."""

    def step(shared: Deferred, own: Worker) -> Iterator[tuple[Deferred, Worker]]:
        match own.at:
            case "start":
                if shared.head == 0:
                    yield shared, DONE
                elif takes_one:
                    yield shared, own._replace(at="unlink", entry=shared.head, seen=shared.next[shared.head])
                else:
                    yield shared._replace(head=0), own._replace(at="run", entry=shared.head)
            case "unlink":  # what this library does not do: the head may be back, with another successor
                if shared.head == own.entry:
                    yield shared._replace(head=own.seen), own._replace(at="run one")
                else:
                    yield shared, own._replace(at="start")
            case "run" | "run one":
                following = shared.next[own.entry]
                after = shared._replace(runs=replaced(shared.runs, own.entry, shared.runs[own.entry] + 1))
                if own.at == "run" and following:
                    yield after, own._replace(entry=following)
                else:
                    yield after, own._replace(at="start")

    return step


def ran_at_most_once(shared: Deferred, owns: tuple) -> str | None:
    return "an entry ran twice" if max(shared.runs) > 1 else None


def nothing_is_lost(shared: Deferred) -> str | None:
    listed = set()
    entry = shared.head
    while entry and entry not in listed:
        listed.add(entry)
        entry = shared.next[entry]
    lost = [entry for entry in range(1, 5) if not shared.runs[entry] and entry not in listed]
    return f"the entries {lost} were lost" if lost else None


def test_what_was_put_off_runs_once_in_every_order() -> None:
    pushers = [(pushing, Worker("start", entry)) for entry in range(1, 5)]
    found = explore(Deferred(), [*pushers, *[(running(takes_one=False), Worker("start"))] * 2], ran_at_most_once, nothing_is_lost)
    assert found.broken is None, found.broken
    assert found.states > 1000


# ----------------------------------------------------------------------------------- ExportArena


class Arena(NamedTuple):
    state: str = "open"  # open, closing, ending, closed
    holders: int = 0
    wanted: bool = False  # that it closes by itself
    used: int = 0  # by how many calls of the JDK
    retried: bool = False  # by the thread of Retries
    alive: bool = True  # the memory
    times: int = 0  # how often it was closed


def arena_holder(defect: str) -> Step:
    """ExportArena.Keeper.hold() and letGo(), each under the monitor, around a use; then end()."""

    def step(shared: Arena, own: str) -> Iterator[tuple[Arena, str]]:
        match own:
            case "start":
                if shared.state in ("ending", "closed") and defect != "hold() does not look":
                    yield shared, DONE
                else:
                    yield shared._replace(holders=shared.holders + 1), "use"
            case "use":
                yield shared, "let go"
            case "let go":
                after = shared._replace(holders=shared.holders - 1)
                if after.state == "closing" and after.holders == 0:
                    yield after._replace(state="ending"), "end"
                else:
                    yield after, DONE
            case _:
                yield from arena_ending(shared, own, defect)

    return step


def arena_ending(shared: Arena, own: str, defect: str = "") -> Iterator[tuple[Arena, str]]:
    """end(): memory.close(), which the JDK does or refuses; then the state, under the monitor; or Retries."""
    match own:
        case "end" | "retry":
            if shared.used and own == "retry":
                return  # it waits, and tries again
            if shared.used:
                forgotten = defect == "an end that is refused is forgotten"
                yield shared._replace(retried=shared.retried or not forgotten), DONE
            else:
                yield shared._replace(alive=False, times=shared.times + shared.alive), "settle"
        case "settle":
            yield shared._replace(state="closed"), DONE


def arena_closer(later: bool, defect: str) -> Step:
    """close() and closeWhenReleased()."""

    def step(shared: Arena, own: str) -> Iterator[tuple[Arena, str]]:
        match own:
            case "start" if later:
                if shared.state == "closed":
                    yield shared, DONE  # IllegalStateException
                elif shared.holders:
                    yield shared._replace(state="closing", wanted=True), DONE
                else:
                    yield shared._replace(state="ending", wanted=True), "end"
            case "start":
                if shared.holders and defect != "close() does not look":
                    yield shared, DONE
                else:
                    yield shared._replace(state=shared.state if shared.state == "closed" else "ending"), "close"
            case "close":
                if shared.used:
                    yield shared, "reopen"
                else:
                    yield shared._replace(alive=False, times=shared.times + shared.alive), "settle"
            case "reopen":
                reopens = shared.state == "ending" and (not shared.wanted or defect == "close() takes another's end back")
                yield shared._replace(state="open") if reopens else shared, DONE
            case _:
                yield from arena_ending(shared, own, defect)

    return step


def jdk_user(shared: Arena, own: str) -> Iterator[tuple[Arena, str]]:
    """A channel that reads into the memory: acquire0 and release0 of the session."""
    if own == "start":
        yield (shared._replace(used=shared.used + 1), "use") if shared.alive else (shared, DONE)
    else:
        yield shared._replace(used=shared.used - 1), DONE


def retrier(shared: Arena, own: str) -> Iterator[tuple[Arena, str]]:
    """The thread of Retries."""
    if own == "start":
        if shared.retried:
            yield shared, "retry"
        elif not shared.alive:
            yield shared, DONE
    else:
        yield from arena_ending(shared, own)


def arena_is_right(shared: Arena, owns: tuple) -> str | None:
    if not shared.alive and shared.holders:
        return "a closed arena's memory is held"
    return "the arena was closed twice" if shared.times > 1 else None


def arena_threads(defect: str = "") -> list[tuple[Step, str]]:
    return [*[(arena_holder(defect), "start")] * 3, (arena_closer(False, defect), "start"),
            (arena_closer(True, defect), "start"), (jdk_user, "start"), (retrier, "start")]  # fmt: skip


def is_closed_at_the_end(shared: Arena) -> str | None:
    return None if shared.state == "closed" else f"closeWhenReleased() was called, all let go, and the arena is {shared.state}"


def test_an_export_arena_closes_once_and_under_nobody() -> None:
    found = explore(Arena(), arena_threads(), arena_is_right, is_closed_at_the_end)
    assert found.broken is None, found.broken


@pytest.mark.parametrize(
    "defect",
    [
        "hold() does not look",
        "close() does not look",
        "an end that is refused is forgotten",
        "close() takes another's end back",
    ],
)
def test_a_wrong_line_of_export_arena_is_found_out(defect: str) -> None:
    assert explore(Arena(), arena_threads(defect), arena_is_right, is_closed_at_the_end).broken is not None


# ------------------------------------------------------------ memory of a lease that Python holds in turn


class Leased(NamedTuple):
    count: int = 0  # the word of LeasedMemory: holders, and the state
    state: str = "open"  # open, closing, ended
    given_back: int = 0


def leased_holder(defect: str = "") -> Step:
    """LeasedMemory.count(), an exchange, and uncount(), around a use."""

    def step(shared: Leased, own: str) -> Iterator[tuple[Leased, str]]:
        match own:
            case "start":
                if shared.state == "open" or (shared.state == "closing" and defect == "a hold while it closes"):
                    yield shared._replace(count=shared.count + 1), "use"
                else:
                    yield shared, DONE  # BufferException
            case "use":
                yield shared, "let go"
            case "let go":
                last = shared.count == 1 and shared.state == "ended" and defect != "the last holder gives nothing back"
                yield shared._replace(count=shared.count - 1, given_back=shared.given_back + last), DONE

    return step


def leased_closer(shared: Leased, own: str) -> Iterator[tuple[Leased, str]]:
    """PythonBuffer.close(): startClosing(), the arenas, which may be in use, and closed() or reopen()."""
    match own:
        case "start":
            if shared.state == "open" and shared.count == 0:
                yield shared._replace(state="closing"), "arenas"
            else:
                yield shared, DONE  # IllegalStateException
        case "arenas":
            yield shared._replace(state="open"), DONE
            yield shared._replace(state="ended"), "give back"
        case "give back":
            yield shared._replace(given_back=shared.given_back + 1), DONE


def leased_end(defect: str = "") -> Step:
    """PythonBuffer.endCall(), after the closer, both under the monitor of the PythonBuffer: LeasedMemory.end(), an exchange."""

    def step(shared: Leased, own: str) -> Iterator[tuple[Leased, str]]:
        if shared.state == "closing":
            return
        if shared.state == "ended":
            yield shared, DONE
        else:
            gives_back = shared.count == 0 or defect == "the end does not look"
            yield shared._replace(state="ended", given_back=shared.given_back + gives_back), DONE

    return step


def leased_is_right(shared: Leased, owns: tuple) -> str | None:
    if shared.given_back and shared.count:
        return "memory that was given back is held"
    return "given back twice" if shared.given_back > 1 else None


def is_given_back(shared: Leased) -> str | None:
    return None if shared.given_back == 1 else f"given back {shared.given_back} times"


def leased_threads(defect: str = "") -> list[tuple[Step, str]]:
    return [*[(leased_holder(defect), "start")] * 3, (leased_closer, "start"), (leased_end(defect), "start")]


def test_leased_memory_goes_back_once_and_under_no_holder() -> None:
    found = explore(Leased(), leased_threads(), leased_is_right, is_given_back)
    assert found.broken is None, found.broken


@pytest.mark.parametrize("defect", ["a hold while it closes", "the last holder gives nothing back", "the end does not look"])
def test_a_wrong_line_of_leased_memory_is_found_out(defect: str) -> None:
    assert explore(Leased(), leased_threads(defect), leased_is_right, is_given_back).broken is not None


# -------------------------------------------------------------------------------- owners of a lease


class Lease(NamedTuple):
    owners: int = 1
    released: int = 0  # PyBuffer_Release that found the buffer
    freed: int = 0
    retained: bool = False
    closed: bool = False  # the PythonBuffer


def the_call(retains: bool, defect: str) -> Step:
    """call.c's side, on its thread: CallLeases and PythonBuffer.endCall, then bb_arguments_clear."""

    def step(shared: Lease, own: str) -> Iterator[tuple[Lease, str]]:
        match own:
            case "start":
                yield shared._replace(owners=2), "in Java"
            case "in Java":
                yield shared._replace(retained=retains), "end"
            case "end":
                disowns = not retains or defect == "a retained lease is disowned"
                yield shared._replace(owners=shared.owners - disowns, closed=shared.closed or not retains), "drop"
            case "drop" | "drop one of several":
                yield from dropped(shared, own)
            case "free":
                yield shared._replace(released=max(shared.released, 1), freed=shared.freed + 1), DONE

    return step


def dropped(shared: Lease, own: str) -> Iterator[tuple[Lease, str]]:
    """bb_lease_drop(): a look, and an exchange where that found another owner."""
    if own == "drop" and shared.owners > 1:
        yield shared, "drop one of several"
    else:
        yield shared._replace(owners=shared.owners - 1), "free" if shared.owners == 1 else DONE


def the_closer(shared: Lease, own: str) -> Iterator[tuple[Lease, str]]:
    """PythonBuffer.close() of a retained lease, on another thread; end_java_ownership()."""
    match own:
        case "start":
            if shared.retained:
                yield shared._replace(closed=True), "give back"
        case "give back":
            yield shared._replace(released=1), "drop"
        case "drop" | "drop one of several":
            yield from dropped(shared, own)
        case "free":
            yield shared._replace(released=max(shared.released, 1), freed=shared.freed + 1), DONE


def borrower(defect: str = "") -> Step:
    """PythonBuffer.newReference() on another thread: Lease.lend() under the monitor, then a native method that uses the lease."""

    def step(shared: Lease, own: str) -> Iterator[tuple[Lease, str]]:
        match own:
            case "start":
                if shared.closed or (shared.owners == 1 and not shared.retained):
                    yield shared, DONE  # IllegalStateException, or there is no PythonBuffer yet
                elif defect:
                    yield shared, "uses"
                else:
                    yield shared._replace(owners=shared.owners + 1), "uses"
            case "uses":
                yield shared, DONE if defect else "drop"
            case "drop" | "drop one of several":
                yield from dropped(shared, own)
            case "free":
                yield shared._replace(released=max(shared.released, 1), freed=shared.freed + 1), DONE

    return step


def lease_is_right(shared: Lease, owns: tuple) -> str | None:
    if shared.freed > 1:
        return "a lease was freed twice"
    return "a lease is used that was freed" if shared.freed and any(own not in (DONE, "start") for own in owns) else None


def lease_is_over(shared: Lease) -> str | None:
    return None if shared == Lease(0, 1, 1, shared.retained, True) else f"at the end: {shared}"


@pytest.mark.parametrize("retains", [False, True], ids=["for the call", "retained"])
def test_a_lease_is_given_back_once_and_freed_once(retains: bool) -> None:
    threads = [(the_call(retains, ""), "start"), (borrower(), "start"), (borrower(), "start")]
    threads += [(the_closer, "start")] if retains else []
    found = explore(Lease(), threads, lease_is_right, lease_is_over)
    assert found.broken is None, found.broken


def test_a_lease_with_the_wrong_owners_is_found_out() -> None:
    threads = [(the_call(True, "a retained lease is disowned"), "start"), (the_closer, "start")]
    assert explore(Lease(), threads, lease_is_right, lease_is_over).broken is not None


@pytest.mark.parametrize("retains", [False, True], ids=["for the call", "retained"])
def test_a_native_method_that_is_no_owner_is_found_out(retains: bool) -> None:
    threads = [(the_call(retains, ""), "start"), (borrower("is no owner"), "start")]
    threads += [(the_closer, "start")] if retains else []
    assert explore(Lease(), threads, lease_is_right, lease_is_over).broken is not None
