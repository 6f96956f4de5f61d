"""The type of a planted defect, and the names that the lists of defects share.

Each replaced text stands in its source exactly once.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

C = "src/main/c"
JAVA = "src/main/java/org/bufferbridge"
EXPANDED = "target/generated-sources/templates/org/bufferbridge"  # what a build makes of src/main/templates
PYTHON = "src/main/python/bufferbridge"

# The tests in python-tests that have to notice the mutants.
REQUESTS = "exports/test_requests_against_oracle.py"
VALUES = "exports/test_values_against_oracle.py"
LIFETIME = "exports/test_lifetime.py"
KINDS = ("memory/test_memory_kinds.py", "memory/test_segments.py", "memory/test_known_memory.py")
ERRORS = "exports/test_exporter_errors.py"
BAD_INPUT = "calls/test_bad_input.py"
CONSUMERS = "exports/test_consumers.py"
GUARDED = "exports/test_guarded_exporters.py"
COUNTED = "exports/test_counted_exporters.py"
LEASES = (
    "leases/test_leases.py",
    "leases/test_lease_access.py",
    "leases/test_lease_ends.py",
    "leases/test_java_arrays.py",
)
LENT = ("leases/test_lent_memory.py",)
WITH_JPYPE = ("life/test_jpype_arguments.py", "life/test_neighbours.py")
ADOPTED = ("life/test_adopted_objects.py",)
KEPT_VIEWS = "leases/test_kept_views.py"
LEASE_THREADS = "leases/test_lease_threads.py"
LYING = "leases/test_lying_exporters.py"
HEAP = ("memory/test_heap_memory.py", "memory/test_borrow_and_copy.py")
NEW = "memory/test_new_memory.py"
TABLE = "memory/test_memory_table.py"
FORK = "life/test_fork.py"
STARTS = ("life/test_failed_starts.py", "life/test_command_line.py", "life/test_starting_threads.py")
BLOCKS = "exports/test_with_blocks.py"
SIGNALS = "life/test_signals.py"
PICKLING = "exports/test_pickling.py"
CONTAINERS = ("calls/test_containers.py", "calls/test_containers_that_fail.py")
FROM_JAVA = "calls/test_python_from_java.py"
END_WHILE_COLLECTING = "life/test_exits.py::test_the_process_ends_as_it_should[while-java-collects-with-parallel]"

CANNOT_PIN = "-ea -XX:+UseSerialGC"


@dataclass(frozen=True)
class Mutant:
    """A defect.

    Attributes:
        name: what is wrong, in words.
        path: the source, relative to the root.
        old, new: the replaced text, which stands in the source once, and the text that replaces it; see `places`.
        tests: the tests of which one has to fail, relative to python-tests.
        options: options for the JVM.
    """

    name: str
    path: str
    old: str
    new: str
    tests: tuple[str, ...]
    options: str = "-ea"

    def places(self, source: str) -> list[re.Match[str]]:
        """Where the replaced text stands in the source.

        Line breaks and indentation of C and Java may differ: a formatter sets them. Those of Python mean something.
        """
        if self.path.endswith(".py"):
            return list(re.finditer(re.escape(self.old), source))
        tokens = re.findall(r"\w+|[^\w\s]", self.old)
        return list(re.finditer(r"\s*".join(map(re.escape, tokens)), source))
