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

Query = Callable[[DataFrame, str, str], DataFrame]


def scalar_pandas(frame: DataFrame, name: str, type_: str) -> DataFrame:
    def same(column: pd.Series) -> pd.Series:
        return column

    def same_frame(column: pd.DataFrame) -> pd.DataFrame:
        return column

    function: Any = same_frame if type_.startswith("struct") else same
    return frame.select("n", pandas_udf(function, type_)(name))


def scalar_arrow(frame: DataFrame, name: str, type_: str) -> DataFrame:
    def same(column: pa.Array) -> pa.Array:
        return column

    return frame.select("n", arrow_udf(same, type_)(name))


def iterator_pandas(frame: DataFrame, name: str, type_: str) -> DataFrame:
    def same(columns: Iterator[pd.Series]) -> Iterator[pd.Series]:
        yield from columns

    def same_frames(columns: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
        yield from columns

    function: Any = same_frames if type_.startswith("struct") else same
    return frame.select("n", pandas_udf(function, type_)(name))


def iterator_arrow(frame: DataFrame, name: str, type_: str) -> DataFrame:
    def same(columns: Iterator[pa.Array]) -> Iterator[pa.Array]:
        yield from columns

    return frame.select("n", arrow_udf(same, type_)(name))


def map_in_pandas(frame: DataFrame, name: str, type_: str) -> DataFrame:
    return frame.select("n", name).mapInPandas(lambda frames: frames, f"n long, {name} {type_}")


def map_in_arrow(frame: DataFrame, name: str, type_: str) -> DataFrame:
    return frame.select("n", name).mapInArrow(lambda batches: batches, f"n long, {name} {type_}")


def apply_in_pandas(frame: DataFrame, name: str, type_: str) -> DataFrame:
    grouped = frame.select("n", "k", name).groupBy("k")
    return grouped.applyInPandas(lambda group: group[["n", name]], f"n long, {name} {type_}")


def apply_in_arrow(frame: DataFrame, name: str, type_: str) -> DataFrame:
    grouped = frame.select("n", "k", name).groupBy("k")
    return grouped.applyInArrow(lambda group: group.select(["n", name]), f"n long, {name} {type_}")


def cogroup_arrow(frame: DataFrame, name: str, type_: str) -> DataFrame:
    left = frame.select("n", "k", name).groupBy("k")
    right = frame.where("n < 2").select("k", "n").groupBy("k")
    return left.cogroup(right).applyInArrow(
        lambda ours, others: ours.select(["n", name]).slice(others.num_rows), f"n long, {name} {type_}"
    )


def aggregate_arrow(frame: DataFrame, name: str, type_: str) -> DataFrame:
    def last(column: pa.Array) -> Any:
        return column[-1]

    last.__annotations__["return"] = pa.Scalar
    return frame.groupBy("k").agg(arrow_udf(last, type_)(name))


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
    for name, type_ in TYPES.items():
        frame = table(spark, 25, nulls, [name])
        compare(functools.partial(kind, frame, name, type_))
