"""Functions within larger plans: caches, subqueries, unions, joins with themselves, SQL, streams."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as sf
from pyspark.sql.functions import col, pandas_udf
from pyspark.sql.types import LongType

from conftest import Compare, in_process


@pandas_udf(LongType())
def plus(column: pd.Series) -> pd.Series:
    return column + 1


@pandas_udf(LongType())
def total(column: pd.Series) -> int:
    return int(column.sum())


def rows(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        yield pa.RecordBatch.from_pydict({"n": [batch.num_rows]})


def joined_with_itself(frame: DataFrame) -> DataFrame:
    counts = frame.select(plus("id").alias("x")).groupBy("x").count()
    return counts.join(counts, "x").agg(sf.count("*"))


QUERIES: dict[str, Callable[[DataFrame], DataFrame]] = {
    "no columns": lambda t: t.select().mapInArrow(rows, "n long"),
    "a union": lambda t: t.select(plus("id").alias("x")).union(t.select(plus("id"))).agg(sf.sum("x")),
    "a join with itself": joined_with_itself,
    "no rows": lambda t: t.where("id < 0").select(plus("id")),
    "no groups": lambda t: t.where("id < 0").groupBy("id").applyInPandas(lambda group: group, "id long"),
    "an aggregate of all rows": lambda t: t.agg(total("id")),
    "an aggregate over a result": lambda t: t.agg(sf.sum(plus("id"))),
    "a function over an aggregate": lambda t: t.groupBy(col("id") % 3).agg(sf.sum("id").alias("s")).select(plus("s")),
    "aggregates in expressions": lambda t: (
        t.groupBy((col("id") % 2).alias("k")).agg(total(col("id") + 1) * 2, total("id").alias("w")).orderBy("k")
    ),
    "an order by a result": lambda t: t.orderBy(plus("id").desc()).limit(3),
    "a scalar subquery": lambda t: t.where(
        col("id") == t.where("id < 5").select(plus("id").alias("m")).agg(sf.max("m")).scalar()
    ),
}


@pytest.mark.parametrize("adaptive", ["true", "false"])
@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES.keys())
def test_plans_compute_the_same(
    spark: SparkSession,
    compare: Compare,
    settings: Callable[..., None],
    query: Callable[[DataFrame], DataFrame],
    adaptive: str,
    request: pytest.FixtureRequest,
) -> None:
    settings(spark__sql__adaptive__enabled=adaptive)
    name = request.node.callspec.id
    # Where there are no rows, Spark plans or runs no function.
    runs = not any(part in name for part in ("no rows", "no groups", "subquery"))
    frame = spark.range(0, 50, 1, 2)
    with in_process(spark, False):
        stock = query(frame).collect()
    if runs:
        compare(lambda: query(frame))
    else:
        assert query(frame).collect() == stock


def test_a_cache_of_results(spark: SparkSession) -> None:
    cached = spark.range(50).select(plus("id").alias("x")).cache()
    assert cached.agg(sf.sum("x")).collect()[0][0] == 1275
    assert cached.select(plus("x").alias("y")).agg(sf.sum("y")).collect()[0][0] == 1325
    cached.unpersist()


def test_sql_finds_registered_functions(spark: SparkSession, compare: Compare) -> None:
    spark.udf.register("plus_one", plus)
    spark.range(50).createOrReplaceTempView("numbers")
    compare(lambda: spark.sql("select sum(plus_one(id)) from numbers where plus_one(id) > 3"))


def test_a_stream_of_files(spark: SparkSession, tmp_path: Path) -> None:
    for i in range(3):
        spark.range(i * 10, i * 10 + 10).write.parquet(str(tmp_path / "in" / f"part={i}"))
    stream = spark.readStream.schema("id long, part int").option("maxFilesPerTrigger", 1).parquet(str(tmp_path / "in"))
    query = (
        stream.select(plus("id").alias("x"))
        .writeStream.format("memory")
        .queryName("results")
        .trigger(availableNow=True)
        .option("checkpointLocation", str(tmp_path / "checkpoint"))
        .start()
    )
    query.awaitTermination(120)
    assert [row.x for row in spark.table("results").orderBy("x").collect()] == list(range(1, 31))
