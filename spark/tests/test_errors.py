"""Exceptions of functions are those of worker processes: classes, texts, line numbers."""

from __future__ import annotations

import itertools
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from pyspark.errors import PythonException
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.functions import col, pandas_udf, udf
from pyspark.sql.pandas.functions import arrow_udf
from pyspark.sql.types import LongType

from conftest import Compare, in_process


def long_of_pandas(function: Any) -> Any:
    function.__annotations__ = {"column": pd.Series, "return": pd.Series}
    return pandas_udf(function, LongType())


def raises(column: Any) -> Any:
    numbers = {"a": 1}
    return column + numbers["no such key"]


def raises_with_a_cause(column: Any) -> Any:
    try:
        return raises(column)
    except KeyError as error:
        raise ValueError("Grüße \u4e16") from error


def exits(column: Any) -> Any:
    sys.exit(3)


def stops(column: Any) -> Any:
    raise StopIteration


def interrupts(column: Any) -> Any:
    raise KeyboardInterrupt


def too_short(column: Any) -> Any:
    return column[:-1]


def of_the_wrong_type(column: Any) -> Any:
    return column.astype("str") + "x"


def of_no_series(column: Any) -> Any:
    return 5


def fails_late(column: Any) -> Any:
    if (column > 500).any():
        raise OverflowError("late")
    return column


FUNCTIONS = [
    raises,
    raises_with_a_cause,
    exits,
    stops,
    interrupts,
    too_short,
    of_the_wrong_type,
    of_no_series,
    fails_late,
]


@pytest.mark.parametrize("simplified", ["true", "false"])
@pytest.mark.parametrize("function", FUNCTIONS)
def test_exceptions_of_scalar_functions(
    spark: SparkSession, compare: Compare, settings: Any, function: Any, simplified: str
) -> None:
    settings(spark__sql__execution__pyspark__udf__simplifiedTraceback__enabled=simplified)
    settings(spark__sql__execution__arrow__maxRecordsPerBatch=100)
    wrapped = long_of_pandas(function)
    outcome = compare(lambda: spark.range(0, 1000, 1, 1).select(wrapped("id")))
    assert outcome.error is not None


@pytest.mark.parametrize("hidden", ["true", "false"])
def test_hidden_tracebacks_stay_hidden(spark: SparkSession, compare: Compare, settings: Any, hidden: str) -> None:
    settings(spark__sql__execution__pyspark__udf__hideTraceback__enabled=hidden)
    outcome = compare(lambda: spark.range(3).select(long_of_pandas(raises)("id")))
    assert outcome.error is not None
    assert ("Traceback" in outcome.error[1]) == (hidden == "false")


def yields_no_batch(batches: Iterator[Any]) -> Iterator[Any]:
    yield 5


def yields_other_columns(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        yield pa.RecordBatch.from_pydict({"other": batch.column(0)})


def yields_two_schemas(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for i, batch in enumerate(batches):
        yield batch if i < 2 else pa.RecordBatch.from_pydict({"id": [float(i)]})


def no_generator(batches: Any) -> Any:
    return 5


@pytest.mark.parametrize("function", [yields_no_batch, yields_other_columns, yields_two_schemas, no_generator])
def test_exceptions_of_map_in_arrow(spark: SparkSession, compare: Compare, settings: Any, function: Any) -> None:
    settings(spark__sql__execution__arrow__maxRecordsPerBatch=100)
    outcome = compare(lambda: spark.range(0, 1000, 1, 1).mapInArrow(function, "id long"))
    assert (outcome.error is None) == (function is yields_other_columns)  # Spark takes columns by their places


def test_exceptions_of_groups(spark: SparkSession, compare: Compare) -> None:
    def fails(group: pd.DataFrame) -> pd.DataFrame:
        return group[["no such column"]]

    grouped = spark.range(100).withColumn("k", col("id") % 3).groupBy("k")
    assert compare(lambda: grouped.applyInPandas(fails, "id long")).error is not None
    assert compare(lambda: grouped.cogroup(grouped).applyInPandas(lambda a, b: fails(a), "id long")).error is not None

    @pandas_udf(LongType())
    def aggregate(column: pd.Series) -> int:
        raise RuntimeError("no aggregate")

    assert compare(lambda: grouped.agg(aggregate("id"))).error is not None


def test_a_failure_of_the_input_is_itself(spark: SparkSession, compare: Compare) -> None:
    @pandas_udf(LongType())
    def swallows(columns: Iterator[pd.Series]) -> Iterator[pd.Series]:
        try:
            yield from columns
        except BaseException:
            yield pd.Series([], dtype="int64")

    def query() -> DataFrame:
        return spark.range(10).selectExpr("raise_error('from below') as x").select(swallows(col("x").cast("long")))

    outcome = compare(query)
    assert outcome.error is not None
    assert "from below" in outcome.error[1]


def test_an_exception_of_a_function_below_is_its_own(spark: SparkSession, compare: Compare) -> None:
    @arrow_udf(LongType())
    def same(column: pa.Array) -> pa.Array:
        return column

    outcome = compare(lambda: spark.range(10).select(same(long_of_pandas(raises)("id"))))
    assert outcome.error is not None
    assert "no such key" in outcome.error[1]


def test_a_function_that_cannot_be_loaded(spark: SparkSession, compare: Compare) -> None:
    class Broken:
        def __reduce__(self) -> Any:
            return (int, ("no number",))

    broken = Broken()
    outcome = compare(lambda: spark.range(3).select(long_of_pandas(lambda column: column + broken)("id")))
    assert outcome.error is not None
    assert "no number" in outcome.error[1]


def test_the_next_query_runs_after_a_failure(spark: SparkSession, compare: Compare) -> None:
    compare(lambda: spark.range(3).select(long_of_pandas(raises)("id")))
    assert compare(lambda: spark.range(3).select(long_of_pandas(lambda column: column)("id"))).error is None


def seconds_until_free(spark: SparkSession, query: Callable[[], Any]) -> float:
    """Start a query, cancel it after 2 seconds, and return how long its core stays busy afterwards."""
    import threading

    failed: list[BaseException] = []

    def run() -> None:
        spark.sparkContext.setJobGroup("to be cancelled", "", interruptOnCancel=False)
        try:
            query()
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    time.sleep(4)
    spark.sparkContext.cancelJobGroup("to be cancelled")
    start = time.monotonic()
    thread.join(60)
    assert failed
    # All cores of the executor are wanted, so this waits for the one of the killed task.
    spark.sparkContext.parallelize(range(8), 8).map(lambda x: x).count()
    spark.range(0, 8, 1, 8).select(long_of_pandas(lambda column: column)("id")).collect()
    return time.monotonic() - start


def test_a_killed_task_ends_its_function(spark: SparkSession) -> None:
    @pandas_udf(LongType())
    def busy(column: pd.Series) -> pd.Series:
        end = time.monotonic() + 40
        for i in itertools.count():
            if i % 1000 == 0 and time.monotonic() > end:
                return column
        raise AssertionError

    @pandas_udf(LongType())
    def busy_and_deaf(column: pd.Series) -> pd.Series:
        end = time.monotonic() + 40
        while time.monotonic() < end:
            try:
                for _ in range(1000):
                    pass
            except BaseException:
                time.sleep(0.01)
                if time.monotonic() > end - 30:
                    raise
        return column

    assert seconds_until_free(spark, lambda: spark.range(0, 4, 1, 4).select(busy("id")).collect()) < 10
    assert seconds_until_free(spark, lambda: spark.range(0, 4, 1, 4).select(busy_and_deaf("id")).collect()) < 15


def test_a_limit_ends_a_generator(spark: SparkSession, compare: Compare) -> None:
    def endless(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        batch = next(batches)
        while True:
            yield batch

    outcome = compare(lambda: spark.range(0, 10, 1, 1).mapInArrow(endless, "id long").limit(25))
    assert outcome.error is None


def test_python_exceptions_have_sparks_class(spark: SparkSession) -> None:
    with in_process(spark, True), pytest.raises(PythonException, match="no such key"):
        spark.range(3).select(long_of_pandas(raises)("id")).collect()
    plain = udf(lambda x: x, LongType())
    assert spark.range(1).select(plain("id")).collect()[0][0] == 0
