"""Attacks on the exchange with Arrow Java: first uses by many threads, and the ends of stacks."""

from __future__ import annotations

import functools
import gc
import sys
from collections.abc import Callable, Iterator

import pytest

import bufferbridge as bb
from bufferbridge._objects import arrow
from support.jvm import ARROW_OPTIONS
from support.places import ARROW_CLASSPATH, ARROW_JAVA
from support.processes import output_of
from support.threads import on_a_stack_of

if not ARROW_JAVA:
    pytest.skip("Arrow Java is not on the class path; make test-ecosystem puts it there", allow_module_level=True)
np = pytest.importorskip("numpy")
pa = pytest.importorskip("pyarrow")

# What is attacked. Each use gives the same each time.
USES = {
    "a reader in Python": "pa.table(Batches(allocator, 2, 4, -1))['n'].to_pylist()",
    "a table in Java": "Batches.takesReader(pa.table({'x': [1, 2]}))",
    "a batch in Java": "Batches.takesRoot(pa.record_batch({'x': [1, 2]}))",
    "a column in Java": "Batches.takesVector(pa.array([1, 2]))",
    "a class of vectors": "Batches.typed(pa.array([1, 2], 'int32'))",
    "Java's memory in Java": "Batches.takesVector(bb.empty(3, 'i')).startswith('vector')",
    "a list of columns": "Batches.all(pa.array([1]), pa.array([2]))",
}


@pytest.mark.parametrize("use", USES.values(), ids=USES.keys())
def test_a_first_use_by_many_threads(use: str) -> None:
    code = f"""
import gc, threading
import bufferbridge as bb, pyarrow as pa
bb.start(classpath={[str(path) for path in ARROW_CLASSPATH]!r}, options={["-ea", *ARROW_OPTIONS]!r})
Batches = bb.jclass("org.bufferbridge.arrow.Batches")
allocator = bb.jclass("org.apache.arrow.memory.RootAllocator")()
together = threading.Barrier(8)
found = []

def attack():
    together.wait()
    try:
        found.append(str({use}))
    except BaseException as error:
        found.append(repr(error))

threads = [threading.Thread(target=attack) for _ in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
gc.collect()
print(*sorted(set(found)), sep=" | ")
print(len(found), allocator.getAllocatedMemory(), bb.leases())
"""
    said, counts = output_of(code).splitlines()
    assert " | " not in said
    assert "Error" not in said
    assert counts == "8 0 []"


@pytest.fixture
def uses(jvm: None) -> Iterator[dict[str, Callable[[], object]]]:
    """What is tried at the bottom. At the end no memory of the imports is left, and nothing is held."""
    allocator = bb.jclass("org.apache.arrow.memory.RootAllocator")()
    batches = bb.jclass("org.bufferbridge.arrow.Batches")
    names = {"bb": bb, "pa": pa, "Batches": batches, "allocator": allocator}
    yield {name: functools.partial(eval, compile(use, name, "eval"), names) for name, use in USES.items()}
    gc.collect()
    assert allocator.getAllocatedMemory() == 0
    allocator.close()
    assert arrow._allocator(bb.jclass("org.apache.arrow.memory.RootAllocator")).getAllocatedMemory() == 0
    assert bb.leases() == []


def is_about_the_stack(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, (RecursionError, MemoryError)) or "StackOverflowError" in str(error):
            return True
        if "RecursionError" in str(error) or "maximum recursion depth" in str(error):
            return True  # what a consumer made of it
        error = error.__cause__ or error.__context__
    return False


@pytest.mark.parametrize("name", USES)
def test_a_use_at_the_bottom_of_pythons_recursion(uses: dict[str, Callable[[], object]], name: str) -> None:
    use = uses[name]
    expected = use()
    outcomes: list[object] = []

    def down() -> None:
        try:
            down()
        except RecursionError:
            pass
        if len(outcomes) < 60:
            try:
                outcomes.append(use())
            except Exception as error:
                outcomes.append(error)

    on_a_stack_of(8 << 20, down)
    for outcome in outcomes:
        assert outcome == expected or (isinstance(outcome, BaseException) and is_about_the_stack(outcome)), outcome
    assert use() == expected


@pytest.mark.parametrize("name", USES)
def test_a_use_beside_an_exception_that_is_handled(uses: dict[str, Callable[[], object]], name: str) -> None:
    expected = uses[name]()
    try:
        raise KeyError("handled")
    except KeyError:
        assert uses[name]() == expected
        assert isinstance(sys.exc_info()[1], KeyError)
