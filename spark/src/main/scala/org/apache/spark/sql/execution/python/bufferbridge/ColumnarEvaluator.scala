package org.apache.spark.sql.execution.python.bufferbridge

import scala.jdk.CollectionConverters._

import org.apache.spark.TaskContext
import org.apache.spark.api.python.{BasePythonRunner, PythonEvalType}
import org.apache.spark.sql.catalyst.expressions._
import org.apache.spark.sql.execution.RowToColumnConverter
import org.apache.spark.sql.execution.python.bufferbridge.Runners.Call
import org.apache.spark.sql.execution.vectorized.OnHeapColumnVector
import org.apache.spark.sql.types.StructType
import org.apache.spark.sql.vectorized.{ColumnarBatch, ColumnVector}

/** Scalar functions over columns. Python gets the batches of the child, as with stock Spark's columnar evaluator.
  *
  * A function that takes a batch and gives its results before it takes the next one runs in lockstep: a result goes out
  * with the columns of its batch themselves. All others run ahead, so the rows wait in Spark's queue, which may spill.
  */
private[bufferbridge] final class ColumnarEvaluator(
    childOutput: Seq[Attribute],
    output: Seq[Attribute],
    outputSchema: StructType,
    functions: Functions,
    call: Call)
  extends Serializable {

  def evaluate(batches: Iterator[ColumnarBatch]): Iterator[ColumnarBatch] = {
    val context = TaskContext.get()
    columnsOf(functions.inputs) match {
      case Some(columns) =>
        val runner = Runners.ofColumns(call, functions.arguments, functions.inputSchema, columns, inLockstep)
        run(runner, batches, context)(identity)
      case None =>
        val projection = MutableProjection.create(functions.inputs, childOutput)
        projection.initialize(context.partitionId())
        run(Runners.ofRowBatches(call, functions.arguments, functions.inputSchema), batches, context)(
          _.rowIterator.asScala.map(projection))
    }
  }

  /** The columns that the functions take, if they take nothing else. */
  private def columnsOf(inputs: Seq[Expression]): Option[Array[Int]] = {
    val indices = inputs.map {
      case attribute: AttributeReference => childOutput.indexWhere(_.exprId == attribute.exprId)
      case _ => -1
    }
    Option.when(!indices.contains(-1))(indices.toArray)
  }

  private def run[IN](
      runner: BasePythonRunner[IN, ColumnarBatch] with InProcess[IN],
      batches: Iterator[ColumnarBatch],
      context: TaskContext)(
      toInput: ColumnarBatch => IN): Iterator[ColumnarBatch] = {
    var current: ColumnarBatch = null
    lazy val noted = batches.map { batch =>
      current = batch
      toInput(batch)
    }
    val results = if (inLockstep) runner.inProcess(noted, context.partitionId(), context) else None
    results match {
      case Some(inOrder) => inOrder.map(result => joined(current, result))
      case None if inLockstep => queued(runner.inWorker(_, context.partitionId(), context), batches, context)(toInput)
      case None => queued(runner.compute(_, context.partitionId(), context), batches, context)(toInput)
    }
  }

  private def inLockstep: Boolean =
    (call.evalType == PythonEvalType.SQL_SCALAR_PANDAS_UDF || call.evalType == PythonEvalType.SQL_SCALAR_ARROW_UDF) &&
      !call.settings.runnerConf.contains("spark.sql.execution.pythonUDF.arrow.concurrency.level")

  private def joined(batch: ColumnarBatch, results: ColumnarBatch): ColumnarBatch = {
    check(results)
    assert(
      batch.numRows == results.numRows,
      s"a batch of ${batch.numRows} rows had ${results.numRows} results of a Python function")
    new JoinedBatch(columns(batch) ++ columns(results), batch.numRows)
  }

  private def columns(batch: ColumnarBatch): Array[ColumnVector] =
    (0 until batch.numCols).map(batch.column).toArray

  private def check(results: ColumnarBatch): Unit = ResultTypes.check(output.drop(childOutput.length), results)

  private def queued[IN](
      compute: Iterator[IN] => Iterator[ColumnarBatch],
      batches: Iterator[ColumnarBatch],
      context: TaskContext)(
      toInput: ColumnarBatch => IN): Iterator[ColumnarBatch] = {
    val queue = RowEvaluator.queue(childOutput, context)
    val toUnsafe = UnsafeProjection.create(childOutput, childOutput)
    val results = compute(batches.map { batch =>
      batch.rowIterator.asScala.foreach(row => queue.add(toUnsafe(row)))
      toInput(batch)
    })
    inColumns(RowEvaluator.joined(queue, results, output, childOutput.length), context)
  }

  private def inColumns(rows: Iterator[UnsafeRow], context: TaskContext): Iterator[ColumnarBatch] = {
    val most = math.min(call.settings.limits.records, ColumnarEvaluator.LargestBatch)
    val converter = new RowToColumnConverter(outputSchema)
    val vectors = OnHeapColumnVector.allocateColumns(most, outputSchema)
    val batch = new ColumnarBatch(vectors.toArray[ColumnVector])
    context.addTaskCompletionListener[Unit](_ => batch.close())
    new Iterator[ColumnarBatch] {
      override def hasNext: Boolean = rows.hasNext
      override def next(): ColumnarBatch = {
        vectors.foreach(_.reset())
        var count = 0
        while (count < most && rows.hasNext) {
          converter.convert(rows.next(), vectors.toArray)
          count += 1
        }
        batch.setNumRows(count)
        batch
      }
    }
  }
}

private object ColumnarEvaluator {

  /** Rows of the batches that this makes of rows. Nobody sees how many they are. */
  private val LargestBatch = 4096
}

/** Columns of a child's batch, and results. Where a limit ends, Spark closes the batch before the task ends. Python may
  * still read the columns then, so the child frees them at the end of the task, as with stock Spark's evaluator.
  */
private final class JoinedBatch(columns: Array[ColumnVector], rows: Int) extends ColumnarBatch(columns, rows) {
  override def close(): Unit = ()
}
