package org.apache.spark.sql.execution.python.bufferbridge

import org.apache.spark.SparkContext
import org.apache.spark.sql.execution.metric.{SQLMetric, SQLMetrics}

/** The metrics of an operator, in the SQL tab: those of stock Spark's operators, and how many tasks ran where. */
private[bufferbridge] final class InProcessMetrics(metrics: Map[String, SQLMetric]) extends Serializable {
  private val tasksInProcess = metrics(InProcessMetrics.InProcess)
  private val tasksFallenBack = metrics(InProcessMetrics.FellBack)

  def ranInProcess(): Unit = tasksInProcess += 1
  def fellBack(): Unit = tasksFallenBack += 1
  def received(rows: Long): Unit = metrics("pythonNumRowsReceived") += rows

  def took(nanos: Long): Unit = {
    metrics("pythonTotalTime") += nanos / 1000000
    metrics("pythonProcessingTime") += nanos / 1000000
  }
}

private[bufferbridge] object InProcessMetrics {
  private val InProcess = "bufferbridgeInProcess"
  private val FellBack = "bufferbridgeFellBack"

  def create(context: SparkContext): Map[String, SQLMetric] = Map(
    InProcess -> SQLMetrics.createMetric(context, "tasks in process"),
    FellBack -> SQLMetrics.createMetric(context, "tasks that fell back to worker processes"))
}
