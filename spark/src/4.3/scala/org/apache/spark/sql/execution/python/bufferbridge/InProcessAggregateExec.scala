package org.apache.spark.sql.execution.python.bufferbridge

import java.io.File

import scala.collection.mutable.ArrayBuffer

import org.apache.spark.{SparkEnv, TaskContext}
import org.apache.spark.api.python.ChainedPythonFunctions
import org.apache.spark.rdd.RDD
import org.apache.spark.sql.catalyst.InternalRow
import org.apache.spark.sql.catalyst.expressions._
import org.apache.spark.sql.catalyst.expressions.aggregate.AggregateExpression
import org.apache.spark.sql.catalyst.plans.physical.{AllTuples, ClusteredDistribution, Distribution, Partitioning}
import org.apache.spark.sql.execution.{GroupedIterator, SparkPlan, UnaryExecNode}
import org.apache.spark.sql.execution.python.EvalPythonExec.ArgumentMetadata
import org.apache.spark.sql.execution.python.HybridRowQueue
import org.apache.spark.sql.execution.python.bufferbridge.Runners.Call
import org.apache.spark.sql.types.{StructField, StructType}
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
    val arguments = new Arguments
    val functions = aggExpressions.map { aggregate =>
      val udaf = aggregate.aggregateFunction.asInstanceOf[PythonFuncExpression]
      (chain(udaf), udaf.resultId.id)
    }
    val metas = aggExpressions.map(a => arguments.of(innermost(a.aggregateFunction.asInstanceOf[PythonFuncExpression])))
    val inputs = arguments.expressions
    val schema = arguments.schema
    val call = Call(functions, evalType, runnerSettings, pythonMetrics, taskMetrics)

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
          .namedOfGroups(call, metas.toArray, schema)
          .compute(data, context.partitionId(), context)
        val joined = new JoinedRow
        val resultProjection = UnsafeProjection.create(
          resultExpressions,
          groupingExpressions.map(_.toAttribute) ++ aggExpressions.map(_.resultAttribute))
        results.map(batch => resultProjection(joined(keys.remove(), batch.rowIterator.next())))
      }
    }
  }

  /** A function and those whose results it takes, the innermost first. */
  private def chain(function: PythonFuncExpression): ChainedPythonFunctions = function.children match {
    case Seq(inner: PythonFuncExpression) => ChainedPythonFunctions(chain(inner).funcs :+ function.func)
    case _ => ChainedPythonFunctions(Seq(function.func))
  }

  private def innermost(function: PythonFuncExpression): PythonFuncExpression = function.children match {
    case Seq(inner: PythonFuncExpression) => innermost(inner)
    case _ => function
  }

  override protected def withNewChildInternal(newChild: SparkPlan): InProcessAggregateExec =
    copy(child = newChild)
}

/** The arguments of several functions, each expression once. */
private[bufferbridge] final class Arguments {
  private val distinct = new ArrayBuffer[Expression]

  def of(function: Expression): Array[ArgumentMetadata] = function.children.map {
    case NamedArgumentExpression(name, value) => ArgumentMetadata(indexOf(value), Some(name))
    case value => ArgumentMetadata(indexOf(value), None)
  }.toArray

  def expressions: Seq[Expression] = distinct.toSeq

  def schema: StructType =
    StructType(distinct.zipWithIndex.map { case (e, i) => StructField(s"_$i", e.dataType) }.toArray)

  private def indexOf(value: Expression): Int = distinct.indexWhere(_.semanticEquals(value)) match {
    case -1 =>
      distinct += value
      distinct.length - 1
    case index => index
  }
}
