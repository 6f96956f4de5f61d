package org.apache.spark.sql.execution.python.bufferbridge

import scala.jdk.CollectionConverters._

import org.apache.spark.TaskContext
import org.apache.spark.sql.catalyst.InternalRow
import org.apache.spark.sql.catalyst.expressions._
import org.apache.spark.sql.catalyst.expressions.aggregate.AggregateExpression
import org.apache.spark.sql.execution.ExternalAppendOnlyUnsafeRowArray
import org.apache.spark.sql.execution.metric.SQLMetric
import org.apache.spark.sql.execution.python.EvalPythonExec.ArgumentMetadata
import org.apache.spark.sql.execution.python.bufferbridge.Runners.Call
import org.apache.spark.sql.execution.window.WindowEvaluatorFactoryBase
import org.apache.spark.sql.internal.SQLConf
import org.apache.spark.sql.types.{IntegerType, StructField, StructType}

/** Functions over windows. Spark's own frames find where the window of each row begins and ends; PySpark cuts the
  * arguments there.
  *
  * Python gets a group for each partition of the window. The columns in front are the bounds, two for each bounded
  * frame. A function over a bounded frame takes its bounds before its own arguments, and gives a value for each row. A
  * function over an unbounded frame gives one value for all rows.
  *
  * @param call
  *   without functions, which are those of `windowExpression`
  */
private[bufferbridge] final class WindowEvaluator(
    override val windowExpression: Seq[NamedExpression],
    override val partitionSpec: Seq[Expression],
    override val orderSpec: Seq[SortOrder],
    override val childOutput: Seq[Attribute],
    override val spillSize: SQLMetric,
    call: Call)
  extends WindowEvaluatorFactoryBase with Serializable {

  def evaluate(rows: Iterator[InternalRow]): Iterator[InternalRow] =
    if (rows.isEmpty) {
      rows
    } else {
      val context = TaskContext.get()
      val frames = new WindowFrames(windowFrameExpressionFactoryPairs.map(_._2))
      // Each expression, and the number of its frame.
      val (expressions, frameOf) = windowFrameExpressionFactoryPairs.zipWithIndex.flatMap {
        case ((ofFrame, _), frame) => ofFrame.map((_, frame))
      }.unzip
      val functions = new Functions(expressions.map(functionOf))
      val arguments = functions.arguments.zip(frameOf).map { case (own, frame) =>
        frames.columnsOf(frame).map(ArgumentMetadata(_, None)).toArray ++
          own.map(argument => argument.copy(offset = argument.offset + frames.columns))
      }
      val bounds = Seq.tabulate(frames.columns)(i => AttributeReference(s"bound_$i", IntegerType, nullable = false)())
      val inputs = bounds ++ functions.inputs
      val schema = StructType(inputs.zipWithIndex.map { case (e, i) => StructField(s"_$i", e.dataType) })

      val queue = RowEvaluator.queue(childOutput, context)
      val partition = newPartition()
      context.addTaskCompletionListener[Unit] { _ =>
        spillSize += partition.spillSize
        partition.clear()
      }
      val projection = UnsafeProjection.create(inputs, bounds ++ childOutput)
      val withBounds = new JoinedRow
      val groups = new WindowPartitions(
        rows,
        UnsafeProjection.create(partitionSpec, childOutput),
        partition,
        queue.add(_)).map { partition =>
        frames.prepare(partition)
        partition.generateIterator().zipWithIndex.map { case (row, index) =>
          projection(withBounds(frames.at(index, row), row)): InternalRow
        }
      }
      val results = Runners
        .namedOfGroups(ofFunctions(functions, frameOf.map(frames.kindOf)), arguments, schema)
        .compute(groups, context.partitionId(), context)

      val joined = new JoinedRow
      val toResult = createResultProjection(expressions)
      results.flatMap(_.rowIterator.asScala).map(result => toResult(joined(queue.remove(), result)))
    }

  private def functionOf(expression: Expression): PythonFuncExpression =
    expression.collectFirst { case WindowExpression(AggregateExpression(f: PythonFuncExpression, _, _, _, _), _) => f }
      .getOrElse(throw new IllegalStateException(s"no Python function in $expression"))

  private def newPartition(): ExternalAppendOnlyUnsafeRowArray = {
    val conf = SQLConf.get
    new ExternalAppendOnlyUnsafeRowArray(
      conf.windowExecBufferInMemoryThreshold,
      conf.windowExecBufferSpillSizeThreshold,
      conf.windowExecBufferSpillThreshold,
      conf.windowExecBufferSpillSizeThreshold)
  }

  private def ofFunctions(functions: Functions, kinds: Seq[String]): Call =
    call.copy(
      functions = functions.chains,
      settings = call.settings.copy(
        runnerConf = call.settings.runnerConf + ("window_bound_types" -> kinds.mkString(","))))
}
