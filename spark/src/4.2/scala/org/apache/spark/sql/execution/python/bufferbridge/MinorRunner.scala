package org.apache.spark.sql.execution.python.bufferbridge

import java.util.{Map => JMap}

import scala.jdk.CollectionConverters._

import org.apache.spark.api.python.BasePythonRunner
import org.apache.spark.sql.vectorized.ColumnarBatch

/** What Spark 4.2's runners differ in from those of other minors. */
private[bufferbridge] trait MinorRunner[IN] extends BasePythonRunner[IN, ColumnarBatch] {

  /** The environment variables by which PySpark formats tracebacks. */
  protected def tracebackFlags: JMap[String, String] = {
    def flag(on: Boolean) = if (on) "1" else ""
    Map(
      "SPARK_HIDE_TRACEBACK" -> flag(hideTraceback),
      "SPARK_SIMPLIFIED_TRACEBACK" -> flag(simplifiedTraceback)).asJava
  }
}
