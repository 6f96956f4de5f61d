"""Measures the same queries in stock Spark's worker processes, in process, and as native expressions.

bench.py [--rows N] [--rounds N] [--batch ROWS] [--master MASTER] [--only NAME,NAME]

The three take turns, and the medians are printed. CPU is that of the driver, the JVMs and all Python processes.
`make bench-spark` runs it with the PySpark that tools/build-spark installs.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as sf
from pyspark.sql.functions import pandas_udf
from pyspark.sql.pandas.functions import arrow_udf
from pyspark.sql.types import DoubleType, StringType

[JAR] = (Path(__file__).resolve().parents[1] / "target/spark").glob("bufferbridge-spark-4.3_*-all.jar")
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
    "layer of a model, numpy": (lambda t: select(t, model("a", "b", "c")), None),
    "mapInArrow": (
        lambda t: total(t.select("a", "b").mapInArrow(add, "x double")),
        lambda t: select(t, sf.expr("a + b")),
    ),
    "aggregate of 1,000 groups, pandas": (
        lambda t: total(t.groupBy("k").agg(mean("a").alias("x"))),
        lambda t: total(t.groupBy("k").agg(sf.mean("a").alias("x"))),
    ),
}


def processor_seconds() -> float:
    """Return the CPU time of this process and its living descendants."""
    parents: dict[int, int] = {}
    times: dict[int, float] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            parents[int(entry.name)] = int(fields[1])
            times[int(entry.name)] = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    family = {os.getpid()}
    while more := {pid for pid, parent in parents.items() if parent in family} - family:
        family |= more
    return sum(times.get(pid, 0.0) for pid in family)


def session(master: str, batch: str) -> SparkSession:
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    return (
        SparkSession.builder.master(master)
        .config("spark.sql.extensions", "org.bufferbridge.spark.BufferbridgeExtensions")
        .config("spark.jars", str(JAR))
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.driver.memory", "2g")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.sql.parquet.columnarReaderBatchSize", batch)
        .config("spark.sql.parquet.compression.codec", "uncompressed")
        .config("spark.hadoop.parquet.enable.dictionary", "false")
        .getOrCreate()
    )


def table(spark: SparkSession, rows: int) -> DataFrame:
    path = Path(tempfile.gettempdir()) / f"bufferbridge-bench-spark-{rows}.parquet"
    if not path.exists():
        columns = ["rand(1) a", "rand(2) b", "rand(3) c", "cast(id % 1000 as int) k", "concat('text ', id) s"]
        spark.range(rows).selectExpr("id", *columns).repartition(2).write.parquet(str(path))
    return spark.read.parquet(str(path))


def measure(spark: SparkSession, query: DataFrame) -> tuple[float, float]:
    cpu, wall = processor_seconds(), time.perf_counter()
    query.collect()
    return time.perf_counter() - wall, processor_seconds() - cpu


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=lambda text: int(float(text)), default=10_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--batch", default="4096")
    parser.add_argument("--master", default="local[1]")
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    spark = session(options.master, options.batch)
    spark.sparkContext.setLogLevel("ERROR")
    data = table(spark, options.rows)
    cases = {name: case for name, case in CASES.items() if not options.only or name in options.only.split(";")}
    measured: dict[tuple[str, str], list[tuple[float, float]]] = {}
    for turn in range(options.rounds + 1):
        for name, (query, native) in cases.items():
            for kind, frame in [("stock", query), ("in process", query), ("native", native)]:
                if frame is None:
                    continue
                spark.conf.set("spark.bufferbridge.enabled", str(kind != "stock").lower())
                seconds = measure(spark, frame(data))
                if turn:
                    measured.setdefault((name, kind), []).append(seconds)
    load = Path("/proc/loadavg").read_text().split()[0]
    print(f"{options.rows} rows, {options.master}, batches of {options.batch}, {options.rounds} rounds, load {load}")
    print("| Query | stock: wall, CPU | in process: wall, CPU | native: wall, CPU | ratio: wall, CPU |")
    print("|---|---|---|---|---|")
    for name in cases:
        cells = []
        for kind in ("stock", "in process", "native"):
            values = measured.get((name, kind))
            cells.append([statistics.median(each) for each in zip(*values)] if values else [])
        texts = [", ".join(f"{value:.2f}" for value in cell) for cell in cells]
        ratios = ", ".join(f"{a / b:.1f}" for a, b in zip(cells[0], cells[1]))
        print(f"| {name} | {' | '.join(texts)} | {ratios} |")
    spark.stop()


if __name__ == "__main__":
    main()
