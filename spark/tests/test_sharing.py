"""Columns that Python reads in Spark's own memory."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from columns import table
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as sf
from pyspark.sql.functions import col, pandas_udf
from pyspark.sql.pandas.functions import arrow_udf
from pyspark.sql.types import DoubleType, LongType, StringType

from conftest import KEPT, MINOR, ROWS, SHARED, Compare, in_process, tasks

FIXED_WIDTH = ["byte", "short", "int", "long", "float", "double", "date", "timestamp", "timestamp_ntz"]


@arrow_udf(StringType())
def as_text(column: pa.Array) -> pa.Array:
    return pc.cast(column, pa.string())


@pandas_udf(StringType())
def as_series(column: pd.Series) -> pd.Series:
    return column.astype("str")


@pandas_udf(DoubleType())
def scaled(x: pd.Series, ids: pd.Series) -> pd.Series:
    return x * 2 + ids


@pandas_udf(LongType())
def same(column: pd.Series) -> pd.Series:
    return column


@pandas_udf(DoubleType())
def length_and_sum(text: pd.Series, x: pd.Series) -> pd.Series:
    return text.str.len() + x


@pytest.mark.parametrize("nulls", [0.0, 0.3, 1.0], ids=["no nulls", "some nulls", "only nulls"])
def test_values_are_those_of_workers(
    spark: SparkSession, compare: Compare, shares: None, tmp_path: Path, nulls: float
) -> None:
    path = str(tmp_path / "table")
    table(spark, 3000, nulls, FIXED_WIDTH).repartition(1).write.option("parquet.enable.dictionary", "false").parquet(
        path
    )
    frame = spark.read.parquet(path)
    compare(lambda: frame.select("*", *(f(name) for name in FIXED_WIDTH for f in (as_text, as_series))))
    query = frame.select(*(as_text(name) for name in FIXED_WIDTH))
    query.collect()
    assert tasks(query, SHARED) == (0 if nulls else 3 * len(FIXED_WIDTH))
    assert tasks(query, KEPT) == 0


def test_columns_of_fixed_width_are_not_copied(
    spark: SparkSession, compare: Compare, settings: Any, shares: None, numbers: Callable[[], DataFrame]
) -> None:
    def query() -> DataFrame:
        return numbers().select("id", "s", scaled("x", "id"), same("id"), length_and_sum("s", "x"))

    compare(query)
    shared = query()
    shared.collect()
    assert tasks(shared, SHARED) == 2 * ROWS / 1000
    assert tasks(shared, KEPT) == 0
    settings(spark__bufferbridge__share="false")
    copied = query()
    copied.collect()
    assert tasks(copied) > 0
    assert tasks(copied, SHARED) == 0


def test_what_has_to_be_copied_is(spark: SparkSession, compare: Compare, shares: None, tmp_path: Path) -> None:
    path = str(tmp_path / "dictionary")
    spark.range(0, ROWS, 1, 1).selectExpr("id % 7 as a", "id % 5 = 0 as b").write.parquet(path)
    repeated = spark.read.parquet(path)
    compare(lambda: repeated.select(same("a"), as_text("b")))
    query = repeated.select(same("a"), as_text("b"))
    query.collect()
    assert tasks(query) > 0
    assert tasks(query, SHARED) == 0


def test_a_cached_table_is_shared(spark: SparkSession, compare: Compare, shares: None) -> None:
    cached = spark.range(0, ROWS, 1, 1).selectExpr("id", "rand(1) as x").cache()
    try:
        compare(lambda: cached.select("id", scaled("x", "id")))
        query = cached.select(scaled("x", "id"))
        query.collect()
        assert tasks(query, SHARED) > 0
        assert tasks(query, KEPT) == 0
    finally:
        cached.unpersist()


@pytest.mark.parametrize("rows", [1, 999, 1000, 1001])
def test_batches_of_any_size(
    spark: SparkSession, compare: Compare, shares: None, numbers: Callable[[], DataFrame], rows: int
) -> None:
    compare(lambda: numbers().where(f"id < {rows}").select(scaled("x", "id")))
    compare(lambda: numbers().limit(rows).select(scaled("x", "id")))


def test_inputs_cannot_be_written(
    spark: SparkSession, compare: Compare, shares: None, numbers: Callable[[], DataFrame]
) -> None:
    @pandas_udf(DoubleType())
    def writes(column: pd.Series) -> pd.Series:
        column.to_numpy()[0] = 7.0
        return column

    @arrow_udf(DoubleType())
    def writes_to_the_buffer(column: pa.Array) -> pa.Array:
        memoryview(column.buffers()[1])[0] = 1
        return column

    for function in (writes, writes_to_the_buffer):
        outcome = compare(lambda function=function: numbers().select(function("x")))
        assert outcome.error is not None
        assert "read-only" in outcome.error[1] or "readonly" in outcome.error[1]


def test_iterators_get_copies(
    spark: SparkSession, compare: Compare, shares: None, numbers: Callable[[], DataFrame]
) -> None:
    @pandas_udf(DoubleType())
    def differences(columns: Iterator[pd.Series]) -> Iterator[pd.Series]:
        before = None
        for column in columns:
            yield column if before is None else column - before.iloc[-1]
            before = column

    compare(lambda: numbers().select("id", differences("x")))
    query = numbers().select(differences("x"))
    query.collect()
    assert tasks(query) > 0
    assert tasks(query, SHARED) == 0


def test_errors_are_those_of_workers(compare: Compare, shares: None, numbers: Callable[[], DataFrame]) -> None:
    @pandas_udf(DoubleType())
    def divides(x: pd.Series) -> pd.Series:
        if x.iloc[-1] > 5000:
            raise ZeroDivisionError("late")
        return x

    @pandas_udf(DoubleType())
    def too_short(x: pd.Series) -> pd.Series:
        return x[:-1]

    for function in (divides, too_short):
        outcome = compare(lambda function=function: numbers().select(function("x")))
        assert outcome.error is not None


def test_a_filter_below_and_operators_above(
    spark: SparkSession, compare: Compare, shares: None, numbers: Callable[[], DataFrame]
) -> None:
    compare(lambda: numbers().where("id % 3 = 0").select("id", scaled("x", "id"), "s"))
    compare(
        lambda: (
            numbers()
            .select(same("id").alias("k"), "x")
            .groupBy((col("k") % 5).alias("g"))
            .agg(sf.sum("x"))
            .orderBy("g")
        )
    )
    compare(lambda: numbers().select(same("id").alias("k")).join(numbers(), col("k") == col("id")).orderBy("id"))
    with in_process(spark, False):
        query = numbers().select(scaled("x", "id"))
        query.collect()
        assert tasks(query) == 0


def test_a_cache_of_arrow_is_shared() -> None:
    """Its serializer is a static setting, so this is a session of its own."""
    if MINOR == "4.2":
        pytest.skip("Spark 4.2 has no cache of Arrow")
    done = subprocess.run(
        [sys.executable, str(Path(__file__).parent / "on_arrow_cache.py")], capture_output=True, text=True, timeout=400
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "shared 40, kept 0\nshared 2, kept 2\nall is equal\n" in done.stdout
