"""Runs queries of all kinds on a master, stock and in process, and prints where the functions ran.

on_master.py <master> [<setting>=<value> ...]    such as local[1], local-cluster[2,1,1024], spark://host:port
on_master.py connect <master>                    through Spark Connect, whose server this starts
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
from columns import table
from outcomes import exact
from pyspark import cloudpickle
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.functions import col, pandas_udf
from pyspark.sql.pandas.functions import arrow_udf
from pyspark.sql.types import LongType, StringType

from conftest import JAR


def length_of(column: pd.Series) -> pd.Series:
    return column.map(lambda text: len(text) if isinstance(text, str) else 0)


def executable_of(column: pa.Array) -> pa.Array:
    name = Path("/proc/self/exe").resolve().name
    return pa.array([f"{name} {os.getpid()}"] * len(column))


def total_of(column: pd.Series) -> int:
    return int(column.sum())


def queries() -> dict[str, Callable[[DataFrame], DataFrame]]:
    """Return the queries. Functions are of Spark Connect only if they are wrapped while there is such a session."""
    length = pandas_udf(length_of, LongType())
    total = pandas_udf(total_of, LongType())
    return {
        "scalar": lambda t: t.select("n", length("string"), "decimal_large", "nested"),
        "map in pandas": lambda t: t.select("n", "string").mapInPandas(lambda frames: frames, "n long, string string"),
        "map in arrow": lambda t: t.select("n", "map").mapInArrow(
            lambda batches: batches, "n long, map map<string,int>"
        ),
        "groups": lambda t: t.select("n", "k").groupBy("k").applyInPandas(lambda g: g[g.n > 5], "n long, k int"),
        "aggregate": lambda t: t.groupBy("k").agg(total("n").alias("total")),
        "pairs of groups": lambda t: (
            t.select("n", "k")
            .groupBy("k")
            .cogroup(t.select("k", "double").groupBy("k"))
            .applyInPandas(lambda a, b: pd.DataFrame({"a": [len(a)], "b": [b.double.isna().sum()]}), "a long, b long")
        ),
    }


def broadcasts(spark: SparkSession) -> dict[str, Callable[[DataFrame], DataFrame]]:
    names = spark.sparkContext.broadcast([f"row {i}" for i in range(1000)])

    def name_of(column: pd.Series) -> pd.Series:
        return column.map(lambda i: names.value[i])

    function = pandas_udf(name_of, StringType())
    return {"broadcast variable": lambda t: t.select("n", function("n"))}


def start(arguments: list[str]) -> SparkSession:
    remote = arguments[0] == "connect"
    builder = SparkSession.builder
    builder = builder.remote(arguments[1]) if remote else builder.master(arguments[0])
    settings: dict[str, Any] = {
        "spark.sql.extensions": "org.bufferbridge.spark.BufferbridgeExtensions",
        "spark.jars": JAR,
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.memory": "1g",
        "spark.executor.memory": "1g",
        "spark.cores.max": "2",
        "spark.sql.shuffle.partitions": "2",
    }
    settings |= dict(argument.split("=", 1) for argument in arguments if "=" in argument)
    for name, value in settings.items():
        builder = builder.config(name, str(value))
    return builder.getOrCreate()


def places(frame: DataFrame) -> set[str]:
    executable = arrow_udf(executable_of, StringType())
    return {row[0] for row in frame.select(executable("n")).collect()}


def main(arguments: list[str]) -> None:
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    spark = start(arguments)
    cloudpickle.register_pickle_by_value(sys.modules[__name__])
    frame = table(spark, 200, 0.2, ["string", "decimal_large", "nested", "map", "double"]).repartition(4, col("n"))
    every = queries() | ({} if arguments[0] == "connect" else broadcasts(spark))
    for name, query in every.items():
        answers = []
        for enabled in ("false", "true"):
            spark.conf.set("spark.bufferbridge.enabled", enabled)
            answers.append(exact(sorted(map(repr, query(frame).collect()))))
        assert answers[0] == answers[1], name
    ours = places(frame)
    spark.conf.set("spark.bufferbridge.enabled", "false")
    stock = places(frame)
    print("in process:", len(ours), *{place.split()[0] for place in ours})
    print("stock:", len(stock), *{place.split()[0] for place in stock})
    spark.stop()


if __name__ == "__main__":
    main(sys.argv[1:])
