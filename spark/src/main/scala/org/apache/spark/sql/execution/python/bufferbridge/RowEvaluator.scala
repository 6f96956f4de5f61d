package org.apache.spark.sql.execution.python.bufferbridge

import java.io.File

import org.apache.spark.{SparkEnv, TaskContext}
import org.apache.spark.sql.catalyst.InternalRow
import org.apache.spark.sql.catalyst.expressions._
import org.apache.spark.sql.execution.python.HybridRowQueue
import org.apache.spark.sql.execution.python.bufferbridge.Runners.Call
import org.apache.spark.sql.vectorized.ColumnarBatch
import org.apache.spark.util.Utils

/** Scalar functions over rows. The rows wait for their results in Spark's queue, which may spill. */
private[bufferbridge] final class RowEvaluator(
    childOutput: Seq[Attribute],
    output: Seq[Attribute],
    functions: Functions,
    call: Call)
  extends Serializable {

  def evaluate(rows: Iterator[InternalRow]): Iterator[InternalRow] = {
    val context = TaskContext.get()
    val queue = RowEvaluator.queue(childOutput, context)
    val projection = MutableProjection.create(functions.inputs, childOutput)
    projection.initialize(context.partitionId())
    // One row, which the writer reads before the next one comes. It has no boxes.
    projection.target(new SpecificInternalRow(functions.inputs.map(_.dataType)))
    val inputs = new Iterator[InternalRow] {
      override def hasNext: Boolean = rows.hasNext
      override def next(): InternalRow = {
        val row = rows.next()
        queue.add(row.asInstanceOf[UnsafeRow])
        projection(row)
      }
    }
    val results = Runners
      .named(call, functions.arguments, functions.inputSchema)
      .compute(Iterator(inputs), context.partitionId(), context)
    RowEvaluator.joined(queue, results, output, childOutput.length)
  }
}

private[bufferbridge] object RowEvaluator {

  def queue(childOutput: Seq[Attribute], context: TaskContext): HybridRowQueue = {
    val queue = HybridRowQueue(
      context.taskMemoryManager(),
      new File(Utils.getLocalDir(SparkEnv.get.conf)),
      childOutput.length)
    context.addTaskCompletionListener[Unit](_ => queue.close())
    queue
  }

  /** The rows of a queue with the results of their functions. */
  def joined(
      queue: HybridRowQueue,
      results: Iterator[ColumnarBatch],
      output: Seq[Attribute],
      inputs: Int): Iterator[UnsafeRow] = new Iterator[UnsafeRow] {
    private val attributes = output.drop(inputs)
    private val join = new JoinedRow
    private val projection = UnsafeProjection.create(output, output)
    private var batch: ColumnarBatch = _
    private var row = 0

    override def hasNext: Boolean = {
      while ((batch == null || row == batch.numRows) && results.hasNext) {
        batch = results.next()
        row = 0
        ResultTypes.check(attributes, batch)
      }
      batch != null && row < batch.numRows
    }

    override def next(): UnsafeRow = {
      if (!hasNext) Iterator.empty.next()
      val result = batch.getRow(row)
      row += 1
      projection(join(queue.remove(), result))
    }
  }
}
