package org.apache.spark.sql.execution.python.bufferbridge

import scala.jdk.CollectionConverters._

import org.apache.arrow.c.{ArrowArray, Data}
import org.apache.arrow.vector.{BaseFixedWidthVector, FieldVector, VectorSchemaRoot}
import org.apache.arrow.vector.types.pojo.Schema
import org.apache.spark.sql.execution.arrow.{ArrowFieldWriter, ArrowWriter}
import org.apache.spark.sql.types.StructType
import org.apache.spark.sql.util.ArrowUtils
import org.apache.spark.sql.vectorized.{ArrowColumnVector, ColumnarBatch}
import org.bufferbridge.spark.{BatchSource, FixedWidthCopy}

/** Columns of Spark's own batches, such as those of Parquet files, as Arrow batches of the same rows. */
private[bufferbridge] final class ColumnSource(
    input: Iterator[ColumnarBatch],
    columns: Array[Int],
    schema: StructType,
    settings: RunnerSettings)
  extends BatchSource(ArrowBatches.allocator) {
  ArrowUtils.failDuplicatedFieldNames(schema)

  private val root = VectorSchemaRoot.create(
    ArrowUtils.toArrowSchema(schema, settings.timeZoneId, settings.largeVarTypes),
    ArrowBatches.allocator)
  private val copies: Array[ColumnCopy] =
    root.getFieldVectors.asScala.map {
      case vector: BaseFixedWidthVector if FixedWidthCopy.takes(vector) => new WholeCopy(vector)
      case vector => new RowwiseCopy(vector)
    }.toArray

  override protected def export(array: ArrowArray): Boolean =
    input.hasNext && {
      val batch = input.next()
      if (columns.nonEmpty && columns.forall(batch.column(_).isInstanceOf[ArrowColumnVector])) {
        exportVectors(batch, array)
      } else {
        for (i <- columns.indices) copies(i).from(batch, columns(i))
        root.setRowCount(batch.numRows)
        Data.exportVectorSchemaRoot(ArrowBatches.allocator, root, null, array)
        root.clear()
      }
      true
    }

  /** Arrow counts the memory of its vectors, and their owner does not write it again. Python may share it. */
  private def exportVectors(batch: ColumnarBatch, array: ArrowArray): Unit = {
    val vectors = columns.map(batch.column(_).asInstanceOf[ArrowColumnVector].getValueVector.asInstanceOf[FieldVector])
    val shared = VectorSchemaRoot.of(vectors: _*)
    shared.setRowCount(batch.numRows)
    Data.exportVectorSchemaRoot(ArrowBatches.allocator, shared, null, array)
  }

  override protected def schemaOf(side: Int): Schema = root.getSchema

  override def close(): Unit = {
    super.close()
    root.close()
  }
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
