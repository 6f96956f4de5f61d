"""Measures the same queries in stock Spark's worker processes, in process, and as native expressions.

bench.py [--rows N] [--rounds N] [--batch ROWS] [--master MASTER] [--only NAME;NAME] [--results NAME]
bench.py --together [--rows N] [--rounds N] [--results NAME]      1, 2, 4 and 8 tasks at a time, each of N rows

The ways take turns in each round, and the medians are printed. CPU is that of the driver, the JVMs and all Python
processes. `--results` also writes them to benchmarks/results/spark.json under that name; tools/docs/figures makes the
tables and the chart of docs/guides/spark.md of it. `make bench-spark` runs this with the PySpark that tools/build-spark
installs.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path
from typing import Any

import bench_cases
from bench_cases import CASES, HAVE_NO_FUNCTION, TOGETHER
from pyspark import cloudpickle
from pyspark.sql import DataFrame, SparkSession

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "benchmarks"))
from machine import describe  # noqa: E402

[JAR] = (ROOT / "target/spark").glob("bufferbridge-spark-4.3_*-all.jar")
RESULTS = ROOT / "benchmarks/results/spark.json"
PACKAGES = ["pyspark", "pandas", "pyarrow", "numpy", "scikit-learn"]
WAYS: dict[str, dict[str, str]] = {
    "stock": {"spark.bufferbridge.enabled": "false"},
    "in process": {"spark.bufferbridge.enabled": "true", "spark.bufferbridge.share": "false"},
    "shared": {"spark.bufferbridge.enabled": "true", "spark.bufferbridge.share": "true"},
    "native": {},
}
Times = dict[str, dict[str, list[tuple[float, float]]]]
"""Seconds of wall time and of CPU in each round, by query and way."""


def processor_seconds() -> float:
    """Return the CPU time of this process and its descendants, with that of children that have ended."""
    parents: dict[int, int] = {}
    times: dict[int, float] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            parents[int(entry.name)] = int(fields[1])
            times[int(entry.name)] = sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
    family = {os.getpid()}
    while more := {pid for pid, parent in parents.items() if parent in family} - family:
        family |= more
    return sum(times.get(pid, 0.0) for pid in family)


def session(master: str, batch: str) -> SparkSession:
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    cloudpickle.register_pickle_by_value(bench_cases)
    spark = (
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
    spark.sparkContext.setLogLevel("ERROR")
    return spark


def table(spark: SparkSession, rows: int, files: int = 2) -> DataFrame:
    path = Path(tempfile.gettempdir()) / f"bufferbridge-bench-spark-{rows}-{files}.parquet"
    if not path.exists():
        columns = ["rand(1) a", "rand(2) b", "rand(3) c", "cast(id % 1000 as int) k", "concat('text ', id) s"]
        spark.range(rows).selectExpr("id", *columns).repartition(files).write.parquet(str(path))
    return spark.read.parquet(str(path))


def measure(spark: SparkSession, query: DataFrame) -> tuple[float, float]:
    cpu, wall = processor_seconds(), time.perf_counter()
    query.collect()
    return time.perf_counter() - wall, processor_seconds() - cpu


def queries(spark: SparkSession, options: argparse.Namespace) -> Times:
    data = table(spark, options.rows)
    measured: Times = {}
    for turn in range(options.rounds + 1):
        for name, (query, native) in CASES.items():
            if options.only and name not in options.only.split(";"):
                continue
            for way, settings in WAYS.items():
                if way == "native" and native is None:
                    continue
                if name in HAVE_NO_FUNCTION and way != "stock":
                    continue
                for key, value in settings.items():
                    spark.conf.set(key, value)
                frame = native(data) if way == "native" and native is not None else query(data)
                seconds = measure(spark, frame)
                if turn:
                    measured.setdefault(name, {}).setdefault(way, []).append(seconds)
    return measured


def together(options: argparse.Namespace) -> Times:
    """Tasks of as many rows each, at the same time. The names of the queries begin with the number of tasks."""
    tasks = int(options.master.removeprefix("local[").removesuffix("]"))
    spark = session(options.master, options.batch)
    data = table(spark, options.rows * tasks, tasks)
    measured: Times = {}
    for turn in range(options.rounds + 1):
        for name, query in TOGETHER.items():
            for way in ("stock", "in process"):
                for key, value in WAYS[way].items():
                    spark.conf.set(key, value)
                seconds = measure(spark, query(data))
                if turn:
                    measured.setdefault(f"{tasks} {name}", {}).setdefault(way, []).append(seconds)
    spark.stop()
    return measured


def together_on_each(options: argparse.Namespace) -> Times:
    """Run `together` on 1, 2, 4 and 8 threads, each in a process: functions keep what the first session gave them."""
    measured: Times = {}
    for tasks in (1, 2, 4, 8):
        command = [sys.executable, __file__, "--together", "--master", f"local[{tasks}]", "--json"]
        command += ["--rows", str(options.rows), "--rounds", str(options.rounds), "--batch", options.batch]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
        measured |= json.loads(done.stdout.splitlines()[-1])
    return measured


def medians(values: list[tuple[float, float]]) -> list[float]:
    return [statistics.median(each) for each in zip(*values)]


def printed(measured: Times) -> None:
    print(f"| Query | {' | '.join(f'{way}: wall, CPU' for way in WAYS)} | stock to in process: wall, CPU |")
    print("|---" * (len(WAYS) + 2) + "|")
    for name, ways in measured.items():
        found = {way: medians(values) for way, values in ways.items()}
        cells = [", ".join(f"{value:.2f}" for value in found.get(way, [])) for way in WAYS]
        ratios = ", ".join(f"{a / b:.1f}" for a, b in zip(found["stock"], found.get("in process", [])))
        print(f"| {name} | {' | '.join(cells)} | {ratios} |")


def written(name: str, options: argparse.Namespace, measured: Times) -> None:
    import importlib.metadata

    facts: dict[str, Any] = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    versions = {package: importlib.metadata.version(package) for package in PACKAGES}
    facts[name] = {
        "machine": {**describe({}), "sides": versions},
        "rows": options.rows,
        "rounds": options.rounds,
        "batch": options.batch,
        "master": options.master,
        "seconds of wall time and of CPU": {
            query: {way: [round(value, 3) for value in medians(values)] for way, values in ways.items()}
            for query, ways in measured.items()
        },
    }
    RESULTS.write_text(json.dumps(facts, indent=1) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=lambda text: int(float(text)), default=10_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--batch", default="4096")
    parser.add_argument("--master", default="local[1]")
    parser.add_argument("--only", default="", help="names of queries, separated by semicolons")
    parser.add_argument("--together", action="store_true", help="measure tasks at the same time")
    parser.add_argument("--json", action="store_true", help="with --together: of this master alone, as JSON")
    parser.add_argument("--results", metavar="NAME", help="write the medians to benchmarks/results/spark.json")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    if options.json:
        print(json.dumps(together(options)))
        return
    if options.together:
        options.batch, options.master = "65536", "local[1], local[2], local[4], local[8]"
        measured = together_on_each(options)
    else:
        spark = session(options.master, options.batch)
        measured = queries(spark, options)
        spark.stop()
    load = os.getloadavg()[0]
    print(
        f"{options.rows} rows, {options.master}, batches of {options.batch}, {options.rounds} rounds, load {load:.1f}"
    )
    printed(measured)
    if options.results:
        written(options.results, options, measured)


if __name__ == "__main__":
    main()
