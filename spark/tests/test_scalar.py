"""Scalar functions: batches, arguments, chains, and what comes along with their results."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from columns import table
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as sf
from pyspark.sql.functions import col, pandas_udf
from pyspark.sql.pandas.functions import arrow_udf
from pyspark.sql.types import DoubleType, LongType, StringType, StructType

from conftest import Compare, tasks


@pandas_udf(LongType())
def size(column: pd.Series) -> pd.Series:
    return pd.Series([len(column)] * len(column))


@pandas_udf(StringType())
def sizes_so_far(columns: Iterator[pd.Series]) -> Iterator[pd.Series]:
    seen: list[int] = []
    for column in columns:
        seen.append(len(column))
        yield pd.Series([str(seen)] * len(column))


@pandas_udf(DoubleType())
def rolling(column: pd.Series) -> pd.Series:
    means: Any = column.rolling(5)
    return (column - means.mean()) / means.std()


@arrow_udf(DoubleType())
def add(a: pa.Array, b: pa.Array) -> pa.Array:
    return pc.add(a, b)


@pandas_udf(StructType().add("a", DoubleType()).add("b", StringType()))
def pair(a: pd.Series, b: pd.Series) -> pd.DataFrame:
    return pd.DataFrame({"a": a * 2, "b": b.astype("str")})


@pandas_udf(DoubleType())
def weighted(a: pd.Series, *, weight: pd.Series, shift: pd.Series) -> pd.Series:
    return a * weight + shift


@pandas_udf(DoubleType())
def both(a: pd.Series, b: pd.Series) -> pd.Series:
    return a * 10 + b


Source = Callable[[], DataFrame]


@pytest.fixture(params=["rows", "parquet", "parquet without a batch's end", "orc", "cache"])
def source(request: pytest.FixtureRequest, spark: SparkSession, settings: Any, tmp_path: Path) -> Iterator[Source]:
    """Give a table by rows or by batches of columns. The rows of its batches are no divisor of anything."""
    rows = table(spark, 1000, 0.2, seed=2).repartition(1)
    kind = request.param.split()[0]
    settings(spark__sql__execution__arrow__maxRecordsPerBatch=97)
    settings(spark__sql__parquet__columnarReaderBatchSize=61 if request.param == "parquet" else 4096)
    settings(spark__sql__orc__columnarReaderBatchSize=61, spark__sql__inMemoryColumnarStorage__batchSize=61)
    if kind == "rows":
        yield lambda: rows
    elif kind == "cache":
        kept = rows.cache()
        kept.count()
        yield lambda: kept
        kept.unpersist()
    else:
        path = str(tmp_path / "table")
        rows.write.format(kind).save(path)
        yield lambda: spark.read.format(kind).load(path)


QUERIES: dict[str, Callable[[DataFrame], DataFrame]] = {
    "a column": lambda t: t.select("n", size("n"), rolling("double")),
    "no column but the result": lambda t: t.select(size("n")),
    "all types come along": lambda t: t.withColumn("size", size("long")),
    "the same column twice": lambda t: t.select(both("double", "double")),
    "expressions": lambda t: t.select("n", size(col("n") + 1), rolling(col("double") * col("n"))),
    "a literal": lambda t: t.select("n", both("double", sf.lit(2.0))),
    "several functions": lambda t: t.select(size("n"), rolling("double"), both("double", "float")),
    "functions of both kinds": lambda t: t.select(size("n"), add("double", "double")),
    "a chain": lambda t: t.select("n", rolling(rolling(both("double", "float")))),
    "a function over another kind's": lambda t: t.select("n", rolling(add("double", "double")), size("n")),
    "a struct": lambda t: t.select("n", pair("double", "string")),
    "a field of a struct": lambda t: t.select("n", pair("double", "string").b),
    "named arguments": lambda t: t.select(weighted("double", shift=col("float"), weight=col("int"))),
    "iterators": lambda t: t.select("n", sizes_so_far("n"), "string"),
    "a filter by a function": lambda t: t.where(both("double", "double") > 1.0).select("n", "string"),
    "a function after a filter": lambda t: t.where("n % 3 = 0").select("n", size("n"), "map"),
    "an aggregate of results": lambda t: t.groupBy(size("n").alias("s")).agg(sf.count("*"), sf.sum("n")).orderBy("s"),
    "a join by results": lambda t: (
        t.select(both("n", "n").alias("x")).join(t.select("n"), col("x") == col("n")).orderBy("n")
    ),
    "a limit": lambda t: t.select("n", rolling("double")).limit(5),
    "a nested value as an argument": lambda t: t.select(size("nested"), size("map"), size("decimal_large")),
    "the file": lambda t: t.select(size("n"), sf.length(sf.input_file_name()) > 0),
}


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES.keys())
def test_results_are_those_of_workers(
    compare: Compare, source: Source, query: Callable[[DataFrame], DataFrame]
) -> None:
    compare(lambda: query(source()))


def test_a_function_sees_the_batches_of_stock_spark(
    spark: SparkSession, compare: Compare, settings: Any, tmp_path: Path
) -> None:
    spark.range(1000).repartition(1).write.parquet(str(tmp_path / "t"))
    settings(spark__sql__parquet__columnarReaderBatchSize=300)
    outcome = compare(lambda: spark.read.parquet(str(tmp_path / "t")).select(size("id").alias("s")).distinct())
    assert sorted(row[2][0][1] for row in outcome.rows[2]) == [100, 300]
    settings(spark__sql__execution__arrow__maxRecordsPerBatch=400)
    outcome = compare(lambda: spark.range(0, 1000, 1, 1).select(size("id").alias("s")).distinct())
    assert sorted(row[2][0][1] for row in outcome.rows[2]) == [200, 400]
    settings(spark__sql__execution__arrow__maxBytesPerBatch="1k")
    compare(lambda: spark.range(0, 1000, 1, 1).select(size("id").alias("s")).groupBy("s").count())


def test_results_computed_ahead_keep_their_rows(compare: Compare, source: Source, settings: Any) -> None:
    settings(spark__sql__execution__pythonUDF__arrow__concurrency__level="4")
    compare(lambda: source().select("n", rolling("double"), "string", "nested"))


def test_what_a_function_keeps_is_not_written_again(spark: SparkSession, tmp_path: Path) -> None:
    frame = spark.range(0, 100_000, 1, 1).withColumn("x", col("id") * 0.5)
    frame.write.parquet(str(tmp_path / "t"))

    @pandas_udf("boolean")
    def kept(ids: pd.Series, column: pd.Series) -> pd.Series:
        import builtins

        everything: Any = builtins.__dict__.setdefault("_kept_columns", [])
        everything.append((ids.to_numpy(), column.to_numpy()))
        return pd.Series([all(bool(np.all(x == i * 0.5)) for i, x in everything)] * len(ids))

    for source in (spark.read.parquet(str(tmp_path / "t")), frame):
        query = source.select(kept("id", "x").alias("ok")).groupBy("ok").count()
        assert [tuple(row) for row in query.collect()] == [(True, 100_000)]
        assert tasks(query) > 0
