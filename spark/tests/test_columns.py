"""mapInPandas and mapInArrow over columns: the batches are stock Spark's, whatever the batches of the scan are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from columns import table
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.functions import col, pandas_udf
from pyspark.sql.types import LongType

from conftest import Compare, in_process, tasks

NUMBERS = ["byte", "short", "int", "long", "float", "double", "date", "timestamp", "timestamp_ntz"]


def same(batches: Iterator[Any]) -> Iterator[Any]:
    yield from batches


def sizes(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        yield pa.RecordBatch.from_pydict({"size": [batch.num_rows]})


@pandas_udf(LongType())
def size(column: pd.Series) -> pd.Series:
    return pd.Series([len(column)] * len(column))


@pytest.fixture(params=["on the heap", "off the heap"])
def heap(request: pytest.FixtureRequest, settings: Any) -> None:
    settings(spark__sql__columnVector__offheap__enabled=str(request.param == "off the heap").lower())


def stored(spark: SparkSession, path: Path, frame: DataFrame) -> DataFrame:
    frame.repartition(1).write.parquet(str(path))
    return spark.read.parquet(str(path))


@pytest.mark.parametrize("nulls", [0.0, 0.3, 1.0], ids=["no nulls", "some nulls", "only nulls"])
def test_numbers_are_copied_by_columns(
    spark: SparkSession, compare: Compare, settings: Any, heap: None, tmp_path: Path, nulls: float
) -> None:
    frame = stored(spark, tmp_path / "t", table(spark, 1000, nulls, NUMBERS))
    settings(spark__sql__parquet__columnarReaderBatchSize=61, spark__sql__execution__arrow__maxRecordsPerBatch=97)
    assert compare(lambda: frame.mapInArrow(same, frame.schema)).error is None
    compare(lambda: frame.mapInPandas(same, frame.schema))  # pandas makes floats of ints with nulls


def test_all_types(spark: SparkSession, compare: Compare, settings: Any, heap: None, tmp_path: Path) -> None:
    frame = stored(spark, tmp_path / "t", table(spark, 300, 0.2))
    settings(spark__sql__parquet__columnarReaderBatchSize=61, spark__sql__execution__arrow__maxRecordsPerBatch=97)
    assert compare(lambda: frame.mapInArrow(same, frame.schema)).error is None


@pytest.mark.parametrize("records", ["1", "7", "64", "100", "1000", "0"])
@pytest.mark.parametrize("reader", [8, 100, 4096])
def test_batches_are_those_of_stock_spark(
    spark: SparkSession, compare: Compare, settings: Any, tmp_path: Path, records: str, reader: int
) -> None:
    frame = stored(spark, tmp_path / "t", spark.range(500).selectExpr("id", "if(id % 3 = 0, null, id * 0.5D) as x"))
    settings(spark__sql__parquet__columnarReaderBatchSize=reader)
    settings(spark__sql__execution__arrow__maxRecordsPerBatch=records)
    compare(lambda: frame.mapInArrow(sizes, "size long"))
    compare(lambda: frame.mapInArrow(same, "id long, x double"))


def test_batches_of_limited_bytes(spark: SparkSession, compare: Compare, settings: Any, tmp_path: Path) -> None:
    frame = stored(spark, tmp_path / "t", spark.range(2000).selectExpr("id", "cast(id as string) as s"))
    settings(spark__sql__execution__arrow__maxBytesPerBatch="1k")
    compare(lambda: frame.mapInArrow(sizes, "size long"))
    compare(lambda: frame.select("id").mapInArrow(sizes, "size long"))


def test_a_function_over_results_has_stock_sparks_batches(
    spark: SparkSession, compare: Compare, settings: Any, tmp_path: Path
) -> None:
    frame = stored(spark, tmp_path / "t", spark.range(1000))
    settings(spark__sql__parquet__columnarReaderBatchSize=61, spark__sql__execution__arrow__maxRecordsPerBatch=97)
    compare(lambda: frame.mapInArrow(same, "id long").select("id", size("id")))
    compare(lambda: frame.mapInArrow(same, "id long").mapInArrow(sizes, "size long"))
    compare(lambda: frame.select("id", size("id").alias("s")).mapInArrow(same, "id long, s long"))


def test_rows_are_left_out(spark: SparkSession, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    stored(spark, tmp_path / "t", spark.range(10)).mapInArrow(same, "id long").explain()
    plan = capsys.readouterr().out
    assert plan.index("ColumnarToRow") < plan.index("InProcessMapInArrow") < plan.index("FileScan")
    assert plan.count("ColumnarToRow") == 1


QUERIES: dict[str, Callable[[DataFrame], DataFrame]] = {
    "an aggregate": lambda t: t.mapInArrow(same, t.schema).groupBy((col("id") % 7).alias("k")).sum("x").orderBy("k"),
    "a limit": lambda t: t.mapInArrow(same, t.schema).limit(5),
    "a join": lambda t: t.mapInArrow(same, t.schema).join(t.select("id"), "id").orderBy("id"),
    "no columns": lambda t: t.select().mapInArrow(sizes, "size long"),
    "no rows": lambda t: t.where("id < 0").mapInArrow(same, t.schema),
    "a filter": lambda t: t.where("id % 2 = 0").mapInArrow(same, t.schema),
    "a cached result": lambda t: t.mapInArrow(same, t.schema).cache(),
    "a union": lambda t: t.mapInArrow(same, t.schema).union(t),
}


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES.keys())
def test_within_larger_plans(
    spark: SparkSession, compare: Compare, tmp_path: Path, query: Callable[[DataFrame], DataFrame]
) -> None:
    frame = stored(spark, tmp_path / "t", spark.range(3000).selectExpr("id", "id * 0.5D as x"))
    if query is QUERIES["a cached result"]:
        outcomes = []
        for enabled in (False, True):
            with in_process(spark, enabled):
                cached = query(frame)
                outcomes.append(cached.collect())
                cached.unpersist(blocking=True)
        assert outcomes[0] == outcomes[1]
    else:
        compare(lambda: query(frame))


def test_errors_are_those_of_workers(spark: SparkSession, compare: Compare, tmp_path: Path) -> None:
    frame = stored(spark, tmp_path / "t", spark.range(3000))

    def fails_late(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        yield next(batches)
        raise ValueError("late")

    def of_another_type(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            yield pa.RecordBatch.from_pydict({"id": [str(i) for i in batch.column(0)]})

    for function in (fails_late, of_another_type):
        outcome = compare(lambda function=function: frame.mapInArrow(function, "id long"))
        assert outcome.error is not None


def test_a_task_that_falls_back_has_all_its_rows(spark: SparkSession, settings: Any, tmp_path: Path) -> None:
    frame = stored(spark, tmp_path / "t", spark.range(3000))
    query = frame.mapInArrow(same, "id long")
    assert [row.id for row in query.orderBy("id").collect()] == list(range(3000))
    other = tmp_path / "python"
    import sys

    other.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    other.chmod(0o755)
    settings(spark__sql__execution__pyspark__python=str(other))
    query = frame.mapInArrow(same, "id long").select("id")
    assert sorted(row.id for row in query.collect()) == list(range(3000))
    assert tasks(query) == 0
    assert tasks(query, "bufferbridgeFellBack") > 0
