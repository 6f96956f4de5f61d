package org.apache.spark.sql.execution.python.bufferbridge

import scala.jdk.CollectionConverters._

import org.apache.arrow.vector.complex.StructVector
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

  /** Whether the child's columns go to Python without rows in between. The results are columns, then. */
  private val columnar: Boolean = InProcessOperator.givesItsBatches(child)

  override def supportsColumnar: Boolean = columnar
  override def supportsRowBased: Boolean = !columnar

  // Python takes a column of structs for a data frame.
  private def inputSchema: StructType = StructType(Array(StructField("struct", child.schema)))

  private def call: Call =
    Call(
      Seq((ChainedPythonFunctions(Seq(udf.func)), udf.resultId.id)),
      pythonEvalType,
      runnerSettings,
      pythonMetrics,
      taskMetrics)

  override protected def doExecute(): RDD[InternalRow] = {
    val (evalType, resultType, attributes, ofRows, schema) = (pythonEvalType, udf.dataType, output, call, inputSchema)
    val rdd = child.execute().mapPartitionsInternal { rows =>
      val context = TaskContext.get()
      Runners
        .plain(ofRows, Array(Array(0)), schema)
        .compute(Iterator(StructColumn.of(rows)), context.partitionId(), context)
        .flatMap { batch =>
          checkSchema(evalType, resultType, batch)
          StructColumn.fields(batch).rowIterator.asScala
        }
        .map(UnsafeProjection.create(attributes, attributes))
    }
    profile.map(rdd.withResources).getOrElse(rdd)
  }

  override protected def doExecuteColumnar(): RDD[ColumnarBatch] = {
    val (evalType, resultType, ofColumns, schema) = (pythonEvalType, udf.dataType, call, inputSchema)
    val rdd = child.executeColumnar().mapPartitionsInternal { batches =>
      val context = TaskContext.get()
      val rows = StructColumn.of(batches.flatMap(_.rowIterator.asScala)) // for a worker
      Runners
        .ofStructs(ofColumns, schema, batches)
        .compute(Iterator(rows), context.partitionId(), context)
        .map { batch =>
          checkSchema(evalType, resultType, batch)
          StructColumn.fields(batch)
        }
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

  /** The columns of a data frame, which comes as one column of structs. */
  def fields(batch: ColumnarBatch): ColumnarBatch = {
    val struct = batch.column(0).asInstanceOf[ArrowColumnVector].getValueVector.asInstanceOf[StructVector]
    val columns = struct.getChildrenFromFields.asScala.map(new TaskVector(_): ColumnVector).toArray
    new ColumnarBatch(columns, batch.numRows())
  }
}
