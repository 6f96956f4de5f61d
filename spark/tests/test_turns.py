"""How many tasks run Python code at the same time, and which functions do."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from pyspark.sql import SparkSession
from pyspark.sql.functions import pandas_udf
from pyspark.sql.pandas.functions import arrow_udf
from pyspark.sql.types import LongType

from conftest import Compare, in_process, tasks


@pandas_udf(LongType())
def together(column: pd.Series) -> pd.Series:
    """Return how many tasks are in this function at the same time, at most."""
    import builtins
    import threading
    import time

    lock = builtins.__dict__.setdefault("_together_lock", threading.Lock())
    with lock:
        now = builtins.__dict__.get("_together", 0) + 1
        builtins.__dict__["_together"] = now
    time.sleep(0.3)
    with lock:
        builtins.__dict__["_together"] -= 1
    return column * 0 + now


@pandas_udf(LongType())
def plus(column: pd.Series) -> pd.Series:
    return column + 1


@arrow_udf(LongType())
def same(column: pa.Array) -> pa.Array:
    return column


@pandas_udf(LongType())
def process(column: pd.Series) -> pd.Series:
    return column * 0 + os.getpid()


def at_most_together(spark: SparkSession) -> int:
    rows = spark.range(0, 8, 1, 8).select(together("id")).collect()
    return max(row[0] for row in rows)


def test_tasks_take_turns(spark: SparkSession, settings: Any) -> None:
    assert at_most_together(spark) == 2
    settings(spark__bufferbridge__maxConcurrentTasks=1)
    assert at_most_together(spark) == 1
    settings(spark__bufferbridge__maxConcurrentTasks=2)
    assert at_most_together(spark) == 2
    settings(spark__bufferbridge__maxConcurrentTasks=0)
    assert at_most_together(spark) == 2


@pytest.mark.parametrize("limit", ["-1", "two", "1.5"])
def test_a_limit_that_is_no_number_is_refused(spark: SparkSession, settings: Any, limit: str) -> None:
    settings(spark__bufferbridge__maxConcurrentTasks=limit)
    with pytest.raises(Exception, match=f"spark.bufferbridge.maxConcurrentTasks is '{limit}'"):
        spark.range(1).select(plus("id")).collect()


def test_several_operators_of_a_task_do_not_wait_for_each_other(
    spark: SparkSession, compare: Compare, settings: Any
) -> None:
    settings(spark__bufferbridge__maxConcurrentTasks=1, spark__sql__execution__arrow__maxRecordsPerBatch=10)

    def twice(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            yield batch
            yield batch

    def query() -> Any:
        rows = spark.range(0, 200, 1, 4).select(same(plus("id")).alias("id"), same("id").alias("same"))
        mapped = rows.mapInArrow(twice, "id long, same long")
        grouped = mapped.groupBy("same").applyInPandas(lambda group: group.head(3), "id long, same long")
        return grouped.select(plus(same("id")).alias("id")).orderBy("id")

    assert compare(query).error is None
    frame = query()
    frame.collect()
    assert tasks(frame) > 4


def test_input_is_read_without_a_turn(spark: SparkSession, settings: Any) -> None:
    """A task that waits for its input lets the other one run its function."""
    settings(spark__bufferbridge__maxConcurrentTasks=1)
    with in_process(spark, False):
        # In a worker process, so without the GIL of the JVM's Python.
        slow = spark.range(0, 2, 1, 2).mapInArrow(_delays, "id long")
    frame = slow.select(together("id"))
    assert max(row[0] for row in frame.collect()) == 1


def _delays(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    time.sleep(1)
    yield from batches


def test_a_task_that_waits_for_its_turn_can_be_killed(spark: SparkSession, settings: Any) -> None:
    settings(spark__bufferbridge__maxConcurrentTasks=1)

    @pandas_udf(LongType())
    def sleeps(column: pd.Series) -> pd.Series:
        time.sleep(15)
        return column

    failed: list[BaseException] = []

    def run(group: str, name: Any) -> None:
        spark.sparkContext.setJobGroup(group, "", interruptOnCancel=False)
        try:
            spark.range(0, 1, 1, 1).select(name("id")).collect()
        except BaseException as error:
            failed.append(error)

    holds = threading.Thread(target=run, args=("holds", sleeps))
    holds.start()
    time.sleep(4)
    waits = threading.Thread(target=run, args=("waits", plus))
    waits.start()
    time.sleep(3)
    assert waits.is_alive()
    spark.sparkContext.cancelJobGroup("waits")
    waits.join(5)
    assert not waits.is_alive()
    start = time.monotonic()
    # The core of the killed task is free, while the other one is asleep: a query in workers runs at once.
    with in_process(spark, False):
        spark.range(0, 1, 1, 1).select(plus("id")).collect()
    assert holds.is_alive()
    assert time.monotonic() - start < 8
    holds.join()
    assert len(failed) == 1


def test_functions_are_opted_in(spark: SparkSession, settings: Any) -> None:
    jvm = spark.sparkContext._jvm.java.lang.ProcessHandle.current().pid()
    query = spark.range(3).select(process("id"))

    def runs_in_process() -> bool:
        return {row[0] for row in spark.range(3).select(process("id")).collect()} == {jvm}

    assert {row[0] for row in query.collect()} == {jvm}
    settings(spark__bufferbridge__include="other, process")
    assert runs_in_process()
    settings(spark__bufferbridge__include="other")
    assert not runs_in_process()
    settings(spark__bufferbridge__include="other, process", spark__bufferbridge__exclude="process")
    assert not runs_in_process()
