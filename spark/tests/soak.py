"""Queries of all kinds, failures and kills, one after the other for a while: no batch is left, and memory stays.

soak.py [<seconds>]    60 by default

Each round runs every kind of function over rows and over columns, a function that fails, a limit that ends a task
early, and a task that is killed. After a first quarter of the time, in which caches fill, the memory of the JVM with
its Python must not grow by more than 200 MB. The heap is in memory as a whole from the start.
"""

from __future__ import annotations

import contextlib
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pandas as pd
from columns import table
from on_master import broadcasts, queries
from pyspark import cloudpickle
from pyspark.errors import PythonException
from pyspark.sql import SparkSession
from pyspark.sql.functions import pandas_udf
from pyspark.sql.types import LongType
from test_memory import allocated, resident

from conftest import session

MOST_GROWTH = 200 << 20


@pandas_udf(LongType())
def fails(column: pd.Series) -> pd.Series:
    raise ValueError("no")


@pandas_udf(LongType())
def waits(column: pd.Series) -> pd.Series:
    end = time.monotonic() + 20
    while time.monotonic() < end:
        pass
    return column


def kill(spark: SparkSession) -> None:
    def run() -> None:
        spark.sparkContext.setJobGroup("killed", "", interruptOnCancel=False)
        with contextlib.suppress(Exception):
            spark.range(0, 2, 1, 2).select(waits("id")).collect()

    thread = threading.Thread(target=run)
    thread.start()
    time.sleep(1)
    spark.sparkContext.cancelJobGroup("killed")
    thread.join(60)
    assert not thread.is_alive(), "a killed task does not end"


def turn(spark: SparkSession, sources: list[Any], expected: dict[str, Any]) -> int:
    """Run everything once, and return how many queries that was."""
    count = 0
    for source in sources:
        for name, query in (queries() | broadcasts(spark)).items():
            found = sorted(map(repr, query(source).collect()))
            assert expected.setdefault(name, found) == found, name
            count += 1
    try:
        spark.range(1000).select(fails("id")).collect()
        raise AssertionError("a function that raises gave a result")
    except PythonException:
        pass
    spark.range(0, 100_000, 1, 1).mapInArrow(lambda batches: batches, "id long").limit(10).collect()
    kill(spark)
    return count + 3


def main(seconds: float) -> None:
    for module in ("on_master", "test_memory", "__main__"):
        cloudpickle.register_pickle_by_value(sys.modules[module])
    heap = {"spark.driver.memory": "1g", "spark.driver.extraJavaOptions": "-Xms1g -XX:+AlwaysPreTouch"}
    spark = session(**heap)
    spark.sparkContext.setLogLevel("OFF")
    path = f"/tmp/bufferbridge-soak-{time.time_ns()}.parquet"
    made = table(spark, 900, 0.2, ["string", "decimal_large", "nested", "map", "double"]).repartition(2)
    made.write.parquet(path)
    sources = [made.cache(), spark.read.parquet(path)]
    spark.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", "50")
    spark.conf.set("spark.sql.parquet.columnarReaderBatchSize", "50")
    start = time.monotonic()
    count, turns, before = 0, 0, 0
    expected: dict[str, Any] = {}
    while time.monotonic() < start + seconds or turns < 2:
        spark.conf.set("spark.bufferbridge.share", "true" if turns % 2 else "false")
        count += turn(spark, sources, expected)
        turns += 1
        left = allocated(spark)
        assert left == 0, f"{left} bytes of batches are left"
        if not before and time.monotonic() > start + seconds / 4:
            before = resident(spark)
    growth = resident(spark) - before
    print(f"soak: {turns} turns, {count} queries, {time.monotonic() - start:.0f} s, memory grew by {growth >> 20} MB")
    assert growth < MOST_GROWTH, f"at most {MOST_GROWTH >> 20} MB"
    spark.stop()
    for file in Path(path).iterdir():
        file.unlink()
    Path(path).rmdir()


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 60)
