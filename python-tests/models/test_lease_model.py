"""Models of the owners of a lease and the holders of its memory; the tests explore every interleaving.

Each model's docstring names the functions that it models. One line of a function is one step. Each model has negative
twins: the same model with one wrong line, which the exploration has to find.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import pytest

from models.interleavings import DONE, Step, explore

# ---------------------------------------------------------------------------- memory of a lease that Python also holds


class Leased(NamedTuple):
    count: int = 0  # the word of LeasedMemory: holders, and the state
    state: str = "open"  # open, closing, ended
    given_back: int = 0


def leased_holder(defect: str = "") -> Step:
    """LeasedMemory.count(), which is an exchange, and uncount(), around a use."""

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
    """BufferLease.close(): startClosing(), then the arenas, which may be in use, then closed() or reopen()."""
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
    """BufferLease.endCall() after the closer, each in its turn: LeasedMemory.end(), which is an exchange."""

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


@pytest.mark.parametrize(
    "defect", ["a hold while it closes", "the last holder gives nothing back", "the end does not look"]
)
def test_a_wrong_line_of_leased_memory_is_found_out(defect: str) -> None:
    assert explore(Leased(), leased_threads(defect), leased_is_right, is_given_back).broken is not None


# -------------------------------------------------------------------------------------------------- owners of a lease


class Lease(NamedTuple):
    owners: int = 1
    released: int = 0  # how many calls of PyBuffer_Release found the buffer
    freed: int = 0
    retained: bool = False
    closed: bool = False  # the BufferLease


def the_call(retains: bool, defect: str) -> Step:
    """The part of call.c, on its thread: CallValues and BufferLease.endCall, then bb_arguments_clear."""

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
    """bb_lease_drop(): a read, and an exchange if the read found another owner."""
    if own == "drop" and shared.owners > 1:
        yield shared, "drop one of several"
    else:
        yield shared._replace(owners=shared.owners - 1), "free" if shared.owners == 1 else DONE


def the_closer(shared: Lease, own: str) -> Iterator[tuple[Lease, str]]:
    """BufferLease.close() of a retained lease, on another thread; end_java_ownership()."""
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
    """BufferLease.newReference() on another thread.

    Lease.addOwner() in its turn, then a native method that uses the lease.
    """

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
    return (
        "a lease is used that was freed" if shared.freed and any(own not in (DONE, "start") for own in owns) else None
    )


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
