package org.apache.spark.sql.execution.python.bufferbridge

import scala.jdk.CollectionConverters._

import org.apache.spark.TaskContext
import org.apache.spark.api.python.{ChainedPythonFunctions, PythonEvalType}
import org.apache.spark.rdd.RDD
import org.apache.spark.resource.ResourceProfile
import org.apache.spark.sql.catalyst.InternalRow
import org.apache.spark.sql.catalyst.expressions._
import org.apache.spark.sql.errors.QueryExecutionErrors
import org.apache.spark.sql.execution.SparkPlan
import org.apache.spark.sql.execution.python.MapInBatchExec
import org.apache.spark.sql.execution.python.bufferbridge.Runners.Call
import org.apache.spark.sql.internal.SQLConf
import org.apache.spark.sql.types.{DataType, StructField, StructType}
import org.apache.spark.sql.vectorized.{ArrowColumnVector, ColumnarBatch, ColumnVector}

/** mapInArrow and mapInPandas. */
case class InProcessMapExec(
    func: Expression,
    output: Seq[Attribute],
    child: SparkPlan,
    isBarrier: Boolean,
    profile: Option[ResourceProfile])
  extends MapInBatchExec with InProcessOperator {

  private def udf: PythonUDF = func.asInstanceOf[PythonUDF]

  override protected val pythonEvalType: Int = udf.evalType

  override def nodeName: String =
    if (pythonEvalType == PythonEvalType.SQL_MAP_ARROW_ITER_UDF) "InProcessMapInArrow" else "InProcessMapInPandas"

  override protected def doExecute(): RDD[InternalRow] = {
    val functions = Seq((ChainedPythonFunctions(Seq(udf.func)), udf.resultId.id))
    val (evalType, resultType, attributes) = (pythonEvalType, udf.dataType, output)
    val call = Call(functions, evalType, runnerSettings, pythonMetrics, taskMetrics)
    // Python takes a column of structs for a data frame.
    val schema = StructType(Array(StructField("struct", child.schema)))
    val rdd = child.execute().mapPartitionsInternal { rows =>
      val context = TaskContext.get()
      Runners
        .plain(call, Array(Array(0)), schema)
        .compute(Iterator(StructColumn.of(rows)), context.partitionId(), context)
        .flatMap { batch =>
          checkSchema(evalType, resultType, batch)
          StructColumn.rows(batch, attributes)
        }
        .map(UnsafeProjection.create(attributes, attributes))
    }
    profile.map(rdd.withResources).getOrElse(rdd)
  }

  private def checkSchema(evalType: Int, expected: DataType, batch: ColumnarBatch): Unit =
    if (SQLConf.get.pysparkArrowValidateSchema) {
      val actual = batch.column(0).dataType()
      if (!DataType.equalsIgnoreCompatibleNullability(from = actual, to = expected)) {
        throw QueryExecutionErrors
          .arrowDataTypeMismatchError(PythonEvalType.toString(evalType), Seq(expected), Seq(actual))
      }
    }

  override protected def withNewChildInternal(newChild: SparkPlan): InProcessMapExec = copy(child = newChild)
}

private[bufferbridge] object StructColumn {

  /** Rows as the only value of one row, which the writer reads before the next one comes. */
  def of(rows: Iterator[InternalRow]): Iterator[InternalRow] = {
    val holder = new GenericInternalRow(1)
    rows.map { row =>
      holder.update(0, row)
      holder
    }
  }

  /** The rows of a data frame, which comes as one column of structs. */
  def rows(batch: ColumnarBatch, output: Seq[Attribute]): Iterator[InternalRow] = {
    val struct = batch.column(0).asInstanceOf[ArrowColumnVector]
    val columns = output.indices.map(struct.getChild(_): ColumnVector).toArray
    new ColumnarBatch(columns, batch.numRows()).rowIterator.asScala
  }
}
