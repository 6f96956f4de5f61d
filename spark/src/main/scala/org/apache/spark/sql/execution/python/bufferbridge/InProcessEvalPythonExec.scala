package org.apache.spark.sql.execution.python.bufferbridge

import org.apache.spark.rdd.RDD
import org.apache.spark.sql.catalyst.InternalRow
import org.apache.spark.sql.catalyst.expressions.{Attribute, AttributeSet, PythonUDF}
import org.apache.spark.sql.errors.QueryExecutionErrors
import org.apache.spark.sql.execution.{SparkPlan, UnaryExecNode}
import org.apache.spark.sql.execution.python.bufferbridge.Runners.Call
import org.apache.spark.sql.types.{DataType, UserDefinedType}
import org.apache.spark.sql.vectorized.ColumnarBatch

/** Scalar functions, in the place of ArrowEvalPythonExec. */
case class InProcessEvalPythonExec(
    udfs: Seq[PythonUDF],
    resultAttrs: Seq[Attribute],
    child: SparkPlan,
    evalType: Int)
  extends UnaryExecNode with InProcessOperator {

  override def nodeName: String = "InProcessArrowEvalPython"

  override def output: Seq[Attribute] = child.output ++ resultAttrs
  override def producedAttributes: AttributeSet = AttributeSet(resultAttrs)

  /** Whether Python gets the batches of the child. Stock Spark decides in the same way, and gives rows. */
  private val columnar: Boolean = InProcessOperator.givesItsBatches(child)

  override def supportsColumnar: Boolean = columnar
  override def supportsRowBased: Boolean = !columnar

  override protected def doExecute(): RDD[InternalRow] = {
    val functions = new Functions(udfs)
    val evaluator = new RowEvaluator(child.output, output, functions, call(functions))
    child.execute().mapPartitionsInternal(evaluator.evaluate)
  }

  override protected def doExecuteColumnar(): RDD[ColumnarBatch] = {
    val functions = new Functions(udfs)
    val evaluator = new ColumnarEvaluator(child.output, output, output.toStructType, functions, call(functions))
    child.executeColumnar().mapPartitionsInternal(evaluator.evaluate)
  }

  private def call(functions: Functions): Call =
    Call(functions.chains, evalType, runnerSettings, pythonMetrics, taskMetrics)

  override protected def withNewChildInternal(newChild: SparkPlan): SparkPlan = copy(child = newChild)
}

private[bufferbridge] object ResultTypes {

  /** Refuses results of other types than the functions declare, as stock Spark does. */
  def check(attributes: Seq[Attribute], batch: ColumnarBatch): Unit = {
    val expected = attributes.map(_.dataType.transformRecursively { case udt: UserDefinedType[_] => udt.sqlType })
    val actual = (0 until batch.numCols()).map(batch.column(_).dataType())
    if (!DataType.equalsIgnoreCompatibleCollation(expected, actual)) {
      throw QueryExecutionErrors.arrowDataTypeMismatchError("pandas_udf()", expected, actual)
    }
  }
}
