"""The jar that runs PySpark's functions in the executor's JVM, and the settings of Spark that load it.

    SparkSession.builder.config(map=bufferbridge_spark.settings())

The package has one jar for each minor of Spark that it serves. It imports nothing of PySpark.
"""

from __future__ import annotations

import importlib.metadata
import re
from pathlib import Path

__all__ = ["EXTENSION", "jar", "settings"]
__version__ = "0.1.0"

EXTENSION = "org.bufferbridge.spark.BufferbridgeExtensions"
"""What `spark.sql.extensions` has to name."""


def jar(spark: str | None = None) -> str:
    """Return the path of the jar for a version of Spark.

    Args:
        spark: the version, such as `"4.3.0"`; that of the installed PySpark by default

    Raises:
        LookupError: there is no jar for that version, or no version is given and PySpark is not installed
    """
    wanted = spark or _installed()
    minor = ".".join(wanted.split(".")[:2])
    jars = {_minor(path): path for path in sorted(Path(__file__).with_name("jars").glob("*.jar"))}
    if minor not in jars:
        raise LookupError(
            f"bufferbridge-spark {__version__} has no jar for Spark {wanted}; it serves {', '.join(jars) or 'none'}"
        )
    return str(jars[minor])


def settings(spark: str | None = None) -> dict[str, str]:
    """Return the settings of Spark that switch the module on: `spark.jars` and `spark.sql.extensions`.

    If a program has jars or extensions of its own, it sets both by itself: they are lists, separated by commas.

    Args:
        spark: the version of Spark; that of the installed PySpark by default

    Raises:
        LookupError: as `jar`
    """
    return {"spark.jars": jar(spark), "spark.sql.extensions": EXTENSION}


def _installed() -> str:
    for name in ("pyspark", "pyspark-client"):
        try:
            return importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    raise LookupError("PySpark is not installed: pip install pyspark, or name a version of Spark, such as '4.3.0'")


def _minor(path: Path) -> str:
    found = re.match(r"bufferbridge-spark-(\d+\.\d+)_", path.name)
    return found[1] if found else path.name
