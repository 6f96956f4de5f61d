package org.apache.spark.sql.execution.python.bufferbridge

import org.apache.spark.rdd.RDD
import org.apache.spark.sql.catalyst.InternalRow
import org.apache.spark.sql.catalyst.expressions._
import org.apache.spark.sql.execution.SparkPlan
import org.apache.spark.sql.execution.metric.{SQLMetric, SQLMetrics}
import org.apache.spark.sql.execution.window.WindowExecBase

/** Functions that aggregate windows, in the place of ArrowWindowPythonExec. */
case class InProcessWindowExec(
    windowExpression: Seq[NamedExpression],
    partitionSpec: Seq[Expression],
    orderSpec: Seq[SortOrder],
    child: SparkPlan,
    evalType: Int)
  extends WindowExecBase with InProcessOperator {

  override def nodeName: String = "InProcessWindowPython"

  override protected def furtherMetrics: Map[String, SQLMetric] =
    Map(InProcessWindowExec.Spilled -> SQLMetrics.createSizeMetric(sparkContext, "spill size"))

  override protected def doExecute(): RDD[InternalRow] = {
    val evaluator = new WindowEvaluator(
      windowExpression,
      partitionSpec,
      orderSpec,
      child.output,
      longMetric(InProcessWindowExec.Spilled),
      Runners.Call(Seq.empty, evalType, runnerSettings, pythonMetrics, taskMetrics))
    child.execute().mapPartitionsInternal(evaluator.evaluate)
  }

  override protected def withNewChildInternal(newChild: SparkPlan): InProcessWindowExec = copy(child = newChild)
}

private object InProcessWindowExec {
  val Spilled = "spillSize"
}
