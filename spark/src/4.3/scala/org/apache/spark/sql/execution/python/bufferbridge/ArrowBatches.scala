package org.apache.spark.sql.execution.python.bufferbridge

import org.apache.arrow.c.{ArrowArray, Data}
import org.apache.arrow.memory.BufferAllocator
import org.apache.arrow.vector.VectorSchemaRoot
import org.apache.arrow.vector.types.pojo.Schema
import org.apache.spark.sql.catalyst.InternalRow
import org.apache.spark.sql.execution.arrow.ArrowWriter
import org.apache.spark.sql.types.StructType
import org.apache.spark.sql.util.ArrowUtils

/** How many rows and bytes a batch has at most. Spark decides in the same way. */
private[bufferbridge] final case class BatchLimits(records: Int, bytes: Long)

private[bufferbridge] object BatchLimits {
  val None: BatchLimits = BatchLimits(Int.MaxValue, Int.MaxValue)
}

/** Rows of Spark as Arrow batches, each in memory of its own. */
private[bufferbridge] final class ArrowBatches(
    schema: StructType,
    timeZoneId: String,
    largeVarTypes: Boolean,
    limits: BatchLimits)
  extends AutoCloseable {
  ArrowUtils.failDuplicatedFieldNames(schema)

  private val root = VectorSchemaRoot.create(
    ArrowUtils.toArrowSchema(schema, timeZoneId, largeVarTypes),
    ArrowBatches.allocator)
  private val writer = ArrowWriter.create(root)

  def arrowSchema: Schema = root.getSchema

  /** Exports the next batch of these rows, and returns how many rows it has. */
  def export(rows: Iterator[InternalRow], array: ArrowArray): Int = {
    var count = 0
    while (rows.hasNext && count < limits.records &&
      (limits.bytes == Int.MaxValue || writer.sizeInBytes() < limits.bytes)) {
      writer.write(rows.next())
      count += 1
    }
    writer.finish()
    Data.exportVectorSchemaRoot(ArrowBatches.allocator, root, null, array)
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

  /** Of the JVM and never closed: Python may keep a batch longer than its task. */
  lazy val allocator: BufferAllocator =
    ArrowUtils.rootAllocator.newChildAllocator("bufferbridge", 0, Long.MaxValue)
}
