"""Arrow Java's objects in pyarrow, polars and DuckDB, and theirs in Java, by arrow-c-data."""

from __future__ import annotations

import gc
import threading
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest

import bufferbridge as bb
from bufferbridge._objects import arrow
from support.places import ARROW_CLASSPATH, ARROW_JAVA

if not ARROW_JAVA:
    pytest.skip("Arrow Java is not on the class path; make test-ecosystem puts it there", allow_module_level=True)
pa = pytest.importorskip("pyarrow")

NUMBERS = [0, 1, None, 3]
TEXTS = ["text 0", "text 1", None, "text 3"]
TABLE = {"x": [1, None, 3], "s": ["a", "bb", None], "d": [Decimal("1.25"), None, Decimal("3.50")]}
SHOWN = "x s d 1 a 1.25 null bb null 3 null 3.50"


def java(name: str) -> Any:
    return bb.jclass("org.apache.arrow." + name)


@pytest.fixture
def allocator(jvm: None) -> Iterator[Any]:
    """An allocator of the test. At the end both it and that of the imports count 0 bytes."""
    made = java("memory.RootAllocator")()
    yield made
    gc.collect()
    assert made.getAllocatedMemory() == 0
    made.close()
    assert imported_bytes() == 0


def imported_bytes() -> int:
    counted: int = arrow._allocator(java("memory.RootAllocator")).getAllocatedMemory()
    return counted


def batches() -> Any:
    return bb.jclass("org.bufferbridge.arrow.Batches")


@pytest.fixture
def new_reader(allocator: Any) -> Callable[..., Any]:
    return lambda count=3, failing=-1: batches()(allocator, count, 4, failing)


def table() -> Any:
    return pa.table(TABLE)


# ------------------------------------------------------------------------------------------------- from Java to Python


def test_a_vector_is_an_array_over_its_memory(allocator: Any) -> None:
    vector = java("vector.BigIntVector")("n", allocator)
    vector.allocateNew(4)
    vector.setValueCount(4)
    for i in (0, 1, 3):
        vector.set(i, i)
    array = pa.array(vector)
    assert array.to_pylist() == NUMBERS
    assert array.buffers()[1].address == vector.getDataBuffer().memoryAddress()
    vector.set(1, 100)
    assert array.to_pylist()[1] == 100
    assert pa.field(vector) == pa.field("n", pa.int64())
    vector.close()
    assert array.to_pylist()[3] == 3
    assert allocator.getAllocatedMemory() > 0


def test_a_vector_outlives_its_array(new_reader: Callable[..., Any]) -> None:
    reader = new_reader()
    reader.loadNextBatch()
    vector = reader.getVectorSchemaRoot().getVector("s")
    assert pa.array(vector).to_pylist() == TEXTS
    gc.collect()
    assert str(vector.getObject(1)) == "text 1"
    reader.close()


def test_numpy_makes_no_array_of_a_vector(new_reader: Callable[..., Any]) -> None:
    numpy = pytest.importorskip("numpy")
    with new_reader() as reader:
        reader.loadNextBatch()
        with pytest.raises(TypeError, match=r"pyarrow.array\(x\).to_numpy\(\) has the items"):
            numpy.asarray(reader.getVectorSchemaRoot().getVector(0))


def test_a_root_is_a_batch_of_every_library(new_reader: Callable[..., Any]) -> None:
    polars = pytest.importorskip("polars")
    with new_reader() as reader:
        reader.loadNextBatch()
        root = reader.getVectorSchemaRoot()
        assert pa.record_batch(root).to_pydict() == {"n": NUMBERS, "s": TEXTS}
        assert pa.schema(root) == pa.schema({"n": pa.int64(), "s": pa.string()})
        assert polars.DataFrame(root).to_dict(as_series=False) == {"n": NUMBERS, "s": TEXTS}
        assert polars.Series("n", root.getVector(0)).to_list() == NUMBERS


def test_a_reader_is_a_table_and_is_closed_by_it(new_reader: Callable[..., Any]) -> None:
    reader = new_reader()
    read = pa.table(reader)
    assert reader.closed == 1
    assert read["n"].to_pylist() == [None if i % 4 == 2 else i for i in range(12)]
    assert read["s"].to_pylist() == TEXTS * 3


def test_a_reader_is_a_frame_of_polars(new_reader: Callable[..., Any]) -> None:
    polars = pytest.importorskip("polars")
    reader = new_reader()
    assert polars.DataFrame(reader)["s"].to_list() == TEXTS * 3
    assert reader.closed == 1


def test_duckdb_queries_a_reader(new_reader: Callable[..., Any]) -> None:
    duckdb = pytest.importorskip("duckdb")
    reader = new_reader()
    assert duckdb.sql("select sum(n), count(s) from reader").fetchall() == [(48, 9)]
    gc.collect()
    assert reader.closed == 1


def test_a_batch_is_loaded_when_it_is_asked_for(new_reader: Callable[..., Any]) -> None:
    reader = new_reader()
    stream = pa.RecordBatchReader.from_stream(reader)
    assert reader.made == 0
    first = stream.read_next_batch()
    assert (reader.made, reader.closed) == (1, 0)
    second = stream.read_next_batch()
    assert first["n"].to_pylist() == NUMBERS
    assert second["n"].to_pylist() == [4, 5, None, 7]
    del stream
    assert (reader.made, reader.closed) == (2, 1)


def test_a_stream_that_nobody_reads_closes_the_reader(new_reader: Callable[..., Any]) -> None:
    reader = new_reader()
    capsule = reader.__arrow_c_stream__()
    assert reader.closed == 0
    del capsule
    assert reader.closed == 1


def test_arrays_that_nobody_takes_let_go(new_reader: Callable[..., Any]) -> None:
    with new_reader() as reader:
        reader.loadNextBatch()
        root = reader.getVectorSchemaRoot()
        root.__arrow_c_array__()
        root.__arrow_c_schema__()
        reader.__arrow_c_schema__()
        root.getVector(0).__arrow_c_array__()


def test_a_reader_that_fails_is_the_consumers_error(new_reader: Callable[..., Any]) -> None:
    polars = pytest.importorskip("polars")
    reader = new_reader(failing=1)
    with pytest.raises(OSError, match=r"java.io.IOException: the disk is full"):
        pa.table(reader)
    assert reader.closed == 1
    reader = new_reader(failing=1)
    with pytest.raises(polars.exceptions.ComputeError, match="the disk is full"):
        polars.DataFrame(reader)
    assert reader.closed == 1


def test_two_threads_read_readers_at_once(new_reader: Callable[..., Any]) -> None:
    found: list[int] = []
    threads = [threading.Thread(target=lambda: found.append(pa.table(new_reader(50)).num_rows)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [200] * 4


def test_a_table_of_a_reader_costs_what_its_batches_cost_and_not_its_rows(allocator: Any) -> None:
    seconds: dict[int, list[float]] = {100: [], 100_000: []}
    allocated: set[int] = set()
    for _ in range(10):
        for rows, times in seconds.items():
            reader = bb.jclass("org.bufferbridge.arrow.SameBatches")(allocator, 100, rows)
            address = reader.address()
            before = pa.total_allocated_bytes()
            start = time.thread_time()
            read = pa.table(reader)
            times.append(time.thread_time() - start)
            allocated.add(pa.total_allocated_bytes() - before)
            assert read.num_rows == 100 * rows
            assert {chunk.buffers()[1].address for chunk in read["n"].chunks} == {address}
            del read
    assert len(allocated) == 1
    assert min(seconds[100_000]) < 3 * min(seconds[100]), seconds


# ------------------------------------------------------------------------------------------------- from Python to Java


def test_java_has_the_address_of_an_array(allocator: Any) -> None:
    array = pa.array([1, 2, 3])
    assert batches().address(array) == array.buffers()[1].address


def test_a_reader_is_made_of_every_stream(allocator: Any) -> None:
    polars = pytest.importorskip("polars")
    assert batches().takesReader(table()) == f"reader {SHOWN}"
    assert batches().takesReader(table().to_reader()) == f"reader {SHOWN}"
    assert batches().takesReader(pa.concat_tables([table(), table()])) == f"reader {SHOWN} {SHOWN}"
    assert batches().takesReader(polars.DataFrame({"a": [1, 2]})) == "reader a 1 2"
    assert batches().takesReader(pa.table({"x": pa.array(["a", "b"]).dictionary_encode()})) == "reader x 0 1"


def test_a_root_is_made_of_one_batch(allocator: Any) -> None:
    assert batches().takesRoot(table()) == f"root {SHOWN}"
    assert batches().takesRoot(table().to_batches()[0]) == f"root {SHOWN}"
    assert batches().takesRoot(table()[:0]) == "root x s d"
    with pytest.raises(TypeError, match=r"several batches, and a VectorSchemaRoot has one; .*combine_chunks"):
        batches().takesRoot(pa.concat_tables([table(), table()]))


def test_a_vector_is_made_of_an_array(allocator: Any) -> None:
    assert batches().takesVector(pa.array([1, None, 3])) == "vector [1, null, 3]"
    assert batches().takesVector(pa.array(["a"])) == "vector [a]"
    assert batches().all(pa.array([1]), pa.array([2])) == "2 vectors"
    assert batches().all([pa.array([1])]) == "1 vectors"


def test_a_dictionary_is_refused_where_nothing_keeps_it(allocator: Any) -> None:
    encoded = pa.array(["a", "b", "a"]).dictionary_encode()
    with pytest.raises(TypeError, match=r"has a dictionary, .*x.dictionary_decode\(\) has the values"):
        batches().takesVector(encoded)
    assert batches().takesVector(encoded.dictionary_decode()) == "vector [a, b, a]"


@pytest.mark.parametrize("value", [5, [1], {"a": 1}, "text"], ids=["int", "list", "dict", "str"])
def test_what_has_no_stream_is_no_reader(allocator: Any, value: object) -> None:
    with pytest.raises(TypeError, match=r"an object with __arrow_c_stream__ becomes one, such as pyarrow.table\(x\)"):
        batches().takesReader(value)


def test_an_array_is_no_reader_and_a_table_no_vector(allocator: Any) -> None:
    with pytest.raises(TypeError, match="__arrow_c_stream__ becomes one"):
        batches().takesReader(pa.array([1]))
    with pytest.raises(TypeError, match=r"the Table has columns, and a vector is one: x\['name'\] becomes one"):
        batches().takesVector(table())
    with pytest.raises(TypeError, match="__arrow_c_array__ becomes one"):
        batches().takesVector(table().to_reader())


def test_a_table_goes_to_a_reader_before_object(allocator: Any) -> None:
    assert batches().chosen(table()) == "reader"
    assert batches().chosen({"a": 1}) == "object"


def test_an_array_goes_to_a_vector_before_a_view(allocator: Any) -> None:
    class OnlyArrow:
        def __arrow_c_array__(self, requested_schema: object = None) -> object:
            return pa.array([1, 2]).__arrow_c_array__()

    assert batches().chosen(OnlyArrow()) == "vector"
    assert batches().chosen(pa.array([1, 2])) == "vector"
    assert batches().chosen(bytearray(8)) == "view"
    assert batches().takesVector(OnlyArrow()) == "vector [1, 2]"
    assert bb.leases() == []


def test_java_asks_for_a_reader(allocator: Any) -> None:
    assert batches().converted(table()) == f"reader {SHOWN}"
    assert batches().supplied(table) == f"reader {SHOWN}"


def test_each_class_loader_has_its_own_arrow(allocator: Any) -> None:
    uri = bb.jclass("java.net.URI")
    urls = [uri.create(path.as_uri() + "/" * path.is_dir()).toURL() for path in ARROW_CLASSPATH]
    platform = bb.jclass("java.lang.ClassLoader").getPlatformClassLoader()
    names = bb.jclass("java.lang.Class")
    with bb.jclass("java.net.URLClassLoader")(urls, platform) as loader:
        own = bb.jclass(names.forName("org.apache.arrow.memory.RootAllocator", True, loader))()
        vector = bb.jclass(names.forName("org.apache.arrow.vector.IntVector", True, loader))("x", own)
        vector.allocateNew(2)
        vector.setValueCount(2)
        vector.set(1, 7)
        assert pa.array(vector).to_pylist() == [None, 7]
        root = bb.jclass(names.forName("org.apache.arrow.vector.VectorSchemaRoot", True, loader)).of(vector)
        assert pa.record_batch(root).to_pydict() == {"x": [None, 7]}
        vector.close()
        gc.collect()
        own.close()


def test_a_generator_that_fails_is_an_exception_of_the_reader(allocator: Any) -> None:
    def fails() -> Iterator[Any]:
        yield table().to_batches()[0]
        raise ValueError("in the middle")

    with pytest.raises(bb.JavaOSError, match="ValueError: in the middle"):
        batches().takesReader(pa.RecordBatchReader.from_batches(table().schema, fails()))


def test_a_call_that_fails_before_its_method_closes_what_was_made(allocator: Any) -> None:
    def fails() -> Iterator[int]:
        yield 1
        raise KeyError("no item")

    closed: list[bool] = []

    class Watched:
        def __init__(self) -> None:
            self.table = table()

        def __arrow_c_stream__(self, requested_schema: object = None) -> object:
            closed.append(False)
            return self.table.__arrow_c_stream__()

    with pytest.raises(KeyError, match="no item"):
        batches().both(Watched(), fails())
    assert closed == [False]
    assert imported_bytes() == 0
    batches().both(Watched(), [1])


def test_a_method_that_fails_has_what_it_was_given(allocator: Any) -> None:
    with pytest.raises(bb.JavaError, match="kept it"):
        batches().keeps(table())
    assert imported_bytes() > 0
    assert batches().takesReader(batches().kept) == f"reader {SHOWN}"
    batches().kept = None


def test_an_interface_that_raises_is_the_error_of_the_call(allocator: Any) -> None:
    class Raises:
        def __arrow_c_stream__(self, requested_schema: object = None) -> object:
            raise RuntimeError("no stream today")

    class Lies:
        def __arrow_c_stream__(self, requested_schema: object = None) -> object:
            return 5

    class Answers:
        def __init__(self, answer: object) -> None:
            self.answer = answer

        def __arrow_c_array__(self, requested_schema: object = None) -> object:
            return self.answer

        def __iter__(self) -> Iterator[int]:  # else its memory would be leased first, which takes the capsules
            return iter(())

    array = Answers(pa.array([1, 2]).__arrow_c_array__())
    assert batches().takesVector(array) == "vector [1, 2]"
    with pytest.raises(bb.JavaError, match="Cannot import released Arrow"):
        batches().takesVector(array)
    for answer, error in ((None, TypeError), ((1,), ValueError), ((1, 2), ValueError)):
        with pytest.raises(error):
            batches().takesVector(Answers(answer))
    with pytest.raises(RuntimeError, match="no stream today"):
        batches().takesReader(Raises())
    with pytest.raises(ValueError, match="PyCapsule"):
        batches().takesReader(Lies())
