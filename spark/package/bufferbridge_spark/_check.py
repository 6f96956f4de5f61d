"""Starts Spark on this machine, and says where a pandas function runs."""

from __future__ import annotations

import contextlib
import io
import os
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

REASON = "bufferbridge leaves Python functions to worker processes: "


def main(settings: dict[str, str]) -> int:
    """Print what was found. The result is 0 if the function ran in the JVM, and 1 if not."""
    # PySpark starts a JVM that inherits the file of stderr, and the reason for a fallback stands in its log.
    with tempfile.TemporaryFile() as log:
        kept = os.dup(2)
        sys.stderr.flush()
        os.dup2(log.fileno(), 2)
        try:
            found = _run(settings)
        finally:
            os.dup2(kept, 2)
            os.close(kept)
        log.seek(0)
        said = log.read().decode(errors="replace")
    for name, value in found.items():
        print(f"{name}: {value}")
    if "the JVM's process" in found and found["the function's process"] == found["the JVM's process"]:
        print("functions run in process")
        return 0
    reasons = sorted(set(re.findall(re.escape(REASON) + "(.*)", said)))
    print("functions do not run in process:", *(reasons or ["Spark says\n" + said[-3000:]]))
    return 1


def _run(settings: dict[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {"python": f"{sys.version.split()[0]} ({sys.executable})"}
    try:
        import pandas as pd
        import pyarrow as pa
        from pyspark.sql import SparkSession
        from pyspark.sql.functions import pandas_udf
    except ImportError as error:
        return found | {"import": f'{error}; pip install "pyspark[sql]" has what Spark needs'}
    found |= {"pandas": pd.__version__, "pyarrow": pa.__version__}
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.master("local[1]").config(map=settings)
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            spark = builder.config("spark.ui.enabled", "false").getOrCreate()
    except Exception as error:
        return found | {"start": f"Spark does not start: {type(error).__name__}: {error}"}
    try:
        java: Any = spark.sparkContext._jvm
        found["spark"] = spark.version
        found["java"] = f"{java.System.getProperty('java.version')} ({java.System.getProperty('java.home')})"
        found["jar"] = Path(settings["spark.jars"]).name

        def process(column: Any) -> Any:
            return column * 0 + os.getpid()

        process.__annotations__ = {"column": pd.Series, "return": pd.Series}
        function = pandas_udf(process, "long")
        found["the function's process"] = spark.range(1).select(function("id")).collect()[0][0]
        found["the JVM's process"] = java.java.lang.ProcessHandle.current().pid()
    except Exception as error:
        found["query"] = f"{type(error).__name__}: {error}"
    finally:
        spark.stop()
    return found
