package org.apache.spark.sql.execution.python.bufferbridge

import org.apache.spark.api.python.{ChainedPythonFunctions, PythonEvalType}
import org.apache.spark.rdd.RDD
import org.apache.spark.sql.catalyst.InternalRow
import org.apache.spark.sql.catalyst.expressions.{Attribute, Expression, PythonUDF}
import org.apache.spark.sql.catalyst.types.DataTypeUtils
import org.apache.spark.sql.execution.{CoGroupedIterator, SparkPlan}
import org.apache.spark.sql.execution.python.{FlatMapCoGroupsInBatchExec, FlatMapGroupsInBatchExec}
import org.apache.spark.sql.execution.python.PandasGroupUtils._
import org.apache.spark.sql.execution.python.bufferbridge.Runners.Call
import org.apache.spark.sql.types.{StructField, StructType}

/** Functions of groups that give data frames: applyInPandas, applyInArrow. */
case class InProcessGroupsExec(
    groupingAttributes: Seq[Attribute],
    func: Expression,
    output: Seq[Attribute],
    child: SparkPlan)
  extends FlatMapGroupsInBatchExec with InProcessOperator {

  private def udf: PythonUDF = func.asInstanceOf[PythonUDF]

  override protected val pythonEvalType: Int = udf.evalType

  override def nodeName: String = "InProcessFlatMapGroups"

  // Python takes a column of structs for a table of Arrow.
  private val ofStructs = pythonEvalType == PythonEvalType.SQL_GROUPED_MAP_ARROW_UDF ||
    pythonEvalType == PythonEvalType.SQL_GROUPED_MAP_ARROW_ITER_UDF

  override protected def groupedData(
      rows: Iterator[InternalRow],
      attributes: Seq[Attribute]): Iterator[Iterator[InternalRow]] = {
    val groups = super.groupedData(rows, attributes)
    if (ofStructs) groups.map(StructColumn.of) else groups
  }

  override protected def groupedSchema(attributes: Seq[Attribute]): StructType = {
    val schema = super.groupedSchema(attributes)
    if (ofStructs) StructType(Array(StructField("struct", schema))) else schema
  }

  override protected def doExecute(): RDD[InternalRow] = {
    val functions = Seq((ChainedPythonFunctions(Seq(udf.func)), udf.resultId.id))
    val (attributes, offsets) = resolveArgOffsets(child.output, groupingAttributes)
    val schema = groupedSchema(attributes)
    val call = Call(functions, pythonEvalType, runnerSettings, pythonMetrics, taskMetrics)
    child.execute().mapPartitionsInternal { rows =>
      if (rows.isEmpty) {
        rows
      } else {
        executePython(groupedData(rows, attributes), output, Runners.ofGroups(call, Array(offsets), schema))
      }
    }
  }

  override protected def withNewChildInternal(newChild: SparkPlan): InProcessGroupsExec = copy(child = newChild)
}

/** Functions of pairs of groups that give data frames: cogroup().applyInPandas, cogroup().applyInArrow. */
case class InProcessCoGroupsExec(
    leftGroup: Seq[Attribute],
    rightGroup: Seq[Attribute],
    func: Expression,
    output: Seq[Attribute],
    left: SparkPlan,
    right: SparkPlan)
  extends FlatMapCoGroupsInBatchExec with InProcessOperator {

  private def udf: PythonUDF = func.asInstanceOf[PythonUDF]

  override protected val pythonEvalType: Int = udf.evalType

  override def nodeName: String = "InProcessFlatMapCoGroups"

  override protected def doExecute(): RDD[InternalRow] = {
    val functions = Seq((ChainedPythonFunctions(Seq(udf.func)), udf.resultId.id))
    val (leftAttributes, leftOffsets) = resolveArgOffsets(left.output, leftGroup)
    val (rightAttributes, rightOffsets) = resolveArgOffsets(right.output, rightGroup)
    val call = Call(functions, pythonEvalType, runnerSettings, pythonMetrics, taskMetrics)
    left.execute().zipPartitions(right.execute()) { (leftRows, rightRows) =>
      if (leftRows.isEmpty && rightRows.isEmpty) {
        Iterator.empty
      } else {
        val pairs = new CoGroupedIterator(
          groupAndProject(leftRows, leftGroup, left.output, leftAttributes),
          groupAndProject(rightRows, rightGroup, right.output, rightAttributes),
          leftGroup).map { case (_, ofLeft, ofRight) => (ofLeft, ofRight) }
        val runner = Runners.ofCoGroups(
          call,
          Array(leftOffsets ++ rightOffsets),
          DataTypeUtils.fromAttributes(leftAttributes),
          DataTypeUtils.fromAttributes(rightAttributes))
        executePython(pairs, output, runner)
      }
    }
  }

  override protected def withNewChildrenInternal(newLeft: SparkPlan, newRight: SparkPlan): InProcessCoGroupsExec =
    copy(left = newLeft, right = newRight)
}
