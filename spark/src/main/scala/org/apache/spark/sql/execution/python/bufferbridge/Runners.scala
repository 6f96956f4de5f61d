package org.apache.spark.sql.execution.python.bufferbridge

import org.apache.arrow.memory.BufferAllocator
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
      override protected def mostTasks: Int = call.settings.mostTasks
      override protected def batches(input: Iterator[Iterator[InternalRow]], memory: BufferAllocator): BatchSource =
        new RowSource(input.flatten, rows(schema, call.settings, memory))
    }

  /** Scalar functions over columns of batches, which Python may share if it takes them one by one. */
  def ofColumns(
      call: Call,
      arguments: Array[Array[ArgumentMetadata]],
      schema: StructType,
      columns: Array[Int],
      oneByOne: Boolean): ColumnarArrowPythonWithNamedArgumentRunner with InProcess[ColumnarBatch] =
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
      override protected def mostTasks: Int = call.settings.mostTasks
      override protected def batches(input: Iterator[ColumnarBatch], memory: BufferAllocator): BatchSource =
        if (oneByOne && call.settings.share) {
          new SharedColumnSource(input, columns, schema, call.settings, memory, call.taskMetrics)
        } else {
          new ColumnSource(input, columns, schema, call.settings, memory)
        }
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
      override protected def mostTasks: Int = call.settings.mostTasks
      override protected def batches(input: Iterator[Iterator[InternalRow]], memory: BufferAllocator): BatchSource =
        new RowBatchSource(input, rows(schema, call.settings.copy(limits = BatchLimits.None), memory))
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
      override protected def mostTasks: Int = call.settings.mostTasks
      override protected def batches(input: Iterator[Iterator[InternalRow]], memory: BufferAllocator): BatchSource =
        new GroupSource(input, rows(schema, call.settings, memory))
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
      override protected def mostTasks: Int = call.settings.mostTasks
      override protected def batches(input: Iterator[Iterator[InternalRow]], memory: BufferAllocator): BatchSource =
        new RowSource(input.flatten, rows(schema, call.settings, memory))
    }

  /** One function over all rows of batches, as structs. A worker gets the rows of the input, which are the same. */
  def ofStructs(
      call: Call,
      schema: StructType,
      columns: Iterator[ColumnarBatch]): ArrowPythonRunner with InProcess[Iterator[InternalRow]] =
    new ArrowPythonRunner(
      call.functions,
      call.evalType,
      Array(Array(0)),
      schema,
      call.settings.timeZoneId,
      call.settings.largeVarTypes,
      call.settings.runnerConf,
      call.workerMetrics,
      call.settings.jobArtifactUUID,
      call.settings.sessionUUID) with BatchedPythonArrowInput with InProcess[Iterator[InternalRow]] {
      override protected def taskMetrics: InProcessMetrics = call.taskMetrics
      override protected def mostTasks: Int = call.settings.mostTasks
      override protected def batches(input: Iterator[Iterator[InternalRow]], memory: BufferAllocator): BatchSource =
        StructSource
          .of(InputFiles.keeping(columns), schema, call.settings, memory)
          .getOrElse(new RowSource(input.flatten, rows(schema, call.settings, memory)))
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
      override protected def mostTasks: Int = call.settings.mostTasks
      override protected def batches(input: Iterator[Iterator[InternalRow]], memory: BufferAllocator): BatchSource =
        new GroupSource(input, rows(schema, call.settings, memory))
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
      override protected def mostTasks: Int = call.settings.mostTasks
      override protected def batches(
          input: Iterator[(Iterator[InternalRow], Iterator[InternalRow])],
          memory: BufferAllocator): BatchSource =
        new CoGroupSource(input, rows(left, call.settings, memory), rows(right, call.settings, memory))
    }

  private def rows(schema: StructType, settings: RunnerSettings, memory: BufferAllocator): ArrowBatches =
    new ArrowBatches(schema, settings.timeZoneId, settings.largeVarTypes, settings.limits, memory)
}
