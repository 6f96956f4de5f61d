"""A table with a column of each type of Spark that Arrow has."""

from __future__ import annotations

import datetime
import decimal
import random
from typing import Any

from pyspark.sql import DataFrame, SparkSession

UTC = datetime.UTC
TYPES: dict[str, str] = {
    "boolean": "boolean",
    "byte": "byte",
    "short": "short",
    "int": "int",
    "long": "long",
    "float": "float",
    "double": "double",
    "decimal_small": "decimal(7,2)",
    "decimal_large": "decimal(38,10)",
    "string": "string",
    "binary": "binary",
    "date": "date",
    "timestamp": "timestamp",
    "timestamp_ntz": "timestamp_ntz",
    "interval": "interval day to second",
    "array": "array<int>",
    "array_of_strings": "array<string>",
    "map": "map<string,int>",
    "struct": "struct<a:int,b:string>",
    "nested": "array<struct<x:double,y:array<string>>>",
}


def value(name: str, r: random.Random) -> Any:
    match name:
        case "boolean":
            return r.random() < 0.5
        case "byte" | "short" | "int" | "long":
            bits = {"byte": 8, "short": 16, "int": 32, "long": 64}[name]
            return r.choice([0, 1, -1, 2 ** (bits - 1) - 1, -(2 ** (bits - 1)), r.randrange(2 ** (bits - 1))])
        case "float":
            return r.choice([0.0, -0.0, 1.5, float("nan"), float("inf"), r.randrange(1000) / 8])
        case "double":
            return r.choice([0.0, -0.0, 1e300, float("nan"), float("-inf"), r.random()])
        case "decimal_small":
            return decimal.Decimal(r.randrange(-999999, 999999)).scaleb(-2)
        case "decimal_large":
            return decimal.Decimal(r.randrange(-(10**27), 10**27)).scaleb(-10)
        case "string":
            return r.choice(["", "a", "Grüße, 世界 \U0001f600", "x" * r.randrange(300)])
        case "binary":
            return bytearray(r.randbytes(r.randrange(20)))
        case "date":
            return datetime.date(1970, 1, 1) + datetime.timedelta(days=r.randrange(-30000, 30000))
        case "timestamp":
            return datetime.datetime(1980, 1, 1, tzinfo=UTC) + datetime.timedelta(microseconds=r.randrange(10**15))
        case "timestamp_ntz":
            return datetime.datetime(1980, 1, 1) + datetime.timedelta(microseconds=r.randrange(10**15))
        case "interval":
            return datetime.timedelta(microseconds=r.randrange(-(10**14), 10**14))
        case "array":
            return [r.choice([None, r.randrange(100)]) for _ in range(r.randrange(4))]
        case "array_of_strings":
            return [r.choice([None, "", "ä", "longer text"]) for _ in range(r.randrange(4))]
        case "map":
            return {f"k{i}": r.choice([None, i]) for i in range(r.randrange(4))}
        case "struct":
            return (r.choice([None, r.randrange(10)]), r.choice([None, "", "s"]))
        case "nested":
            return [(r.random(), [r.choice([None, "é"])]) for _ in range(r.randrange(3))]
    raise ValueError(name)


def table(spark: SparkSession, rows: int, nulls: float, names: list[str] | None = None, seed: int = 1) -> DataFrame:
    """Return a table with a column `n` of row numbers, `k` of 3 keys, and the named columns."""
    r = random.Random(seed)
    names = names or list(TYPES)
    data = [(i, i % 3, *(None if r.random() < nulls else value(name, r) for name in names)) for i in range(rows)]
    schema = ", ".join(["n long", "k int", *(f"{name} {TYPES[name]}" for name in names)])
    return spark.createDataFrame(data, schema)
