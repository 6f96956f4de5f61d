"""The scenarios that run while calls fail (__main__.py): every kind of memory, argument, result, attribute and error.

A scenario is a function of a number that raises AssertionError if it sees a wrong value. A `fresh` scenario uses
something new with each number, such as a Java class, which the library then keeps permanently.
"""

from __future__ import annotations

import gc

from faults.scenarios.attributes import attributes, classes
from faults.scenarios.calls import calls
from faults.scenarios.containers import containers
from faults.scenarios.exports import guarded, known_memory, upcalls
from faults.scenarios.functions import functions
from faults.scenarios.items import items
from faults.scenarios.leases import leases
from faults.scenarios.memory import new_memory
from faults.scenarios.native_code import native_code
from faults.scenarios.others import others
from faults.scenarios.owners import owners
from faults.scenarios.protocols import protocols
from faults.scenarios.scenario import Scenario
from faults.scenarios.threads import threads


def all_scenarios() -> list[Scenario]:
    gc.collect()
    return [
        *known_memory(),
        *guarded(),
        *upcalls(),
        *calls(),
        *containers(),
        *functions(),
        *items(),
        *leases(),
        *new_memory(),
        *protocols(),
        *native_code(),
        *attributes(),
        *classes(),
        *threads(),
        *owners(),
        *others(),
    ]
