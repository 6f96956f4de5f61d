package org.apache.spark.sql.execution.python.bufferbridge

import scala.collection.mutable.ArrayBuffer

import org.apache.spark.api.python.ChainedPythonFunctions
import org.apache.spark.sql.catalyst.expressions._
import org.apache.spark.sql.execution.python.EvalPythonExec.ArgumentMetadata
import org.apache.spark.sql.types.{StructField, StructType}

/** The functions of an operator, each with those whose results it takes, and their arguments, each expression once. */
private[bufferbridge] final class Functions(outermost: Seq[PythonFuncExpression]) extends Serializable {
  private val distinct = new ArrayBuffer[Expression]

  val chains: Runners.Functions = outermost.map(function => (chain(function), function.resultId.id))

  val arguments: Array[Array[ArgumentMetadata]] = outermost.map(f => argumentsOf(innermost(f))).toArray

  val inputs: Seq[Expression] = distinct.toSeq

  val inputSchema: StructType =
    StructType(inputs.zipWithIndex.map { case (e, i) => StructField(s"_$i", e.dataType) }.toArray)

  private def chain(function: PythonFuncExpression): ChainedPythonFunctions = function.children match {
    case Seq(inner: PythonFuncExpression) => ChainedPythonFunctions(chain(inner).funcs :+ function.func)
    case _ => ChainedPythonFunctions(Seq(function.func))
  }

  private def innermost(function: PythonFuncExpression): PythonFuncExpression = function.children match {
    case Seq(inner: PythonFuncExpression) => innermost(inner)
    case _ => function
  }

  private def argumentsOf(function: PythonFuncExpression): Array[ArgumentMetadata] = function.children.map {
    case NamedArgumentExpression(name, value) => ArgumentMetadata(indexOf(value), Some(name))
    case value => ArgumentMetadata(indexOf(value), None)
  }.toArray

  private def indexOf(value: Expression): Int = distinct.indexWhere(_.semanticEquals(value)) match {
    case -1 =>
      distinct += value
      distinct.length - 1
    case index => index
  }
}
