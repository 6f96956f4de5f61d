"""Each first use of new classes and new memory, by eight threads at one moment.

The last test fails for a new function, type or slot until uses_of_classes.py or uses_of_memory.py uses it.
"""

from __future__ import annotations

import pytest

import bufferbridge as bb
from adversaries import uses_of_classes, uses_of_memory  # noqa: F401 (they add their entries)
from adversaries.entries import COVERED, ENTRIES
from support.threads import ROUNDS, at_once, members


@pytest.mark.parametrize("name", ENTRIES)
def test_a_first_use_by_many_threads(name: str) -> None:
    for _ in range(ROUNDS):
        outcomes = at_once(ENTRIES[name]())
        raised = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
        if raised:
            raise raised[0]
        assert outcomes == [outcomes[0]] * len(outcomes)


# The names without a first use of their own, with the reasons.
NOT_HERE = {
    "start": "test_start.py, in processes of their own",
    "adopt": "test_adopt.py, in processes of their own",
    "wrap": "test_adopted_objects.py, in processes of their own",
    "is_running": "reads a word",
    "jar_path": "reads the package's folder, without Java",
    "get_include": "reads the package's folder, without Java",
    "JavaClass": "a type",
    "JavaObject": "a type",
    "JavaBuffer": "a type",
    "Acquisition": "a record",
    "ExportInfo": "a record",
    "LeaseInfo": "a record",
    "HoldingInfo": "a record",
    "LeakInfo": "a record",
    "LeakLevel": "an enumeration",
}


def test_every_public_name_and_slot_has_an_entry() -> None:
    public = {name for name in bb.__all__ if not name.startswith("__")}
    errors = {
        name for name in public if isinstance(getattr(bb, name), type) and issubclass(getattr(bb, name), Exception)
    }
    slots = members(bb.JavaObject) | members(bb.JavaBuffer) | members(bb.JavaClass)
    covered = set().union(*COVERED.values())
    assert (public - errors - set(NOT_HERE) | slots | {"JavaError"}) - covered == set()
