package org.apache.spark.sql.execution.python.bufferbridge

import org.apache.spark.api.python.ChainedPythonFunctions
import org.apache.spark.sql.catalyst.InternalRow
import org.apache.spark.sql.execution.metric.SQLMetric
import org.apache.spark.sql.execution.python._
import org.apache.spark.sql.execution.python.EvalPythonExec.ArgumentMetadata
import org.apache.spark.sql.types.StructType
import org.apache.spark.sql.vectorized.ColumnarBatch
import org.bufferbridge.spark.BatchSource

/** The runners of stock Spark with [[InProcess]]: one for each form of input. */
private[bufferbridge] object Runners {
  type Functions = Seq[(ChainedPythonFunctions, Long)]

  /** What all runners need. */
  final case class Call(
      functions: Functions,
      evalType: Int,
      settings: RunnerSettings,
      workerMetrics: Map[String, SQLMetric],
      taskMetrics: InProcessMetrics)

  /** Scalar functions over rows. */
  def named(
      call: Call,
      arguments: Array[Array[ArgumentMetadata]],
      schema: StructType): ArrowPythonWithNamedArgumentRunner with InProcess[Iterator[InternalRow]] =
    new ArrowPythonWithNamedArgumentRunner(
      call.functions,
      call.evalType,
      arguments,
      schema,
      call.settings.timeZoneId,
      call.settings.largeVarTypes,
      call.settings.runnerConf,
      call.workerMetrics,
      call.settings.jobArtifactUUID,
      call.settings.sessionUUID) with BatchedPythonArrowInput with InProcess[Iterator[InternalRow]] {
      override protected def taskMetrics: InProcessMetrics = call.taskMetrics
      override protected def batches(input: Iterator[Iterator[InternalRow]]): BatchSource =
        new RowSource(input.flatten, rows(schema, call.settings))
    }

  /** Scalar functions over columns of batches. */
  def ofColumns(
      call: Call,
      arguments: Array[Array[ArgumentMetadata]],
      schema: StructType,
      columns: Array[Int]): ColumnarArrowPythonWithNamedArgumentRunner with InProcess[ColumnarBatch] =
    new ColumnarArrowPythonWithNamedArgumentRunner(
      call.functions,
      call.evalType,
      arguments,
      schema,
      call.settings.timeZoneId,
      call.settings.largeVarTypes,
      call.settings.runnerConf,
      call.workerMetrics,
      call.settings.jobArtifactUUID,
      call.settings.sessionUUID,
      columns) with InProcess[ColumnarBatch] {
      override protected def taskMetrics: InProcessMetrics = call.taskMetrics
      override protected def batches(input: Iterator[ColumnarBatch]): BatchSource =
        new ColumnSource(input, columns, schema, call.settings)
    }

  /** Scalar functions over rows that come in batches, which Python gets as they are. */
  def ofRowBatches(
      call: Call,
      arguments: Array[Array[ArgumentMetadata]],
      schema: StructType): ArrowPythonWithNamedArgumentRunner with InProcess[Iterator[InternalRow]] =
    new ArrowPythonWithNamedArgumentRunner(
      call.functions,
      call.evalType,
      arguments,
      schema,
      call.settings.timeZoneId,
      call.settings.largeVarTypes,
      call.settings.runnerConf,
      call.workerMetrics,
      call.settings.jobArtifactUUID,
      call.settings.sessionUUID) with BasicPythonArrowInput with InProcess[Iterator[InternalRow]] {
      override protected def taskMetrics: InProcessMetrics = call.taskMetrics
      override protected def batches(input: Iterator[Iterator[InternalRow]]): BatchSource =
        new RowBatchSource(input, rows(schema, call.settings.copy(limits = BatchLimits.None)))
    }

  /** Functions of groups, with named arguments. */
  def namedOfGroups(
      call: Call,
      arguments: Array[Array[ArgumentMetadata]],
      schema: StructType): ArrowPythonWithNamedArgumentRunner with InProcess[Iterator[InternalRow]] =
    new ArrowPythonWithNamedArgumentRunner(
      call.functions,
      call.evalType,
      arguments,
      schema,
      call.settings.timeZoneId,
      call.settings.largeVarTypes,
      call.settings.runnerConf,
      call.workerMetrics,
      call.settings.jobArtifactUUID,
      call.settings.sessionUUID) with GroupedPythonArrowInput with InProcess[Iterator[InternalRow]] {
      override protected def taskMetrics: InProcessMetrics = call.taskMetrics
      override protected def batches(input: Iterator[Iterator[InternalRow]]): BatchSource =
        new GroupSource(input, rows(schema, call.settings))
    }

  /** One function over all rows. */
  def plain(
      call: Call,
      arguments: Array[Array[Int]],
      schema: StructType): ArrowPythonRunner with InProcess[Iterator[InternalRow]] =
    new ArrowPythonRunner(
      call.functions,
      call.evalType,
      arguments,
      schema,
      call.settings.timeZoneId,
      call.settings.largeVarTypes,
      call.settings.runnerConf,
      call.workerMetrics,
      call.settings.jobArtifactUUID,
      call.settings.sessionUUID) with BatchedPythonArrowInput with InProcess[Iterator[InternalRow]] {
      override protected def taskMetrics: InProcessMetrics = call.taskMetrics
      override protected def batches(input: Iterator[Iterator[InternalRow]]): BatchSource =
        new RowSource(input.flatten, rows(schema, call.settings))
    }

  /** One function of groups. */
  def ofGroups(
      call: Call,
      arguments: Array[Array[Int]],
      schema: StructType): ArrowPythonRunner with InProcess[Iterator[InternalRow]] =
    new ArrowPythonRunner(
      call.functions,
      call.evalType,
      arguments,
      schema,
      call.settings.timeZoneId,
      call.settings.largeVarTypes,
      call.settings.runnerConf,
      call.workerMetrics,
      call.settings.jobArtifactUUID,
      call.settings.sessionUUID) with GroupedPythonArrowInput with InProcess[Iterator[InternalRow]] {
      override protected def taskMetrics: InProcessMetrics = call.taskMetrics
      override protected def batches(input: Iterator[Iterator[InternalRow]]): BatchSource =
        new GroupSource(input, rows(schema, call.settings))
    }

  /** One function of pairs of groups. */
  def ofCoGroups(
      call: Call,
      arguments: Array[Array[Int]],
      left: StructType,
      right: StructType)
      : CoGroupedArrowPythonRunner with InProcess[(Iterator[InternalRow], Iterator[InternalRow])] =
    new CoGroupedArrowPythonRunner(
      call.functions,
      call.evalType,
      arguments,
      left,
      right,
      call.settings.timeZoneId,
      call.settings.largeVarTypes,
      call.settings.runnerConf,
      call.workerMetrics,
      call.settings.jobArtifactUUID,
      call.settings.sessionUUID) with InProcess[(Iterator[InternalRow], Iterator[InternalRow])] {
      override protected def taskMetrics: InProcessMetrics = call.taskMetrics
      override protected def batches(
          input: Iterator[(Iterator[InternalRow], Iterator[InternalRow])]): BatchSource =
        new CoGroupSource(input, rows(left, call.settings), rows(right, call.settings))
    }

  private def rows(schema: StructType, settings: RunnerSettings): ArrowBatches =
    new ArrowBatches(schema, settings.timeZoneId, settings.largeVarTypes, settings.limits)
}
