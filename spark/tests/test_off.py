"""Whatever is switched off, or cannot be had in one process, falls back: the same results, and no error."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import on_master
import pytest
from columns import table
from on_master import broadcasts, queries
from outcomes import exact
from pyspark import cloudpickle
from pyspark.sql import DataFrame, SparkSession
from test_masters import run

from conftest import in_process, tasks

cloudpickle.register_pickle_by_value(on_master)

OFF: dict[str, dict[str, str]] = {
    "the module": {"spark.bufferbridge.enabled": "false"},
    "the functions, by name": {"spark.bufferbridge.exclude": "length_of,total_of,name_of,<lambda>"},
    "all functions but one": {"spark.bufferbridge.include": "another"},
    "one process, for a profiler": {"spark.sql.pyspark.udf.profiler": "perf"},
    "one process, for a profiler of memory": {"spark.sql.pyspark.udf.profiler": "memory"},
    "one process, for the log of workers": {"spark.sql.pyspark.worker.logging.enabled": "true"},
    "one process, for limits of output": {"spark.sql.execution.arrow.maxRecordsPerOutputBatch": "3"},
}
ON: dict[str, dict[str, str]] = {
    "sharing": {"spark.bufferbridge.share": "true"},
    "turns": {"spark.bufferbridge.maxConcurrentTasks": "1"},
    "plain functions": {"spark.bufferbridge.plainFunctions": "true"},
    "faulthandler": {"spark.sql.execution.pyspark.udf.faulthandler.enabled": "true"},
    "tracebacks of workers that hang": {"spark.sql.execution.pyspark.udf.tracebackDumpIntervalSeconds": "60"},
    "reuse of workers": {"spark.sql.execution.pyspark.udf.idleTimeoutSeconds": "60"},
    "large types": {"spark.sql.execution.arrow.useLargeVarTypes": "true"},
    "no batches by size": {"spark.sql.execution.arrow.maxBytesPerBatch": "4k"},
}


@pytest.fixture(scope="module")
def stock(spark: SparkSession) -> dict[str, Any]:
    with in_process(spark, False):
        return {name: rows(query(frame_of(spark))) for name, query in every(spark).items()}


def frame_of(spark: SparkSession) -> DataFrame:
    return table(spark, 60, 0.2, ["string", "decimal_large", "nested", "map", "double"])


def every(spark: SparkSession) -> dict[str, Callable[[DataFrame], DataFrame]]:
    return queries() | broadcasts(spark)


def rows(frame: DataFrame) -> Any:
    return exact(sorted(map(repr, frame.collect())))


def results(spark: SparkSession) -> tuple[dict[str, Any], set[str]]:
    """The rows of all queries, and those of them that ran in process."""
    found, inside = {}, set()
    for name, query in every(spark).items():
        frame = query(frame_of(spark))
        found[name] = rows(frame)
        if tasks(frame):
            inside.add(name)
    return found, inside


@pytest.mark.parametrize("off", OFF.values(), ids=OFF.keys())
def test_what_is_switched_off_falls_back(
    spark: SparkSession, settings: Callable[..., None], stock: dict[str, Any], off: dict[str, str]
) -> None:
    settings(**{name.replace(".", "__"): value for name, value in off.items()})
    found, inside = results(spark)
    assert found == stock
    assert inside == set()


@pytest.mark.parametrize("on", ON.values(), ids=ON.keys())
def test_what_is_switched_on_stays_in_process(
    spark: SparkSession, settings: Callable[..., None], stock: dict[str, Any], on: dict[str, str]
) -> None:
    settings(**{name.replace(".", "__"): value for name, value in on.items()})
    found, inside = results(spark)
    assert found == stock
    assert inside == set(stock)


@pytest.mark.parametrize("setting", ["spark.executor.pyspark.memory=1g", "spark.python.worker.module=pyspark.worker"])
def test_settings_of_an_application_that_one_process_cannot_follow(setting: str) -> None:
    places = run("local[2]", setting)
    assert places["in process"][1].startswith("python")
