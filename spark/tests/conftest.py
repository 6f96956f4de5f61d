"""One session of Spark with the module, and the comparison of what it computes with stock Spark.

BUFFERBRIDGE_SPARK_MASTER is the master, local[2] by default, BUFFERBRIDGE_SPARK_LOG the level of its log.
"""

from __future__ import annotations

import contextlib
import os
import sys
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyspark
import pytest
from outcomes import Outcome, outcome_of
from pyspark import cloudpickle
from pyspark.sql import DataFrame, SparkSession

ROOT = Path(__file__).resolve().parents[2]
MINOR = ".".join(pyspark.__version__.split(".")[:2])
[JAR] = (ROOT / "target").glob(f"spark*/bufferbridge-spark-{MINOR}_*-all.jar")
MASTER = os.environ.get("BUFFERBRIDGE_SPARK_MASTER", "local[2]")
ROWS = 20_000  # of `numbers`
SHARED, KEPT = "bufferbridgeShared", "bufferbridgeKept"  # metrics of operators

os.environ["PYSPARK_PYTHON"] = sys.executable
os.environ.setdefault("MALLOC_PERTURB_", "165")  # freed memory is overwritten, in the JVM and in workers
warnings.filterwarnings("ignore", message="PySpark does not yet fully support pandas")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Have functions of test modules go to workers as they are: workers cannot import these modules."""
    for module in {item.module for item in items if isinstance(item, pytest.Function)}:
        cloudpickle.register_pickle_by_value(module)


def session(master: str = MASTER, **settings: str) -> SparkSession:
    builder = (
        SparkSession.builder.master(master)
        .config("spark.sql.extensions", "org.bufferbridge.spark.BufferbridgeExtensions")
        .config("spark.jars", str(JAR))
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.driver.memory", "2g")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.default.parallelism", "2")
        .config("spark.sql.session.timeZone", "America/Los_Angeles")
    )
    for name, value in settings.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


@pytest.fixture(scope="session")
def spark() -> Iterator[SparkSession]:
    made = session()
    made.sparkContext.setLogLevel(os.environ.get("BUFFERBRIDGE_SPARK_LOG", "OFF"))
    yield made
    made.stop()


@pytest.fixture
def settings(spark: SparkSession) -> Iterator[Callable[..., None]]:
    """Set the session's configuration for one test."""
    before: dict[str, str | None] = {}

    def change(**values: Any) -> None:
        for key, value in values.items():
            name = key.replace("__", ".")
            before.setdefault(name, spark.conf.get(name, None))
            spark.conf.set(name, value)

    yield change
    for name, value in before.items():
        if value is None:
            spark.conf.unset(name)
        else:
            spark.conf.set(name, value)


@pytest.fixture(params=["on the heap", "off the heap"])
def shares(request: pytest.FixtureRequest, settings: Any) -> None:
    off_heap = request.param == "off the heap"
    settings(spark__bufferbridge__share="true", spark__sql__parquet__columnarReaderBatchSize=1000)
    settings(spark__sql__columnVector__offheap__enabled=str(off_heap).lower())


@pytest.fixture
def numbers(spark: SparkSession, tmp_path: Path) -> Callable[[], DataFrame]:
    path = str(tmp_path / "numbers")
    frame = spark.range(0, ROWS, 1, 1).selectExpr("id", "id * 0.5D as x", "cast(id as string) as s")
    frame.write.option("parquet.enable.dictionary", "false").parquet(path)
    return lambda: spark.read.parquet(path)


@contextlib.contextmanager
def in_process(spark: SparkSession, enabled: bool) -> Iterator[None]:
    before = spark.conf.get("spark.bufferbridge.enabled", "true")
    spark.conf.set("spark.bufferbridge.enabled", str(enabled).lower())
    try:
        yield
    finally:
        spark.conf.set("spark.bufferbridge.enabled", before)


def tasks(frame: DataFrame, metric: str = "bufferbridgeInProcess") -> int:
    """Return how many tasks of a query ran in process, or what another metric of its operators counts."""
    return _count(frame._jdf.queryExecution().executedPlan(), metric)


def _count(plan: Any, metric: str) -> int:
    name = plan.getClass().getSimpleName()
    if name == "AdaptiveSparkPlanExec":
        return _count(plan.executedPlan(), metric)
    found = plan.metrics().get(metric)
    total = found.get().value() if found.isDefined() else 0
    inner = [plan.plan()] if name.endswith("QueryStageExec") else []
    children = plan.children()
    inner += [children.apply(i) for i in range(children.size())]
    return total + sum(_count(each, metric) for each in inner)


Compare = Callable[..., Outcome]


@pytest.fixture
def compare(spark: SparkSession) -> Compare:
    """Run a query stock and in process, and require the same outcome: rows in their order, or an exception."""

    def run(query: Callable[[], DataFrame], runs_in_process: bool = True) -> Outcome:
        with in_process(spark, False):
            stock = outcome_of(query().collect)
        with in_process(spark, True):
            frame = query()
            ours = outcome_of(frame.collect)
        if ours.error != stock.error:
            print("in process:", *ours.error or ("no error",))
            print("stock:", *stock.error or ("no error",))
        assert ours == stock
        if ours.error is None:
            assert (tasks(frame) > 0) == runs_in_process
        return ours

    return run
