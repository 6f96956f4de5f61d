"""Parameters that are vectors of Arrow Java: which class, and which of Java's and Python's memory becomes one."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import bufferbridge as bb
from bufferbridge._objects import arrow
from support.places import ARROW_JAVA

if not ARROW_JAVA:
    pytest.skip("Arrow Java is not on the class path; make test-ecosystem puts it there", allow_module_level=True)
np = pytest.importorskip("numpy")
pa = pytest.importorskip("pyarrow")
pl = pytest.importorskip("polars")


@pytest.fixture
def batches(jvm: None) -> Iterator[Any]:
    """At the end no memory of the imports is left, and nothing of Python's or Java's is held."""
    yield bb.jclass("org.bufferbridge.arrow.Batches")
    gc.collect()
    assert arrow._allocator(bb.jclass("org.apache.arrow.memory.RootAllocator")).getAllocatedMemory() == 0
    assert bb.leases() == []


def segment() -> Any:
    return bb.jclass("java.lang.foreign.Arena").ofAuto().allocate(12)


def nio() -> Any:
    order = bb.jclass("java.nio.ByteOrder").nativeOrder()
    return bb.jclass("java.nio.ByteBuffer").allocateDirect(12).order(order).asIntBuffer()


def ints() -> Any:
    return bb.jclass("org.bufferbridge.arrow.Batches").ints()


# --------------------------------------------------------------------------------------------------- Java's memory

MEMORY = pytest.mark.parametrize(
    "make",
    [lambda: bb.empty(3, "i"), segment, nio, ints],
    ids=["bb.empty", "MemorySegment", "IntBuffer", "int array"],
)


@MEMORY
def test_javas_memory_is_a_vector_over_it(batches: Any, make: Callable[[], Any]) -> None:
    memory = make()
    array = np.asarray(memory)
    assert batches.keepsVector(memory) == array.ctypes.data
    assert array.view("i4")[0] == 77
    batches.closeKept()


@MEMORY
def test_javas_memory_is_held_until_its_vector_is_closed(batches: Any, make: Callable[[], Any]) -> None:
    memory = make()
    before = bb.exports()
    batches.keepsVector(memory)
    gc.collect()
    assert len(bb.exports()) == len(before) + 1
    batches.closeKept()
    assert len(bb.exports()) == len(before)


def test_release_and_close_are_refused_while_java_has_the_vector(batches: Any) -> None:
    with bb.empty(3, "i") as memory:
        batches.keepsVector(memory)
        with pytest.raises(BufferError):
            memory.release()
        batches.closeKept()
    arena = bb.jclass("java.lang.foreign.Arena").ofShared()
    batches.keepsVector(arena.allocate(16))
    with pytest.raises(bb.JavaError):
        arena.close()
    batches.closeKept()
    arena.close()


def test_the_vector_outlives_the_name_of_its_memory(batches: Any) -> None:
    memory = bb.empty(3, "i")
    memory[1] = 5
    batches.keepsVector(memory)
    del memory
    gc.collect()
    assert list(np.asarray(pa.array(batches.kept))) == [77, 5, 0]
    batches.closeKept()


@pytest.mark.parametrize("form", ["T{i:a:d:b:}", "?"], ids=["struct", "bool"])
def test_memory_that_arrow_has_no_type_for_is_refused(batches: Any, form: str) -> None:
    memory = bb.empty(3, form)
    for method in (batches.takesVector, batches.takesInts):
        with pytest.raises(BufferError, match="Arrow has no type for items of the format"):
            method(memory)
    assert batches.chosen(memory) == "view"
    memory.release()


def test_strided_memory_is_refused_and_a_copy_taken(batches: Any) -> None:
    strided = bb.jclass("org.bufferbridge.BufferView").of(ints()).slice(0, 0, 12, 4)
    with pytest.raises(BufferError, match="contiguous"):
        batches.takesVector(strided)
    assert batches.takesVector(bb.copy(strided)) == "vector [1, 2, 3]"


def test_memory_goes_to_memory_before_a_vector(batches: Any) -> None:
    assert batches.chosen(segment()) == "object"
    assert batches.chosen(bb.empty(3, "i")) == "view"
    assert batches.general(bb.empty(1, "i")) == "ints vector [0]"


def test_a_root_is_no_vector_and_memory_no_root(batches: Any) -> None:
    root = bb.jclass("org.apache.arrow.vector.VectorSchemaRoot").of()
    with pytest.raises(TypeError, match=r"takes \(org.apache.arrow.vector.VectorSchemaRoot\)"):
        batches.takesVector(root)
    with pytest.raises(TypeError, match="candidates: takesRoot"):
        batches.takesRoot(segment())
    root.close()


def test_a_call_that_fails_lets_go_of_javas_memory(batches: Any) -> None:
    with pytest.raises(TypeError, match=r"takes \(org.bufferbridge.BufferView, str\)"):
        batches.sum(bb.empty(1, "i"), "text")
    assert batches.sum(bb.empty(1, "i"), 3) == 3
    assert bb.exports() == []


# ------------------------------------------------------------------------------------------------- one class of vectors


def test_a_class_of_vectors_takes_what_becomes_one(batches: Any) -> None:
    assert batches.takesInts(pa.array([1, None], pa.int32())) == "vector [1, null]"
    assert batches.takesInts(bb.empty(2, "i")) == "vector [0, 0]"
    assert batches.takesInts(pl.Series("x", [1], pl.Int32)) == "vector [1]"
    assert batches.sum(pa.array([4], pa.int64()), 1) == 5


@pytest.mark.parametrize(
    ("make", "kind", "found"),
    [
        (lambda: pa.array([1.5]), "DoubleArray", "Float8Vector"),
        (lambda: pa.array(["a"]), "StringArray", "VarCharVector"),
        (lambda: pl.Series("x", [1]), "Series", "BigIntVector"),
        (lambda: bb.empty(2, "d"), "JavaBuffer", "Float8Vector"),
    ],
    ids=["double", "str", "polars", "JavaBuffer"],
)
def test_a_class_of_vectors_refuses_another(batches: Any, make: Callable[[], Any], kind: str, found: str) -> None:
    value = make()
    with pytest.raises(TypeError, match=f"the {kind} becomes a {found}, and a IntVector is expected"):
        batches.takesInts(value)
    assert bb.exports() == []


def test_the_type_of_the_items_chooses_the_overload(batches: Any) -> None:
    for _ in range(2):
        assert batches.typed(pa.array([1], pa.int32())) == "ints vector [1]"
        assert batches.typed(pa.array([1.5])) == "doubles vector [1.5]"
        assert batches.typed(pa.array(["a"])) == "texts vector [a]"
        assert batches.typed(bb.empty(1, "i")) == "ints vector [0]"
        assert batches.typed(bb.empty(1, "d")) == "doubles vector [0.0]"
        assert batches.typed(pl.Series("x", [1.5])) == "doubles vector [1.5]"
        assert batches.general(pa.array([1.5])) == "any vector [1.5]"
        assert batches.general(bb.empty(1, "d")) == "any vector [0.0]"
        assert batches.general(bb.empty(1, "i")) == "ints vector [0]"
    with pytest.raises(TypeError, match=r"becomes a BigIntVector, and a Float8Vector is expected"):
        batches.typed(pa.array([1]))


def test_a_vector_of_java_goes_to_its_own_class(batches: Any) -> None:
    allocator = bb.jclass("org.apache.arrow.memory.RootAllocator")()
    made = bb.jclass("org.apache.arrow.vector.IntVector")("x", allocator)
    assert batches.typed(made) == "ints vector []"
    assert batches.general(made) == "ints vector []"
    allocator.close()


def test_a_class_of_vectors_lets_the_error_of_an_object_through(batches: Any) -> None:
    class Raises:
        def __arrow_c_array__(self, requested_schema: object = None) -> object:
            raise RuntimeError("no array today")

    with pytest.raises(RuntimeError, match="no array today"):
        batches.takesInts(Raises())


def test_an_object_that_answers_differently_is_closed_and_refused(batches: Any) -> None:
    class Changes:
        answers = 0

        def __arrow_c_array__(self, requested_schema: object = None) -> object:
            self.answers += 1
            return pa.array([1], pa.int64() if self.answers > 1 else pa.int32()).__arrow_c_array__()

    with pytest.raises(TypeError, match="no overload of"):
        batches.takesInts(Changes())


def test_an_interrupt_leaves_the_choice_of_an_overload(batches: Any) -> None:
    class Interrupted:
        def __arrow_c_array__(self, requested_schema: object = None) -> object:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        batches.typed(Interrupted())


def test_an_object_may_call_the_same_method_while_an_overload_is_chosen(batches: Any) -> None:
    said: list[str] = []

    class Calls:
        def __arrow_c_array__(self, requested_schema: object = None) -> object:
            said.append(batches.typed(pa.array([len(said)], pa.int32())))
            return pa.array([1.5]).__arrow_c_array__()

    assert batches.typed(Calls()) == "doubles vector [1.5]"
    assert said[:2] == ["ints vector [0]", "ints vector [1]"]


# --------------------------------------------------------------------------------------------------------- columns


def test_a_column_of_one_chunk_is_a_vector_over_its_memory(batches: Any) -> None:
    column = pa.chunked_array([[1, 2]])
    assert batches.takesVector(column) == "vector [1, 2]"
    assert batches.address(column) == column.chunk(0).buffers()[1].address
    series = pl.Series("x", [1, None, 3])
    assert batches.takesVector(series) == "vector [1, null, 3]"
    assert batches.address(series) == series.to_arrow().buffers()[1].address
    assert batches.takesVector(pa.table({"x": [1]})["x"]) == "vector [1]"
    assert batches.takesVector(pl.Series("x", ["a"])) == "vector [a]"


@pytest.mark.parametrize(
    ("make", "count"),
    [
        (lambda: pa.chunked_array([[1], [2]]), "several"),
        (lambda: pl.concat([pl.Series([1]), pl.Series([2])], rechunk=False), "several"),
        (lambda: pa.chunked_array([], pa.int64()), "no"),
    ],
    ids=["pyarrow", "polars", "none"],
)
def test_a_column_of_several_chunks_is_refused(batches: Any, make: Callable[[], Any], count: str) -> None:
    with pytest.raises(TypeError, match=rf"has {count} chunks.*combine_chunks\(\) of pyarrow, x.rechunk\(\) of polars"):
        batches.takesVector(make())


def test_the_ways_out_of_several_chunks(batches: Any) -> None:
    assert batches.takesVector(pa.chunked_array([[1], [2]]).combine_chunks()) == "vector [1, 2]"
    assert batches.takesVector(pl.concat([pl.Series([1]), pl.Series([2])], rechunk=False).rechunk()) == "vector [1, 2]"


def test_a_column_goes_to_a_vector_and_a_table_to_a_reader(batches: Any) -> None:
    table = pa.table({"x": [1, 2]})
    assert batches.streamed(table["x"]) == "vector [1, 2]"
    assert batches.streamed(pl.Series("x", [1])) == "vector [1]"
    assert batches.streamed(table) == "reader x 1 2"
    assert batches.streamed(pl.DataFrame({"x": [1]})) == "reader x 1"
    assert batches.streamed(table.to_reader()) == "reader x 1 2"


# ----------------------------------------------------------------------------------------------------- many vectors


@pytest.mark.parametrize("method", ["fails", "failsWithArray"])
def test_a_method_that_takes_vectors_and_throws_leaks_nothing(batches: Any, method: str) -> None:
    memory = bb.empty(2, "i")
    with pytest.raises(bb.JavaError, match="after 3"):
        getattr(batches, method)([pa.array([1]), memory, pl.Series("x", [1])])
    assert bb.exports() == []


@pytest.mark.parametrize(
    "items",
    [
        lambda: [pa.array([1, 2]), pa.array([3])],
        lambda: (column for column in (pa.array([1, 2]), pa.array([3]))),
        lambda: {"a": pa.array([1, 2]), "b": pa.array([3])}.values(),
        lambda: [[pa.array([1, 2]), pa.array([3])]],
        lambda: {"a": pa.array([1, 2]), "b": pa.array([3])},
    ],
    ids=["list", "generator", "values", "nested", "dict"],
)
def test_a_method_that_throws_keeps_the_vectors_of_a_container(batches: Any, items: Callable[[], Any]) -> None:
    with pytest.raises(bb.JavaError, match="kept them"):
        batches.keepsAll(items())
    kept = list(batches.kept)
    assert [str(vector) for vector in kept] == ["[1, 2]", "[3]"]
    for vector in kept:
        vector.close()
    batches.kept = None


@pytest.mark.parametrize("method", ["fails", "failsWithArray"])
def test_a_list_whose_last_item_is_refused_closes_the_first(batches: Any, method: str) -> None:
    with pytest.raises((TypeError, BufferError)):
        getattr(batches, method)([pa.array([1]), bb.empty(2, "i"), bb.empty(2, "?")])
    with pytest.raises(TypeError):
        getattr(batches, method)([pa.array([1]), 5])
    assert bb.exports() == []
