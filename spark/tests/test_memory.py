"""Memory of batches goes back when Python lets go of it, and not before."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from pyspark.errors import PythonException
from pyspark.sql import SparkSession
from pyspark.sql.functions import col, pandas_udf
from pyspark.sql.types import LongType, StringType

from conftest import tasks


def allocated(spark: SparkSession) -> int:
    """Return the bytes of all batches in the JVM that runs the functions, after both sides have collected."""

    @pandas_udf(LongType())
    def collect(column: pd.Series) -> pd.Series:
        return column + gc.collect() * 0

    spark.range(1).select(collect("id")).collect()
    batches = spark.sparkContext._jvm.org.apache.spark.sql.execution.python.bufferbridge.ArrowBatches
    end = time.monotonic() + 5
    while batches.allocator().getAllocatedMemory() and time.monotonic() < end:
        time.sleep(0.1)
    return batches.allocator().getAllocatedMemory()


def resident(spark: SparkSession) -> int:
    pid = spark.sparkContext._jvm.java.lang.ProcessHandle.current().pid()
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4096


@pandas_udf(LongType())
def plus(column: pd.Series) -> pd.Series:
    return column + 1


@pandas_udf(StringType())
def text(columns: Iterator[pd.Series]) -> Iterator[pd.Series]:
    for column in columns:
        yield column.astype("str")


def test_ten_thousand_batches_leave_nothing(spark: SparkSession, settings: Any, tmp_path: Path) -> None:
    settings(spark__sql__execution__arrow__maxRecordsPerBatch=20, spark__sql__parquet__columnarReaderBatchSize=20)
    spark.range(0, 200_000, 1, 2).write.parquet(str(tmp_path / "t"))

    def run() -> None:
        rows = spark.range(0, 200_000, 1, 2)
        columns = spark.read.parquet(str(tmp_path / "t"))
        for query in (
            rows.select(plus("id").alias("x")).selectExpr("sum(x)"),
            columns.select(plus("id").alias("x")).selectExpr("sum(x)"),
            columns.select(text("id").alias("x")).selectExpr("sum(length(x))"),
            rows.mapInArrow(lambda batches: batches, "id long").selectExpr("sum(id)"),
        ):
            query.collect()
            assert tasks(query) == 2

    run()
    assert allocated(spark) == 0
    before = resident(spark)
    run()
    assert allocated(spark) == 0
    assert resident(spark) - before < 200 << 20


def test_tasks_that_end_early_leave_nothing(spark: SparkSession) -> None:
    @pandas_udf(LongType())
    def fails(column: pd.Series) -> pd.Series:
        raise ValueError("no")

    def hoards(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        hoard = []
        for batch in batches:
            hoard.append(batch)
            yield from hoard

    for _ in range(20):
        with pytest.raises(PythonException):
            spark.range(100_000).select(fails("id")).collect()
        spark.range(0, 100_000, 1, 1).mapInArrow(hoards, "id long").limit(50_000).count()
        spark.range(0, 100_000, 1, 1).select(plus("id")).limit(3).collect()
        grouped = spark.range(1000).groupBy((col("id") % 10).alias("k"))
        grouped.applyInPandas(lambda group: group, "id long").limit(1).collect()
    assert allocated(spark) == 0


def test_a_kept_batch_keeps_its_memory_after_its_task(spark: SparkSession) -> None:
    assert allocated(spark) == 0

    def keeps(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        import builtins

        builtins.__dict__["_kept_batches"] = list(batches)
        yield pa.RecordBatch.from_pydict({"id": [0]})

    def sums(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        import builtins

        list(batches)
        kept = builtins.__dict__.pop("_kept_batches")
        yield pa.RecordBatch.from_pydict({"id": [sum(sum(batch.column(0).to_pylist()) for batch in kept)]})

    spark.range(0, 100_000, 1, 1).mapInArrow(keeps, "id long").collect()
    assert allocated(spark) >= 800_000
    spark.range(0, 100_000, 1, 1).select(plus("id").alias("x")).selectExpr("sum(x)").collect()
    assert spark.range(1).repartition(1).mapInArrow(sums, "id long").collect()[0][0] == sum(range(100_000))
    assert allocated(spark) == 0


def test_batches_are_spark_memory(spark: SparkSession) -> None:
    """A task without memory left fails with Spark's own error, and the executor goes on."""

    def hoards(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        hoard = list(batches)
        yield pa.RecordBatch.from_pydict({"id": [len(hoard)]})

    # 3 GB, of a JVM with 2 GB.
    frame = spark.range(0, 1_500_000, 1, 1).selectExpr("repeat('x', 2000) as s").mapInArrow(hoards, "id long")
    with pytest.raises(Exception, match="UNABLE_TO_ACQUIRE_MEMORY"):
        frame.collect()
    assert allocated(spark) == 0
    assert spark.range(0, 100_000, 1, 1).mapInArrow(hoards, "id long").collect()[0][0] == 10


def test_what_python_keeps_is_counted(spark: SparkSession) -> None:
    def keeps(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        import builtins

        builtins.__dict__["_kept_batches"] = list(batches)
        yield pa.RecordBatch.from_pydict({"id": [0]})

    def lets_go(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        import builtins

        builtins.__dict__.pop("_kept_batches")
        yield from batches

    query = spark.range(0, 100_000, 1, 1).mapInArrow(keeps, "id long")
    query.collect()
    assert tasks(query, "bufferbridgeKeptBytes") >= 800_000
    query = spark.range(0, 100_000, 1, 1).mapInArrow(lets_go, "id long")
    query.collect()
    assert tasks(query, "bufferbridgeKeptBytes") == 0
    assert allocated(spark) == 0
