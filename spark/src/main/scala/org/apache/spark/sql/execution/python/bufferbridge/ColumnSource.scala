package org.apache.spark.sql.execution.python.bufferbridge

import scala.jdk.CollectionConverters._

import org.apache.arrow.c.{ArrowArray, Data}
import org.apache.arrow.memory.BufferAllocator
import org.apache.arrow.vector.{BaseFixedWidthVector, FieldVector, VectorSchemaRoot}
import org.apache.arrow.vector.types.pojo.Schema
import org.apache.spark.TaskContext
import org.apache.spark.sql.execution.arrow.{ArrowFieldWriter, ArrowWriter}
import org.apache.spark.sql.types.StructType
import org.apache.spark.sql.util.ArrowUtils
import org.apache.spark.sql.vectorized.{ColumnarBatch, ColumnVector}
import org.bufferbridge.spark.{BatchSource, FixedWidthCopy, SharedColumn, SharingSource}

/** Columns of Spark's own batches, such as those of Parquet files, copied to Arrow batches of the same rows. */
private[bufferbridge] final class ColumnSource(
    input: Iterator[ColumnarBatch],
    columns: Array[Int],
    schema: StructType,
    settings: RunnerSettings,
    memory: BufferAllocator)
  extends BatchSource(memory) {
  private val copies = new ColumnCopies(columns, schema, settings, memory)

  override protected def export(array: ArrowArray): Boolean =
    input.hasNext && {
      copies.export(input.next(), columns.indices, array)
      true
    }

  override protected def schemaOf(side: Int): Schema = copies.arrowSchema

  override def close(): Unit =
    try super.close()
    finally copies.close()
}

/** The same, but Python reads columns of fixed width without nulls in Spark's own memory. */
private[bufferbridge] final class SharedColumnSource(
    input: Iterator[ColumnarBatch],
    columns: Array[Int],
    schema: StructType,
    settings: RunnerSettings,
    memory: BufferAllocator,
    metrics: InProcessMetrics)
  extends SharingSource(memory) {
  private val copies = new ColumnCopies(columns, schema, settings, memory)
  private var batch: ColumnarBatch = _
  private var vectors = Seq.empty[ColumnVector]

  override protected def advanceBatch(): Int =
    if (input.hasNext) {
      batch = input.next()
      batch.numRows
    } else {
      -1
    }

  override protected def share(): Array[SharedColumn] = {
    val current = columns.toSeq.map(batch.column)
    if (!current.corresponds(vectors)(_ eq _)) {
      // Who made them has added a listener that frees them. Listeners are called in the opposite order.
      vectors = current
      TaskContext.get().addTaskCompletionListener[Unit](_ => endTask())
    }
    columns.indices.map(i => SharedColumn.of(batch.column(columns(i)), batch.numRows, copies.vector(i))).toArray
  }

  /** The columns that Python does not read where they are. */
  override protected def export(array: ArrowArray): Boolean = {
    copies.export(batch, columns.indices.filterNot(isShared(_)), array)
    true
  }

  override protected def ended(columns: Int, kept: Int): Unit = metrics.shared(columns, kept)

  override protected def stopped(reason: String): Unit = Fallbacks.logCopying(reason)

  override protected def schemaOf(side: Int): Schema = copies.arrowSchema

  override def close(): Unit =
    try super.close()
    finally copies.close()
}

/** Copies columns of batches to Arrow vectors in memory of their own. */
private final class ColumnCopies(
    columns: Array[Int],
    schema: StructType,
    settings: RunnerSettings,
    memory: BufferAllocator)
  extends AutoCloseable {
  ArrowUtils.failDuplicatedFieldNames(schema)

  private val root = VectorSchemaRoot.create(
    ArrowUtils.toArrowSchema(schema, settings.timeZoneId, settings.largeVarTypes),
    memory)
  private val copies: Array[ColumnCopy] =
    root.getFieldVectors.asScala.map {
      case vector: BaseFixedWidthVector if FixedWidthCopy.takes(vector) => new WholeCopy(vector)
      case vector => new RowwiseCopy(vector)
    }.toArray

  def arrowSchema: Schema = root.getSchema

  def vector(index: Int): FieldVector = root.getVector(index)

  /** Exports copies of some columns of a batch. */
  def export(batch: ColumnarBatch, chosen: Seq[Int], array: ArrowArray): Unit = {
    for (i <- chosen) copies(i).from(batch, columns(i))
    val part = VectorSchemaRoot.of(chosen.map(vector): _*)
    part.setRowCount(batch.numRows)
    Data.exportVectorSchemaRoot(memory, part, null, array)
    part.clear()
  }

  override def close(): Unit = root.close()
}

private sealed trait ColumnCopy {

  /** Writes a column of a batch to a vector without memory. */
  def from(batch: ColumnarBatch, column: Int): Unit
}

private final class WholeCopy(vector: BaseFixedWidthVector) extends ColumnCopy {
  override def from(batch: ColumnarBatch, column: Int): Unit =
    FixedWidthCopy.copy(batch.column(column), batch.numRows, vector)
}

private final class RowwiseCopy(vector: FieldVector) extends ColumnCopy {
  private val writer: ArrowFieldWriter = ArrowWriter.createFieldWriter(vector)

  override def from(batch: ColumnarBatch, column: Int): Unit = {
    vector.setInitialCapacity(batch.numRows)
    vector.allocateNew()
    writer.reset()
    var row = 0
    while (row < batch.numRows) {
      writer.write(batch.getRow(row), column)
      row += 1
    }
    writer.finish()
  }
}
