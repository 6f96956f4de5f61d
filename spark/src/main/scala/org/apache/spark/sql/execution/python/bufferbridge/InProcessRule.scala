package org.apache.spark.sql.execution.python.bufferbridge

import org.apache.spark.api.python.PythonEvalType
import org.apache.spark.sql.SparkSession
import org.apache.spark.sql.catalyst.expressions.{PythonFuncExpression, PythonUDF}
import org.apache.spark.sql.catalyst.rules.Rule
import org.apache.spark.sql.execution.SparkPlan
import org.apache.spark.sql.execution.python._
import org.apache.spark.sql.internal.SQLConf

/** Replaces the operators of Python functions by those of this package. What it leaves is stock Spark's. */
case class InProcessRule(session: SparkSession) extends Rule[SparkPlan] {

  override def apply(plan: SparkPlan): SparkPlan = {
    val conf = session.sessionState.conf
    if (!Settings.enabled(conf)) {
      plan
    } else {
      plan.transformUp {
        case p if replacement.isDefinedAt(p) =>
          refusal(p, conf) match {
            case None => replacement(p)
            case Some(reason) =>
              Fallbacks.log(reason)
              p
          }
      }
    }
  }

  private val replacement: PartialFunction[SparkPlan, SparkPlan] = {
    case p: ArrowEvalPythonExec => InProcessEvalPythonExec(p.udfs, p.resultAttrs, p.child, p.evalType)
    case p: MapInArrowExec => InProcessMapExec(p.func, p.output, p.child, p.isBarrier, p.profile)
    case p: MapInPandasExec => InProcessMapExec(p.func, p.output, p.child, p.isBarrier, p.profile)
    case p: FlatMapGroupsInArrowExec =>
      InProcessGroupsExec(p.groupingAttributes, p.func, p.output, p.child)
    case p: FlatMapGroupsInPandasExec =>
      InProcessGroupsExec(p.groupingAttributes, p.func, p.output, p.child)
    case p: FlatMapCoGroupsInArrowExec =>
      InProcessCoGroupsExec(p.leftGroup, p.rightGroup, p.func, p.output, p.left, p.right)
    case p: FlatMapCoGroupsInPandasExec =>
      InProcessCoGroupsExec(p.leftGroup, p.rightGroup, p.func, p.output, p.left, p.right)
    case p: ArrowAggregatePythonExec =>
      InProcessAggregateExec(
        p.groupingExpressions,
        p.aggExpressions,
        p.resultExpressions,
        p.child,
        p.evalType)
    case p: ArrowWindowPythonExec =>
      InProcessWindowExec(p.windowExpression, p.partitionSpec, p.orderSpec, p.child, p.evalType)
  }

  /** Why an operator stays, or None. */
  private def refusal(plan: SparkPlan, conf: SQLConf): Option[String] = {
    val functions = plan.expressions.flatMap(_.collect { case f: PythonFuncExpression => f })
    Seq(
      functions.flatMap(f => Settings.exclusion(conf, f.name)).headOption,
      Option.when(functions.exists(isPlain) && !Settings.plainFunctions(conf))(
        "plain functions hold the GIL (spark.bufferbridge.plainFunctions=true runs them in process)"),
      Option.when(conf.arrowMaxRecordsPerOutputBatch > 0 || conf.arrowMaxBytesPerOutputBatch > 0)(
        "the output batches of functions are limited"),
      plan match {
        case p: MapInArrowExec if p.isBarrier => Some("mapInArrow runs in barrier mode")
        case p: MapInPandasExec if p.isBarrier => Some("mapInPandas runs in barrier mode")
        case p: ArrowAggregatePythonExec if p.sessionWindowOption.isDefined =>
          Some("a function aggregates session windows")
        case _ => None
      }).flatten.headOption
  }

  private def isPlain(function: PythonFuncExpression): Boolean = function match {
    case udf: PythonUDF => udf.evalType == PythonEvalType.SQL_ARROW_BATCHED_UDF
    case _ => false
  }
}
