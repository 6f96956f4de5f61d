"""Shares the columns of a table that is cached in Arrow's form, and prints how many were shared and kept."""

from __future__ import annotations

import test_kept_inputs
import test_sharing
from pyspark import cloudpickle
from test_kept_inputs import forgets, keeping, keeps_series, kept_bytes
from test_sharing import length_and_sum, scaled

from conftest import KEPT, ROWS, SHARED, session, tasks

cloudpickle.register_pickle_by_value(test_kept_inputs)
cloudpickle.register_pickle_by_value(test_sharing)
spark = session(
    "local[2]",
    **{
        "spark.sql.cache.serializer": "org.apache.spark.sql.execution.columnar.ArrowCachedBatchSerializer",
        "spark.sql.inMemoryColumnarStorage.batchSize": "1000",
        "spark.sql.execution.arrow.maxRecordsPerBatch": "1000",
    },
)
spark.sparkContext.setLogLevel("OFF")
table = spark.range(0, ROWS, 1, 1).selectExpr("id", "id * 0.5D as x", "cast(id as string) as s").cache()
table.count()


def query():
    return table.select("id", "s", scaled("x", "id"), length_and_sum("s", "x"))


# Stock Spark fails here: this cache closes its batches before the columnar evaluator has read them.
expected = [(i, str(i), i * 2.0, len(str(i)) + i * 0.5) for i in range(ROWS)]
assert query().collect() == expected
spark.conf.set("spark.bufferbridge.share", "true")
frame = query()
assert frame.collect() == expected
print(f"shared {tasks(frame, SHARED)}, kept {tasks(frame, KEPT)}")

frame = table.select("id", "x", keeping(keeps_series)("id", "x").alias("same"))
rows = frame.collect()
assert [(row.id, row.x, row.same) for row in rows] == [(i, i * 0.5, True) for i in range(ROWS)]
print(f"shared {tasks(frame, SHARED)}, kept {tasks(frame, KEPT)}")
assert kept_bytes(spark) > 0
assert query().collect() == expected
assert spark.range(1).select(forgets("id")).collect()[0][0] == ROWS
assert kept_bytes(spark) == 0
print("all is equal")
