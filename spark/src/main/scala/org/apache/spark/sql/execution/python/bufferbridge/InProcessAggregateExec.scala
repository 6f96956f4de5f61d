package org.apache.spark.sql.execution.python.bufferbridge

import java.io.File

import org.apache.spark.{SparkEnv, TaskContext}
import org.apache.spark.rdd.RDD
import org.apache.spark.sql.catalyst.InternalRow
import org.apache.spark.sql.catalyst.expressions._
import org.apache.spark.sql.catalyst.expressions.aggregate.AggregateExpression
import org.apache.spark.sql.catalyst.plans.physical.{AllTuples, ClusteredDistribution, Distribution, Partitioning}
import org.apache.spark.sql.execution.{GroupedIterator, SparkPlan, UnaryExecNode}
import org.apache.spark.sql.execution.python.HybridRowQueue
import org.apache.spark.sql.execution.python.bufferbridge.Runners.Call
import org.apache.spark.util.Utils

/** Functions that aggregate groups, in the place of ArrowAggregatePythonExec, but for session windows. */
case class InProcessAggregateExec(
    groupingExpressions: Seq[NamedExpression],
    aggExpressions: Seq[AggregateExpression],
    resultExpressions: Seq[NamedExpression],
    child: SparkPlan,
    evalType: Int)
  extends UnaryExecNode with InProcessOperator {

  override def nodeName: String = "InProcessAggregatePython"

  override val output: Seq[Attribute] = resultExpressions.map(_.toAttribute)
  override def outputPartitioning: Partitioning = child.outputPartitioning
  override def producedAttributes: AttributeSet = AttributeSet(output)

  override def requiredChildDistribution: Seq[Distribution] =
    Seq(if (groupingExpressions.isEmpty) AllTuples else ClusteredDistribution(groupingExpressions))

  override def requiredChildOrdering: Seq[Seq[SortOrder]] = Seq(groupingExpressions.map(SortOrder(_, Ascending)))

  override protected def doExecute(): RDD[InternalRow] = {
    val functions = new Functions(aggExpressions.map(_.aggregateFunction.asInstanceOf[PythonFuncExpression]))
    val (inputs, arguments, schema) = (functions.inputs, functions.arguments, functions.inputSchema)
    val call = Call(functions.chains, evalType, runnerSettings, pythonMetrics, taskMetrics)

    child.execute().mapPartitionsInternal { rows =>
      if (rows.isEmpty) {
        rows
      } else {
        val context = TaskContext.get()
        val projection = UnsafeProjection.create(inputs, child.output)
        val groups =
          if (groupingExpressions.isEmpty) Iterator((new UnsafeRow(), rows))
          else GroupedIterator(rows, groupingExpressions, child.output)
        // The keys wait here for the results of their groups.
        val keys = HybridRowQueue(
          context.taskMemoryManager(),
          new File(Utils.getLocalDir(SparkEnv.get.conf)),
          groupingExpressions.length)
        context.addTaskCompletionListener[Unit](_ => keys.close())
        val data = groups.map { case (key, group) =>
          keys.add(key.asInstanceOf[UnsafeRow])
          group.map(projection): Iterator[InternalRow]
        }
        val results = Runners
          .namedOfGroups(call, arguments, schema)
          .compute(data, context.partitionId(), context)
        val joined = new JoinedRow
        val resultProjection = UnsafeProjection.create(
          resultExpressions,
          groupingExpressions.map(_.toAttribute) ++ aggExpressions.map(_.resultAttribute))
        results.map(batch => resultProjection(joined(keys.remove(), batch.rowIterator.next())))
      }
    }
  }

  override protected def withNewChildInternal(newChild: SparkPlan): InProcessAggregateExec =
    copy(child = newChild)
}
