package org.apache.spark.sql.execution.python.bufferbridge

import scala.jdk.CollectionConverters._

import org.apache.spark.TaskContext
import org.apache.spark.rdd.RDD
import org.apache.spark.sql.catalyst.InternalRow
import org.apache.spark.sql.catalyst.expressions.{Attribute, PythonUDF}
import org.apache.spark.sql.errors.QueryExecutionErrors
import org.apache.spark.sql.execution.SparkPlan
import org.apache.spark.sql.execution.metric.SQLMetric
import org.apache.spark.sql.execution.python.{EvalPythonEvaluatorFactory, EvalPythonExec}
import org.apache.spark.sql.execution.python.EvalPythonExec.ArgumentMetadata
import org.apache.spark.sql.execution.python.bufferbridge.Runners.Call
import org.apache.spark.sql.types.{DataType, StructType, UserDefinedType}
import org.apache.spark.sql.vectorized.ColumnarBatch

/** Scalar functions, in the place of ArrowEvalPythonExec. */
case class InProcessEvalPythonExec(
    udfs: Seq[PythonUDF],
    resultAttrs: Seq[Attribute],
    child: SparkPlan,
    evalType: Int)
  extends EvalPythonExec with InProcessOperator {

  override def nodeName: String = "InProcessArrowEvalPython"

  override protected def evaluatorFactory: EvalPythonEvaluatorFactory =
    new InProcessEvaluatorFactory(child.output, udfs, output, evalType, runnerSettings, pythonMetrics, taskMetrics)

  /** Whether Python gets the batches of the child. Stock Spark decides in the same way, and gives rows. */
  private val columnar: Boolean = child.supportsColumnar && !child.isInstanceOf[InProcessEvalPythonExec]

  override def supportsColumnar: Boolean = columnar
  override def supportsRowBased: Boolean = !columnar

  override protected def doExecuteColumnar(): RDD[ColumnarBatch] = {
    val functions = new Functions(udfs)
    val call = Call(functions.chains, evalType, runnerSettings, pythonMetrics, taskMetrics)
    val evaluator = new ColumnarEvaluator(child.output, output, output.toStructType, functions, call)
    child.executeColumnar().mapPartitionsInternal(evaluator.evaluate(_))
  }

  override protected def withNewChildInternal(newChild: SparkPlan): SparkPlan = copy(child = newChild)
}

/** Spark's evaluator of Python functions over rows, with a runner of this package. */
private[bufferbridge] final class InProcessEvaluatorFactory(
    childOutput: Seq[Attribute],
    udfs: Seq[PythonUDF],
    output: Seq[Attribute],
    evalType: Int,
    settings: RunnerSettings,
    pythonMetrics: Map[String, SQLMetric],
    metrics: InProcessMetrics)
  extends EvalPythonEvaluatorFactory(childOutput, udfs, output) {

  override protected def evaluate(
      functions: Runners.Functions,
      arguments: Array[Array[ArgumentMetadata]],
      rows: Iterator[InternalRow],
      schema: StructType,
      context: TaskContext): Iterator[InternalRow] =
    Runners
      .named(Call(functions, evalType, settings, pythonMetrics, metrics), arguments, schema)
      .compute(Iterator(rows), context.partitionId(), context)
      .flatMap { batch =>
        ResultTypes.check(output.drop(childOutput.length), batch)
        batch.rowIterator.asScala
      }
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
