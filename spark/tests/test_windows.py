"""Functions that aggregate windows."""

from __future__ import annotations

from collections.abc import Callable
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
from pyspark.sql.window import Window

from conftest import Compare, tasks


@pandas_udf(DoubleType())
def mean(column: pd.Series) -> float:
    return float(column.mean())


@arrow_udf(DoubleType())
def total(column: pa.Array) -> float:
    return pc.sum(column.cast(pa.float64())).as_py() or 0.0


@pandas_udf(DoubleType())
def weighted(column: pd.Series, weight: pd.Series) -> float:
    return float((column * weight).sum())


@pandas_udf(StringType())
def joined(column: pd.Series) -> str:
    return " ".join(column.astype("str"))


def by_key() -> Any:
    return Window.partitionBy("k").orderBy("n")


WINDOWS: dict[str, Callable[[], Any]] = {
    "all rows of a key": lambda: Window.partitionBy("k"),
    "all rows": lambda: Window.partitionBy(),
    "up to here": by_key,
    "rows around": lambda: by_key().rowsBetween(-2, 3),
    "rows behind": lambda: by_key().rowsBetween(1, 4),
    "rows to the end": lambda: by_key().rowsBetween(0, Window.unboundedFollowing),
    "a range": lambda: by_key().rangeBetween(-7, 0),
    "keys with nulls": lambda: Window.partitionBy("int").orderBy("n").rowsBetween(-1, 1),
    "several keys": lambda: Window.partitionBy("k", "string").orderBy(col("n").desc()).rowsBetween(-5, 0),
}


@pytest.fixture(scope="module")
def values(spark: SparkSession) -> DataFrame:
    return table(spark, 300, 0.2, ["int", "long", "double", "string", "decimal_small"], seed=3).repartition(2)


@pytest.mark.parametrize("window", WINDOWS.values(), ids=WINDOWS.keys())
def test_values_are_those_of_workers(compare: Compare, values: DataFrame, window: Callable[[], Any]) -> None:
    compare(lambda: values.select("n", mean("n").over(window()), joined("string").over(window())))
    compare(lambda: values.select("n", total("n").over(window())))


def test_several_frames_and_arguments(compare: Compare, values: DataFrame) -> None:
    some, all_, so_far = (WINDOWS[name]() for name in ("rows around", "all rows of a key", "up to here"))
    compare(
        lambda: values.select(
            "n",
            mean("n").over(some),
            mean("n").over(all_),
            weighted("n", "long").over(so_far),
            weighted(weight=col("k"), column=col("n")).over(some),
            weighted(col("n") + 1, sf.lit(2)).over(all_),
            sf.sum("n").over(some),
        )
    )


def test_small_batches_and_a_window_that_spills(spark: SparkSession, compare: Compare, settings: Any) -> None:
    settings(spark__sql__execution__arrow__maxRecordsPerBatch=7)
    settings(spark__sql__windowExec__buffer__in__memory__threshold=10)
    settings(spark__sql__windowExec__buffer__spill__threshold=50)
    frame = spark.range(0, 400, 1, 2).selectExpr("id as n", "id % 3 as k", "cast(id as string) as s")
    for name in ("rows around", "all rows of a key"):
        compare(lambda name=name: frame.select("*", mean("n").over(WINDOWS[name]()), joined("s").over(WINDOWS[name]())))


def test_no_rows(spark: SparkSession, compare: Compare) -> None:
    frame = spark.range(0, 10, 1, 2).selectExpr("id as n", "id % 3 as k").where("n + rand() < 0")
    compare(lambda: frame.select("n", mean("n").over(WINDOWS["rows around"]())), runs_in_process=False)


def test_errors_are_those_of_workers(compare: Compare, values: DataFrame) -> None:
    @pandas_udf(LongType())
    def fails(column: pd.Series) -> int:
        return int(column.iloc[1000])

    for name in ("rows around", "all rows of a key"):
        outcome = compare(lambda name=name: values.select(fails("n").over(WINDOWS[name]())))
        assert outcome.error is not None
        assert "IndexError" in outcome.error[1]


def test_explain_shows_the_operator(
    spark: SparkSession, compare: Compare, settings: Any, values: DataFrame, capsys: pytest.CaptureFixture[str]
) -> None:
    query = values.select(mean("n").over(WINDOWS["rows around"]()))
    query.explain()
    assert "InProcessWindowPython" in capsys.readouterr().out
    settings(spark__bufferbridge__exclude="mean")
    compare(lambda: values.select(mean("n").over(WINDOWS["rows around"]())), runs_in_process=False)
    query = values.select(mean("n").over(WINDOWS["rows around"]()))
    query.collect()
    assert tasks(query) == 0
