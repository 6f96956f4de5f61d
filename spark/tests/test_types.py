"""Every type of Spark goes into a function of each kind and comes back as in a worker process."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from columns import TYPES, table
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.functions import pandas_udf
from pyspark.sql.pandas.functions import arrow_udf

from conftest import Compare

Names = list[str]
Query = Callable[[DataFrame, Names], DataFrame]


def schema_of(names: Names) -> str:
    return ", ".join(["n long", *(f"{name} {TYPES[name]}" for name in names)])


def scalar_pandas(frame: DataFrame, names: Names) -> DataFrame:
    def same(column: pd.Series) -> pd.Series:
        return column

    def same_frame(column: pd.DataFrame) -> pd.DataFrame:
        return column

    def function(type_: str) -> Any:
        return pandas_udf(same_frame if type_.startswith("struct") else same, type_)

    return frame.select("n", *[function(TYPES[name])(name) for name in names])


def scalar_arrow(frame: DataFrame, names: Names) -> DataFrame:
    def same(column: pa.Array) -> pa.Array:
        return column

    return frame.select("n", *[arrow_udf(same, TYPES[name])(name) for name in names])


def iterator_pandas(frame: DataFrame, names: Names) -> DataFrame:
    def same(columns: Iterator[pd.Series]) -> Iterator[pd.Series]:
        yield from columns

    def same_frames(columns: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
        yield from columns

    def function(type_: str) -> Any:
        return pandas_udf(same_frames if type_.startswith("struct") else same, type_)

    return frame.select("n", *[function(TYPES[name])(name) for name in names])


def iterator_arrow(frame: DataFrame, names: Names) -> DataFrame:
    def same(columns: Iterator[pa.Array]) -> Iterator[pa.Array]:
        yield from columns

    return frame.select("n", *[arrow_udf(same, TYPES[name])(name) for name in names])


def map_in_pandas(frame: DataFrame, names: Names) -> DataFrame:
    return frame.select("n", *names).mapInPandas(lambda frames: frames, schema_of(names))


def map_in_arrow(frame: DataFrame, names: Names) -> DataFrame:
    return frame.select("n", *names).mapInArrow(lambda batches: batches, schema_of(names))


def apply_in_pandas(frame: DataFrame, names: Names) -> DataFrame:
    grouped = frame.select("n", "k", *names).groupBy("k")
    return grouped.applyInPandas(lambda group: group[["n", *names]], schema_of(names))


def apply_in_arrow(frame: DataFrame, names: Names) -> DataFrame:
    grouped = frame.select("n", "k", *names).groupBy("k")
    return grouped.applyInArrow(lambda group: group.select(["n", *names]), schema_of(names))


def cogroup_arrow(frame: DataFrame, names: Names) -> DataFrame:
    left = frame.select("n", "k", *names).groupBy("k")
    right = frame.where("n < 2").select("k", "n").groupBy("k")
    return left.cogroup(right).applyInArrow(
        lambda ours, others: ours.select(["n", *names]).slice(others.num_rows), schema_of(names)
    )


def aggregate_arrow(frame: DataFrame, names: Names) -> DataFrame:
    def last(column: pa.Array) -> Any:
        return column[-1]

    last.__annotations__["return"] = pa.Scalar
    return frame.groupBy("k").agg(*[arrow_udf(last, TYPES[name])(name) for name in names])


KINDS: list[Query] = [
    scalar_pandas,
    scalar_arrow,
    iterator_pandas,
    iterator_arrow,
    map_in_pandas,
    map_in_arrow,
    apply_in_pandas,
    apply_in_arrow,
    cogroup_arrow,
    aggregate_arrow,
]


@pytest.mark.parametrize("nulls", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("kind", KINDS)
def test_types_come_back_as_in_a_worker(
    spark: SparkSession, compare: Compare, settings: Callable[..., None], kind: Query, nulls: float
) -> None:
    settings(spark__sql__execution__arrow__maxRecordsPerBatch=7)
    frame = table(spark, 25, nulls, list(TYPES))
    # Spark runs each function of iterators by an operator of its own, and stock Spark each in processes of its own.
    most = 4 if kind in (iterator_pandas, iterator_arrow) else len(TYPES)
    waiting = [list(TYPES)[start : start + most] for start in range(0, len(TYPES), most)]
    while waiting:
        names = waiting.pop()
        outcome = compare(functools.partial(kind, frame, names))
        if outcome.error is not None and len(names) > 1:
            # A type that the kind does not take hides the others: each half is compared alone.
            waiting += [names[: len(names) // 2], names[len(names) // 2 :]]
