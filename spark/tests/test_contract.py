"""What PySpark promises to functions, and what falls back to worker processes."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from pyspark import SparkFiles, TaskContext
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as sf
from pyspark.sql.functions import col, pandas_udf, udf
from pyspark.sql.types import LongType, StringType

from conftest import Compare, in_process, tasks


@pandas_udf(LongType())
def same(column: pd.Series) -> pd.Series:
    return column


@pandas_udf(LongType())
def process(column: pd.Series) -> pd.Series:
    return column * 0 + os.getpid()


def ran_in(frame: DataFrame) -> set[int]:
    return {row[0] for row in frame.collect()}


def jvm(spark: SparkSession) -> int:
    return spark.sparkContext._jvm.java.lang.ProcessHandle.current().pid()


def test_functions_run_in_the_jvm(spark: SparkSession) -> None:
    frame = spark.range(10).select(process("id"))
    assert ran_in(frame) == {jvm(spark)}
    assert tasks(frame) == 2
    assert tasks(frame, "bufferbridgeFellBack") == 0


def test_explain_shows_the_operator(spark: SparkSession, capsys: pytest.CaptureFixture[str], settings: Any) -> None:
    for adaptive in ("true", "false"):
        settings(spark__sql__adaptive__enabled=adaptive)
        spark.range(10).select(same("id")).groupBy("same(id)").count().explain()
        assert "InProcessArrowEvalPython [same(id" in capsys.readouterr().out
        with in_process(spark, False):
            spark.range(10).select(same("id")).groupBy("same(id)").count().explain()
        assert "InProcess" not in capsys.readouterr().out


def test_a_session_switches_it_off(spark: SparkSession) -> None:
    with in_process(spark, False):
        assert ran_in(spark.range(10).select(process("id"))).isdisjoint({jvm(spark)})


def test_excluded_functions_stay_in_workers(spark: SparkSession, settings: Any) -> None:
    settings(spark__bufferbridge__exclude="other, process")
    assert ran_in(spark.range(10).select(process("id"))).isdisjoint({jvm(spark)})


def test_plain_functions_are_asked_for(spark: SparkSession, settings: Any) -> None:
    plain = udf(lambda x: os.getpid(), LongType(), useArrow=True)
    assert ran_in(spark.range(10).select(plain("id"))).isdisjoint({jvm(spark)})
    settings(spark__bufferbridge__plainFunctions="true")
    assert ran_in(spark.range(10).select(plain("id"))) == {jvm(spark)}


def test_plain_functions_compute_the_same(spark: SparkSession, compare: Compare, settings: Any) -> None:
    settings(spark__bufferbridge__plainFunctions="true")
    plain = udf(lambda x, s: f"{x} {s}", StringType(), useArrow=True)
    compare(lambda: spark.range(10).select(plain("id", sf.concat(sf.lit("ä"), col("id").cast("string")))))


@pytest.mark.parametrize(
    "settings_",
    [
        {"spark__sql__execution__arrow__maxRecordsPerOutputBatch": 3},
        {"spark__sql__pyspark__udf__profiler": "perf"},
        {"spark__sql__pyspark__worker__logging__enabled": "true"},
    ],
    ids=lambda s: next(iter(s)).replace("__", "."),
)
def test_settings_that_one_process_cannot_follow_fall_back(
    spark: SparkSession, compare: Compare, settings: Any, settings_: dict[str, Any]
) -> None:
    settings(**settings_)
    compare(lambda: spark.range(100).select(same("id")), runs_in_process=False)
    compare(lambda: spark.range(100).mapInArrow(lambda b: b, "id long"), runs_in_process=False)


def test_another_interpreter_falls_back(spark: SparkSession, settings: Any, tmp_path: Path) -> None:
    assert ran_in(spark.range(10).select(process("id"))) == {jvm(spark)}
    other = tmp_path / "python"
    other.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    other.chmod(0o755)
    settings(spark__sql__execution__pyspark__python=str(other))
    frame = spark.range(10).select(process("id"))
    assert ran_in(frame).isdisjoint({jvm(spark)})
    assert tasks(frame, "bufferbridgeFellBack") == 2


def test_task_contexts_are_of_their_tasks(spark: SparkSession, compare: Compare) -> None:
    @pandas_udf(StringType())
    def where(columns: Iterator[pd.Series]) -> Iterator[pd.Series]:
        context = TaskContext.get()
        assert context is not None
        for column in columns:
            assert TaskContext.get() is context
            text = f"{context.partitionId()} {context.attemptNumber()} {context.getLocalProperty('ours')}"
            yield pd.Series([text] * len(column))

    spark.sparkContext.setLocalProperty("ours", "value")
    outcome = compare(lambda: spark.range(0, 40, 1, 4).select("id", where("id")))
    assert outcome.error is None
    assert "3 0 value" in str(outcome.rows)


def test_accumulators_add_up(spark: SparkSession) -> None:
    total = spark.sparkContext.accumulator(0)

    @pandas_udf(LongType())
    def adds(column: pd.Series) -> pd.Series:
        total.add(int(column.sum()))
        return column

    for enabled in (True, False):
        with in_process(spark, enabled):
            spark.range(0, 100, 1, 4).select(adds("id")).collect()
    assert total.value == 2 * 4950


def test_broadcast_variables_have_their_values(spark: SparkSession, compare: Compare) -> None:
    small = spark.sparkContext.broadcast({"add": 7})
    large = spark.sparkContext.broadcast(list(range(100_000)))

    @pandas_udf(LongType())
    def looks_up(column: pd.Series) -> pd.Series:
        return column.map(lambda i: large.value[i] + small.value["add"])

    outcome = compare(lambda: spark.range(0, 100, 1, 4).select(looks_up("id")))
    assert outcome.error is None
    outcome = compare(lambda: spark.range(0, 100, 1, 4).select(looks_up("id")))
    assert outcome.error is None


def test_large_functions_are_broadcast(spark: SparkSession, compare: Compare) -> None:
    data = os.urandom(3_000_000)

    @pandas_udf(LongType())
    def looks_up(column: pd.Series) -> pd.Series:
        return column.map(lambda i: data[i])

    assert compare(lambda: spark.range(0, 100, 1, 4).select(looks_up("id"))).error is None


def test_files_and_modules_of_the_session(spark: SparkSession, compare: Compare, tmp_path: Path) -> None:
    (tmp_path / "of_the_session.py").write_text("NUMBER = 41\n")
    (tmp_path / "text.txt").write_text("text")
    spark.sparkContext.addPyFile(str(tmp_path / "of_the_session.py"))
    spark.sparkContext.addFile(str(tmp_path / "text.txt"))

    @pandas_udf(StringType())
    def reads(column: pd.Series) -> pd.Series:
        import of_the_session

        text = Path(SparkFiles.get("text.txt")).read_text()
        return column.map(lambda i: f"{i + of_the_session.NUMBER} {text}")

    outcome = compare(lambda: spark.range(3).select(reads("id")))
    assert outcome.error is None


def test_the_environment_is_a_workers(spark: SparkSession, compare: Compare) -> None:
    names = ["PYTHONHASHSEED", "SPARK_HOME", "OMP_NUM_THREADS", "PYTHONPATH", "SPARK_PYTHON_RUNTIME", "PYSPARK_PYTHON"]

    @pandas_udf(StringType())
    def variables(column: pd.Series) -> pd.Series:
        return column.map(lambda i: f"{[os.environ.get(name) for name in names]} {hash('text')}")

    compare(lambda: spark.range(1).select(variables("id")))


def test_slices_have_their_own_rows(spark: SparkSession, compare: Compare) -> None:
    def sliced(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            strings = pa.array([str(i) for i in batch.column(0).to_pylist()])
            lists = pa.array([[i, None] for i in batch.column(0).to_pylist()])
            both = pa.StructArray.from_arrays([strings, lists], ["s", "l"])
            whole = pa.RecordBatch.from_arrays([batch.column(0), strings, lists, both], ["id", "s", "l", "b"])
            yield whole.slice(3, 5)
            yield whole.slice(8)
            yield pa.RecordBatch.from_struct_array(pa.StructArray.from_arrays(whole.columns, whole.schema.names)[2:4])

    schema = "id long, s string, l array<long>, b struct<s string, l array<long>>"
    assert compare(lambda: spark.range(0, 50, 1, 1).mapInArrow(sliced, schema)).error is None
