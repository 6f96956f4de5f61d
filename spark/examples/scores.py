"""A pandas function of PySpark, unchanged, in the executor's JVM."""

import os

import bufferbridge_spark
import pandas as pd
from pyspark.sql import SparkSession
from pyspark.sql.functions import pandas_udf

spark = (
    SparkSession.builder.master("local[2]")
    .config(map=bufferbridge_spark.settings())  # the one line
    .getOrCreate()
)


@pandas_udf("double")
def score(a: pd.Series, b: pd.Series) -> pd.Series:
    return a * 2 + b**0.5


@pandas_udf("long")
def process(a: pd.Series) -> pd.Series:
    return pd.Series(os.getpid(), index=a.index)


table = spark.range(1_000_000).selectExpr("rand(1) as a", "rand(2) as b")
scores = table.select(score("a", "b").alias("score"), process("a").alias("process"))
scores.explain()

for enabled in ("false", "true"):
    spark.conf.set("spark.bufferbridge.enabled", enabled)
    rows = scores.groupBy("process").agg({"score": "count"}).collect()
    mean = scores.agg({"score": "mean"}).collect()[0][0]
    print(f"in process: {enabled}, mean {mean:.6f}, processes {len(rows)}")
