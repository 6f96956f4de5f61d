"""What becomes of columns in Spark's own memory that a function keeps."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from outcomes import outcome_of
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as sf
from pyspark.sql.functions import pandas_udf
from pyspark.sql.types import BooleanType, DoubleType, LongType

from conftest import KEPT, ROWS, SHARED, tasks


def kept_bytes(spark: SparkSession) -> int:
    """Return the bytes of Spark's vectors that have become Python's, after both sides have collected."""

    @pandas_udf(LongType())
    def collect(column: pd.Series) -> pd.Series:
        return column + gc.collect() * 0

    spark.range(1).select(collect("id")).collect()
    return spark.sparkContext._jvm.org.bufferbridge.spark.SharedColumn.keptBytes()


@pandas_udf(DoubleType())
def scaled(x: pd.Series, ids: pd.Series) -> pd.Series:
    return x * 2 + ids


@pandas_udf(LongType())
def same(column: pd.Series) -> pd.Series:
    return column


# Each keeps a part of its input, in `kept`, as a function from nothing to (ids, xs).
def keeps_series(kept: list[Any], ids: pd.Series, x: pd.Series) -> None:
    kept.append(lambda: (ids, x))


def keeps_arrays(kept: list[Any], ids: pd.Series, x: pd.Series) -> None:
    a, b = ids.to_numpy(), x.to_numpy()
    kept.append(lambda: (a, b))


def keeps_slices(kept: list[Any], ids: pd.Series, x: pd.Series) -> None:
    a, b = ids.to_numpy()[7::13], x.iloc[7::13]
    kept.append(lambda: (a, b))


def keeps_memoryviews(kept: list[Any], ids: pd.Series, x: pd.Series) -> None:
    a, b = memoryview(ids.to_numpy()), memoryview(x.to_numpy())
    kept.append(lambda: (np.asarray(a), np.asarray(b)))


def keeps_a_traceback(kept: list[Any], ids: pd.Series, x: pd.Series) -> None:
    def fails(a: pd.Series, b: pd.Series) -> None:
        raise ValueError("kept")

    def inputs() -> Any:
        frame = error.__traceback__.tb_next.tb_frame
        return frame.f_locals["a"], frame.f_locals["b"]

    try:
        fails(ids, x)
    except ValueError as raised:
        error = raised
    kept.append(inputs)


def keeps_a_cycle(kept: list[Any], ids: pd.Series, x: pd.Series) -> None:
    cycle: list[Any] = [ids, x]
    cycle.append(cycle)
    kept.append(lambda: cycle[:2])


def keeps_in_a_thread(kept: list[Any], ids: pd.Series, x: pd.Series) -> None:
    import threading

    ready = threading.Event()

    def holds() -> None:
        a, b = ids, x
        kept.append(lambda: (a, b))
        ready.set()

    threading.Thread(target=holds, daemon=True).start()
    ready.wait()


def keeps_arrow(kept: list[Any], ids: pd.Series, x: pd.Series) -> None:

    a, b = pa.array(ids), pa.array(x).slice(0)
    kept.append(lambda: (a.to_numpy(), b.to_numpy()))


def keeps_a_generator(kept: list[Any], ids: pd.Series, x: pd.Series) -> None:
    def generator() -> Iterator[Any]:
        yield
        while True:
            yield ids, x

    running = generator()
    next(running)
    kept.append(lambda: next(running))


KEEPERS = [
    keeps_series,
    keeps_arrays,
    keeps_slices,
    keeps_memoryviews,
    keeps_a_traceback,
    keeps_a_cycle,
    keeps_in_a_thread,
    keeps_arrow,
    keeps_a_generator,
]


def keeping(keep: Callable[..., None]) -> Any:
    @pandas_udf(BooleanType())
    def function(ids: pd.Series, x: pd.Series) -> pd.Series:
        import builtins

        kept: Any = builtins.__dict__.setdefault("_kept_inputs", [])
        keep(kept, ids, x)
        parts = [part() for part in kept]
        return pd.Series([all(bool((np.asarray(b) == np.asarray(a) * 0.5).all()) for a, b in parts)] * len(ids))

    return function


@pandas_udf(LongType())
def forgets(column: pd.Series) -> pd.Series:
    """Return how many rows were kept whose values are as they were, and forget them."""
    import builtins

    kept = builtins.__dict__.pop("_kept_inputs", [])
    parts = [part() for part in kept]
    return column * 0 + sum(int((np.asarray(b) == np.asarray(a) * 0.5).sum()) for a, b in parts)


@pytest.mark.parametrize("keep", KEEPERS)
def test_what_a_function_keeps_stays_as_it_was(
    spark: SparkSession, shares: None, numbers: Callable[[], DataFrame], keep: Callable[..., None]
) -> None:
    assert kept_bytes(spark) == 0
    query = numbers().select("id", "x", keeping(keep)("id", "x").alias("same"))
    rows = query.collect()
    assert [(row.id, row.x, row.same) for row in rows] == [(i, i * 0.5, True) for i in range(ROWS)]
    assert tasks(query) > 0
    # The first batch was shared, and kept. All others were copied.
    assert tasks(query, SHARED) == tasks(query, KEPT) == 2
    assert kept_bytes(spark) > 0
    fallbacks = spark.sparkContext._jvm.org.apache.spark.sql.execution.python.bufferbridge.Fallbacks
    assert sum("a function keeps its inputs" in text for text in fallbacks.texts()) == 1
    numbers().select(scaled("x", "id")).collect()  # writes other values where the vectors were
    rows_kept = len(range(7, 1000, 13)) * ROWS // 1000 if keep is keeps_slices else ROWS
    assert spark.range(1).select(forgets("id")).collect()[0][0] == rows_kept
    assert kept_bytes(spark) == 0


def test_inputs_of_a_failed_function_that_are_kept_stay(
    spark: SparkSession, shares: None, numbers: Callable[[], DataFrame]
) -> None:
    @pandas_udf(BooleanType())
    def fails(ids: pd.Series, x: pd.Series) -> pd.Series:
        import builtins

        builtins.__dict__.setdefault("_kept_inputs", []).append(lambda: (ids, x))
        raise ValueError("no")

    assert "no" in outcome_of(numbers().select(fails("id", "x")).collect).error[1]
    assert kept_bytes(spark) > 0
    numbers().select(scaled("x", "id")).collect()
    assert spark.range(1).select(forgets("id")).collect()[0][0] == 1000
    assert kept_bytes(spark) == 0


def test_inputs_that_are_kept_stay_when_a_limit_ends_the_task(
    spark: SparkSession, shares: None, numbers: Callable[[], DataFrame]
) -> None:
    """The reader of the file frees its vectors at the end of the task, too."""
    keeper = keeping(keeps_series).asNondeterministic()  # called once, below the filter
    for _ in range(5):
        query = numbers().select(keeper("id", "x").alias("same")).where("same").limit(5)
        assert [row.same for row in query.collect()] == [True] * 5
        assert kept_bytes(spark) > 0
        numbers().select(scaled("x", "id")).collect()
        assert spark.range(1).select(forgets("id")).collect()[0][0] == 1000
        assert kept_bytes(spark) == 0


def test_a_limit_within_a_stage_frees_no_inputs(
    spark: SparkSession, shares: None, numbers: Callable[[], DataFrame]
) -> None:
    """Spark's code for rows of columns closes the batch at which such a limit ends."""
    keeper = keeping(keeps_series).asNondeterministic()
    for _ in range(3):
        query = numbers().select(keeper("id", "x").alias("same")).where("same").limit(5).repartition(1)
        assert [row.same for row in query.collect()] == [True] * 5
        assert tasks(query, KEPT) == 2
        numbers().select(scaled("x", "id")).collect()
        assert spark.range(1).select(forgets("id")).collect()[0][0] == 1000
        assert kept_bytes(spark) == 0
        plain = numbers().select(same.asNondeterministic()("id").alias("i")).where("i >= 0").limit(5).repartition(1)
        assert [row.i for row in plain.collect()] == list(range(5))
        assert tasks(plain, KEPT) == 0


def test_a_limit_is_no_reason_to_keep(spark: SparkSession, shares: None, numbers: Callable[[], DataFrame]) -> None:
    plain = same.asNondeterministic()
    for _ in range(5):
        query = numbers().select(plain("id").alias("i")).where("i >= 0").limit(5)
        query.collect()
        assert tasks(query, SHARED) == 1
        assert tasks(query, KEPT) == 0


def test_inputs_of_a_cancelled_task_stay(spark: SparkSession, shares: None, numbers: Callable[[], DataFrame]) -> None:
    @pandas_udf(BooleanType())
    def waits(ids: pd.Series, x: pd.Series) -> pd.Series:
        import builtins

        builtins.__dict__.setdefault("_kept_inputs", []).append(lambda: (ids, x))
        for _ in range(3000):
            time.sleep(0.01)
        return ids > 0

    import threading

    def cancel() -> None:
        time.sleep(3)
        spark.sparkContext.cancelAllJobs()

    threading.Thread(target=cancel).start()
    outcome = outcome_of(numbers().select(waits("id", "x")).collect)
    assert outcome.error is not None
    assert "cancelled" in outcome.error[1]
    end = time.monotonic() + 20
    while not kept_bytes(spark) and time.monotonic() < end:
        time.sleep(0.1)
    numbers().select(scaled("x", "id")).collect()
    assert spark.range(1).select(forgets("id")).collect()[0][0] == 1000
    assert kept_bytes(spark) == 0


def test_a_thread_that_lets_go_later_frees_the_memory(
    spark: SparkSession, shares: None, numbers: Callable[[], DataFrame]
) -> None:
    @pandas_udf(DoubleType())
    def lingers(x: pd.Series) -> pd.Series:
        import threading
        import time

        def hold(column: pd.Series) -> None:
            time.sleep(0.02)
            assert column.sum() > -1

        threading.Thread(target=hold, args=(x,)).start()
        return x + 1

    for _ in range(10):
        query = numbers().select(lingers("x").alias("y")).agg(sf.sum("y"))
        assert query.collect()[0][0] == sum(i * 0.5 + 1 for i in range(ROWS))
        assert tasks(query, KEPT) == 1
    end = time.monotonic() + 10
    while kept_bytes(spark) and time.monotonic() < end:
        time.sleep(0.1)
    assert kept_bytes(spark) == 0


def test_what_other_functions_gave_is_copied(
    spark: SparkSession, shares: None, numbers: Callable[[], DataFrame]
) -> None:
    """A union of columns gives them as they are. They belong to the tasks below."""
    below = [numbers().mapInArrow(lambda batches: batches, "id long, x double") for _ in range(2)]
    query = below[0].union(below[1]).select("id", keeping(keeps_series)("id", "x").alias("same"))
    assert sorted((row.id, row.same) for row in query.collect()) == sorted([(i, True) for i in range(ROWS)] * 2)
    assert tasks(query, SHARED) == 0
    assert spark.range(1).select(forgets("id")).collect()[0][0] == 2 * ROWS
