"""What runs PySpark's functions in an executor's JVM. Java imports this package from the jar.

PySpark's own code does the work: `pyspark.worker.read_udfs` makes a function from batches to batches of what Spark's
initial message says. This package gives it the batches, and takes its results, by the Arrow C Data interface.
"""

from _bufferbridge_spark._globals import version
from _bufferbridge_spark._task import Task

__all__ = ["Task", "version"]
