package org.apache.spark.sql.execution.python.bufferbridge

import org.apache.spark.SparkContext
import org.apache.spark.sql.execution.metric.{SQLMetric, SQLMetrics}

/** The metrics of an operator, in the SQL tab: stock Spark's, where tasks ran, and what Python shared and kept. */
private[bufferbridge] final class InProcessMetrics(metrics: Map[String, SQLMetric]) extends Serializable {
  private val tasksInProcess = metrics(InProcessMetrics.InProcess)
  private val tasksFallenBack = metrics(InProcessMetrics.FellBack)

  def ranInProcess(): Unit = tasksInProcess += 1
  def fellBack(): Unit = tasksFallenBack += 1
  def received(rows: Long): Unit = metrics("pythonNumRowsReceived") += rows

  def shared(columns: Long, kept: Long): Unit = {
    metrics(InProcessMetrics.Shared) += columns
    metrics(InProcessMetrics.Kept) += kept
  }

  def keptAfterTask(bytes: Long): Unit = metrics(InProcessMetrics.KeptBytes) += bytes

  def took(nanos: Long): Unit = {
    metrics("pythonTotalTime") += nanos / 1000000
    metrics("pythonProcessingTime") += nanos / 1000000
  }
}

private[bufferbridge] object InProcessMetrics {
  private val InProcess = "bufferbridgeInProcess"
  private val FellBack = "bufferbridgeFellBack"
  private val Shared = "bufferbridgeShared"
  private val Kept = "bufferbridgeKept"
  private val KeptBytes = "bufferbridgeKeptBytes"

  def create(context: SparkContext): Map[String, SQLMetric] = Map(
    InProcess -> SQLMetrics.createMetric(context, "tasks in process"),
    FellBack -> SQLMetrics.createMetric(context, "tasks that fell back to worker processes"),
    Shared -> SQLMetrics.createMetric(context, "columns of batches that Python read in Spark's memory"),
    Kept -> SQLMetrics.createMetric(context, "columns of batches that Python kept"),
    KeptBytes -> SQLMetrics.createSizeMetric(context, "copies that Python kept after the task"))
}
