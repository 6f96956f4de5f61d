package org.apache.spark.sql.execution.python.bufferbridge

import scala.jdk.CollectionConverters._

import org.apache.arrow.c.{ArrowArray, Data}
import org.apache.arrow.memory.BufferAllocator
import org.apache.arrow.vector.{BaseFixedWidthVector, FieldVector, VectorSchemaRoot}
import org.apache.arrow.vector.complex.StructVector
import org.apache.arrow.vector.types.pojo.Schema
import org.apache.spark.sql.types.StructType
import org.apache.spark.sql.util.ArrowUtils
import org.apache.spark.sql.vectorized.ColumnarBatch
import org.bufferbridge.spark.{BatchSource, FixedWidthCopy}

/** Columns of fixed width as one column of structs, in batches of as many rows as stock Spark gives Python.
  *
  * Spark's batches have other numbers of rows. Each is copied in pieces, column by column.
  */
private[bufferbridge] final class StructSource private (
    input: Iterator[ColumnarBatch],
    root: VectorSchemaRoot,
    most: Int,
    memory: BufferAllocator)
  extends BatchSource(memory) {
  private val struct = root.getVector(0).asInstanceOf[StructVector]
  private val columns = StructSource.fieldsOf(root).map(_.asInstanceOf[BaseFixedWidthVector]).toArray
  private var batch: ColumnarBatch = _
  private var row = 0 // the next one of the batch
  private var expected = math.min(most, StructSource.FirstRows)

  override protected def export(array: ArrowArray): Boolean = nextRows() && {
    columns.foreach(_.allocateNew(expected))
    var count = 0
    do {
      val rows = math.min(most - count, batch.numRows - row)
      for (i <- columns.indices) FixedWidthCopy.copy(batch.column(i), row, rows, columns(i), count)
      row += rows
      count += rows
    } while (count < most && nextRows())
    expected = count
    columns.foreach(_.setValueCount(count))
    struct.setValueCount(count)
    FixedWidthCopy.setBits(FixedWidthCopy.segment(struct.getValidityBuffer, (count + 7L) / 8), 0, count)
    root.setRowCount(count)
    Data.exportVectorSchemaRoot(memory, root, null, array)
    root.clear()
    true
  }

  /** Goes on to a batch that has rows to copy, if there is one. */
  private def nextRows(): Boolean = {
    while ((batch == null || row == batch.numRows) && input.hasNext) {
      batch = input.next()
      row = 0
    }
    batch != null && row < batch.numRows
  }

  override protected def schemaOf(side: Int): Schema = root.getSchema

  override def close(): Unit = {
    super.close()
    root.close()
  }
}

private[bufferbridge] object StructSource {

  /** Rows for which the first batch has memory. It grows, and the next ones have as many as the one before. */
  private val FirstRows = 1 << 14

  /** A source of such columns, or None if some are not of fixed width or have to be converted.
    *
    * @param schema
    *   one column of structs
    */
  def of(
      input: Iterator[ColumnarBatch],
      schema: StructType,
      settings: RunnerSettings,
      memory: BufferAllocator): Option[StructSource] = {
    ArrowUtils.failDuplicatedFieldNames(schema)
    val root = VectorSchemaRoot.create(
      ArrowUtils.toArrowSchema(schema, settings.timeZoneId, settings.largeVarTypes),
      memory)
    val fields = fieldsOf(root)
    val most =
      if (fields.isEmpty || !fields.forall(FixedWidthCopy.takes(_))) None
      else settings.limits.rowsOfFixedWidth(root.getFieldVectors.asScala)
    if (most.isEmpty) root.close()
    most.map(new StructSource(input, root, _, memory))
  }

  private def fieldsOf(root: VectorSchemaRoot): Seq[FieldVector] =
    root.getVector(0).asInstanceOf[StructVector].getChildrenFromFields.asScala.toSeq
}
