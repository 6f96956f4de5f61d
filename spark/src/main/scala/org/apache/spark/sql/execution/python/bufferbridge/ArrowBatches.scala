package org.apache.spark.sql.execution.python.bufferbridge

import scala.jdk.CollectionConverters._

import org.apache.arrow.c.{ArrowArray, Data}
import org.apache.arrow.memory.BufferAllocator
import org.apache.arrow.vector.{BaseFixedWidthVector, FieldVector, ValueVector, VectorSchemaRoot}
import org.apache.arrow.vector.complex.StructVector
import org.apache.arrow.vector.types.pojo.Schema
import org.apache.spark.sql.catalyst.InternalRow
import org.apache.spark.sql.execution.arrow.ArrowWriter
import org.apache.spark.sql.types.StructType
import org.apache.spark.sql.util.ArrowUtils

/** How many rows and bytes a batch has at most. Spark decides in the same way. */
private[bufferbridge] final case class BatchLimits(records: Int, bytes: Long) {

  /** How many rows a batch of columns of fixed width has, which follows from the number of rows alone. */
  def rowsOfFixedWidth(vectors: Iterable[FieldVector]): Option[Int] =
    Option.when(records <= BatchLimits.MostCounted && vectors.forall(isFixedWidth)) {
      def isFull(rows: Int) = vectors.iterator.map(_.getBufferSizeFor(rows).toLong).sum >= bytes
      if (bytes == Int.MaxValue) records else BatchLimits.first(records)(isFull)
    }

  private def isFixedWidth(vector: ValueVector): Boolean = vector match {
    case _: BaseFixedWidthVector => true
    case struct: StructVector => struct.getChildrenFromFields.asScala.forall(isFixedWidth)
    case _ => false
  }
}

private[bufferbridge] object BatchLimits {

  /** Arrow counts the bytes of more rows in numbers of 32 bits, which overflow. */
  private val MostCounted = 1 << 24

  val None: BatchLimits = BatchLimits(Int.MaxValue, Int.MaxValue)

  /** The first number from 1 on that has a property, which all after it have, too; `most` if none before has it. */
  private def first(most: Int)(has: Int => Boolean): Int = {
    var low = 1
    var high = most
    while (low < high) {
      val middle = low + (high - low) / 2
      if (has(middle)) high = middle else low = middle + 1
    }
    high
  }
}

/** Rows of Spark as Arrow batches, each in memory of its own. */
private[bufferbridge] final class ArrowBatches(
    schema: StructType,
    timeZoneId: String,
    largeVarTypes: Boolean,
    limits: BatchLimits,
    val memory: BufferAllocator)
  extends AutoCloseable {
  ArrowUtils.failDuplicatedFieldNames(schema)

  private val root = VectorSchemaRoot.create(
    ArrowUtils.toArrowSchema(schema, timeZoneId, largeVarTypes),
    memory)
  private val writer = ArrowWriter.create(root)

  // No row has to be measured, then.
  private val rowsOfFixedWidth: Option[Int] = limits.rowsOfFixedWidth(root.getFieldVectors.asScala)

  def arrowSchema: Schema = root.getSchema

  /** Exports the next batch of these rows, and returns how many rows it has. */
  def export(rows: Iterator[InternalRow], array: ArrowArray): Int = {
    var count = 0
    rowsOfFixedWidth match {
      case Some(most) =>
        while (count < most && rows.hasNext) {
          writer.write(rows.next())
          count += 1
        }
      case None =>
        while (rows.hasNext && count < limits.records &&
          (limits.bytes == Int.MaxValue || writer.sizeInBytes() < limits.bytes)) {
          writer.write(rows.next())
          count += 1
        }
    }
    writer.finish()
    Data.exportVectorSchemaRoot(memory, root, null, array)
    // The memory is Python's now. The next batch has as many rows, so its vectors are allocated for them at once.
    root.getFieldVectors.forEach { vector =>
      vector.clear()
      vector.setInitialCapacity(count)
      vector.allocateNew()
    }
    writer.reset()
    count
  }

  override def close(): Unit = root.close()
}

private[bufferbridge] object ArrowBatches {

  /** Counts the memory of all batches in this JVM, with those that Python keeps longer than their tasks. */
  lazy val allocator: BufferAllocator =
    ArrowUtils.rootAllocator.newChildAllocator("bufferbridge", 0, Long.MaxValue)
}
