"""Random schemas, data, batch sizes and kinds of functions give what worker processes give.

BUFFERBRIDGE_SPARK_SEED is the first seed, and BUFFERBRIDGE_SPARK_ROUNDS the number of rounds (10).
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from columns import TYPES, value
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.functions import pandas_udf
from pyspark.sql.pandas.functions import arrow_udf
from pyspark.sql.types import LongType

from conftest import Compare

SEED = int(os.environ.get("BUFFERBRIDGE_SPARK_SEED", time.time_ns() % 1_000_000))
ROUNDS = int(os.environ.get("BUFFERBRIDGE_SPARK_ROUNDS", "10"))
FLAT = [name for name, type_ in TYPES.items() if "<" not in type_]


def random_type(r: random.Random, depth: int) -> tuple[str, Callable[[float], Any]]:
    """Return a type, and what makes values of it, of which some are null."""
    kind = r.choice(["flat", "flat", "array", "struct", "map"]) if depth else "flat"
    if kind == "flat":
        name = r.choice(FLAT)
        return TYPES[name], lambda nulls: None if r.random() < nulls else value(name, r)
    if kind == "array":
        inner, make = random_type(r, depth - 1)
        return (
            f"array<{inner}>",
            lambda nulls: None if r.random() < nulls else [make(nulls) for _ in range(r.randrange(4))],
        )
    if kind == "map":
        inner, make = random_type(r, depth - 1)
        return (
            f"map<string,{inner}>",
            lambda nulls: None if r.random() < nulls else {f"key {i}": make(nulls) for i in range(r.randrange(3))},
        )
    fields = [random_type(r, depth - 1) for _ in range(r.randrange(1, 4))]
    names = ",".join(f"f{i}:{type_}" for i, (type_, _) in enumerate(fields))
    return f"struct<{names}>", lambda nulls: None if r.random() < nulls else tuple(make(nulls) for _, make in fields)


@arrow_udf(LongType())
def nulls_of(column: pa.Array) -> pa.Array:
    return pa.array([column.null_count * 1000 + len(column)] * len(column))


def sliced(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        middle = batch.num_rows // 3
        yield batch.slice(0, middle)
        yield batch.slice(middle)


def queries(frame: DataFrame, schema: str) -> dict[str, Callable[[], DataFrame]]:
    names = [name for name in frame.columns if name.startswith("c")]
    return {
        "same": lambda: frame.select("n", *[arrow_udf(lambda c: c, frame.schema[x].dataType)(x) for x in names]),
        "nulls": lambda: frame.select("*", *[nulls_of(x) for x in names]),
        "map in arrow": lambda: frame.mapInArrow(sliced, schema),
        "map in pandas": lambda: frame.mapInPandas(lambda frames: frames, schema),
        "groups": lambda: frame.groupBy("k").applyInArrow(lambda group: group.slice(1), schema),
        "text": lambda: frame.select(
            "n", *[pandas_udf(lambda c: pd.Series([str(x) for x in c.values.tolist()]), "string")(x) for x in names]
        ),
    }


@pytest.mark.parametrize("seed", range(SEED, SEED + ROUNDS))
def test_random_tables_come_back(
    spark: SparkSession, compare: Compare, settings: Any, tmp_path: Path, seed: int
) -> None:
    r = random.Random(seed)
    columns = [random_type(r, 3) for _ in range(r.randrange(1, 5))]
    schema = ", ".join(["n long", "k int", *(f"c{i} {type_}" for i, (type_, _) in enumerate(columns))])
    nulls = r.choice([0.0, 0.1, 0.9])
    rows = [(i, i % 4, *(make(nulls) for _, make in columns)) for i in range(r.choice([1, 50, 333]))]
    frame = spark.createDataFrame(rows, schema).repartition(1)
    settings(
        spark__sql__execution__arrow__maxRecordsPerBatch=r.choice([1, 7, 64, 10_000]),
        spark__sql__execution__arrow__maxBytesPerBatch=r.choice(["1k", "64m"]),
        spark__sql__parquet__columnarReaderBatchSize=r.choice([1, 37, 4096]),
        spark__sql__execution__arrow__useLargeVarTypes=r.choice(["true", "false"]),
    )
    if r.random() < 0.6 and "interval" not in schema:
        frame.write.parquet(str(tmp_path / "t"))
        frame = spark.read.parquet(str(tmp_path / "t"))
    for name, query in queries(frame, schema).items():
        print(name, schema)
        print((compare(query).error or ("rows",))[0])
