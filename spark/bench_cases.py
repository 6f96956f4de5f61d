"""The queries that bench.py measures, and the same without functions where Spark has an expression for them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as sf
from pyspark.sql.functions import pandas_udf
from pyspark.sql.pandas.functions import arrow_udf
from pyspark.sql.types import DoubleType, StringType
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.linear_model import LinearRegression

WEIGHTS = np.random.default_rng(1).random((3, 64))


@pandas_udf(DoubleType())
def arithmetic_pandas(a: pd.Series, b: pd.Series, c: pd.Series) -> pd.Series:
    return a * b + np.sqrt(c)


@arrow_udf(DoubleType())
def arithmetic_arrow(a: pa.Array, b: pa.Array, c: pa.Array) -> pa.Array:
    return pc.add(pc.multiply(a, b), pc.sqrt(c))


@pandas_udf(DoubleType())
def rolling(a: pd.Series) -> pd.Series:
    window: Any = a.rolling(50)
    return (a - window.mean()) / window.std()


@arrow_udf(StringType())
def upper(s: pa.Array) -> pa.Array:
    return pc.utf8_upper(s)


@pandas_udf(DoubleType())
def model(a: pd.Series, b: pd.Series, c: pd.Series) -> pd.Series:
    inputs = np.stack([a.to_numpy(), b.to_numpy(), c.to_numpy()], axis=1)
    return pd.Series(np.maximum(inputs @ WEIGHTS, 0.5).sum(axis=1))


def _fitted(model: Any) -> Any:
    inputs = np.random.default_rng(2).random((2000, 3))
    return model.fit(inputs, inputs[:, 0] * inputs[:, 1] + np.sqrt(inputs[:, 2]))


LINEAR = _fitted(LinearRegression())
TREES = _fitted(HistGradientBoostingRegressor(max_iter=20, max_leaf_nodes=15))


@pandas_udf(DoubleType())
def linear(a: pd.Series, b: pd.Series, c: pd.Series) -> pd.Series:
    return pd.Series(LINEAR.predict(np.stack([a.to_numpy(), b.to_numpy(), c.to_numpy()], axis=1)))


@pandas_udf(DoubleType())
def trees(a: pd.Series, b: pd.Series, c: pd.Series) -> pd.Series:
    return pd.Series(TREES.predict(np.stack([a.to_numpy(), b.to_numpy(), c.to_numpy()], axis=1)))


@pandas_udf(StringType())
def upper_pandas(s: pd.Series) -> pd.Series:
    return s.str.upper()


@pandas_udf(DoubleType())
def mean(a: pd.Series) -> float:
    return float(a.mean())


def add(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        yield pa.RecordBatch.from_arrays([pc.add(batch.column(0), batch.column(1))], ["x"])


def total(frame: DataFrame, column: Column | str = "x") -> DataFrame:
    return frame.agg(sf.sum(column), sf.count("*"))


def select(table: DataFrame, column: Column) -> DataFrame:
    return total(table.select(column.alias("x")))


# The query with functions, and the same without, if there is one.
Query = Callable[[DataFrame], DataFrame]
CASES: dict[str, tuple[Query, Query | None]] = {
    "arithmetic, pandas": (
        lambda t: select(t, arithmetic_pandas("a", "b", "c")),
        lambda t: select(t, sf.expr("a * b + sqrt(c)")),
    ),
    "arithmetic, Arrow": (
        lambda t: select(t, arithmetic_arrow("a", "b", "c")),
        lambda t: select(t, sf.expr("a * b + sqrt(c)")),
    ),
    "arithmetic, pandas, after a filter": (
        lambda t: select(t.where("a >= 0"), arithmetic_pandas("a", "b", "c")),
        lambda t: select(t.where("a >= 0"), sf.expr("a * b + sqrt(c)")),
    ),
    "rolling mean, pandas": (lambda t: select(t, rolling("a")), None),
    "upper case, Arrow": (
        lambda t: select(t, sf.length(upper("s"))),
        lambda t: select(t, sf.expr("length(upper(s))")),
    ),
    "upper case, pandas": (
        lambda t: select(t, sf.length(upper_pandas("s"))),
        lambda t: select(t, sf.expr("length(upper(s))")),
    ),
    "linear model of scikit-learn": (lambda t: select(t, linear("a", "b", "c")), None),
    "boosted trees of scikit-learn": (lambda t: select(t, trees("a", "b", "c")), None),
    "layer of a model, numpy": (lambda t: select(t, model("a", "b", "c")), None),
    "mapInArrow": (
        lambda t: total(t.select("a", "b").mapInArrow(add, "x double")),
        lambda t: select(t, sf.expr("a + b")),
    ),
    "aggregate of 1,000 groups, pandas": (
        lambda t: total(t.groupBy("k").agg(mean("a").alias("x"))),
        lambda t: total(t.groupBy("k").agg(sf.mean("a").alias("x"))),
    ),
    "exchange and sort of the same groups": (
        lambda t: total(t.select("k", sf.col("a").alias("x")).repartition(2, "k").sortWithinPartitions("k")),
        None,
    ),
}
HAVE_NO_FUNCTION = {"exchange and sort of the same groups"}
"""Queries that are the same stock and in process. They say what an other query has as its least cost."""


# What tasks do at the same time, and how far the GIL lets them: each is a function of a column, for some seconds.


@pandas_udf(DoubleType())
def in_numpy(a: pd.Series) -> pd.Series:
    """numpy alone, which lets go of the GIL within each call."""
    x = a.to_numpy()
    for _ in range(12):
        x = np.sqrt(x * x + 1.0)
    return pd.Series(x)


@pandas_udf(DoubleType())
def in_python(a: pd.Series) -> pd.Series:
    """A loop of bytecodes over the values, which holds the GIL."""
    return pd.Series([x * 2.0 + 1.0 if x > 0.5 else x for x in a.to_list()])


@pandas_udf(DoubleType())
def asleep(a: pd.Series) -> pd.Series:
    """In place of numpy on cores that this machine has not: 1 microsecond a row without the GIL, and without a core."""
    time.sleep(len(a) * 1e-6)
    return a


TOGETHER: dict[str, Callable[[DataFrame], DataFrame]] = {
    "numpy": lambda t: select(t, in_numpy("a")),
    "Python code": lambda t: select(t, in_python("a")),
    "numpy on as many cores, simulated": lambda t: select(t, asleep("a")),
}
