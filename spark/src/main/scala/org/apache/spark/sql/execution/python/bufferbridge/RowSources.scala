package org.apache.spark.sql.execution.python.bufferbridge

import org.apache.arrow.c.ArrowArray
import org.apache.arrow.vector.types.pojo.Schema
import org.apache.spark.sql.catalyst.InternalRow
import org.bufferbridge.spark.BatchSource

/** All rows of the input, in batches. */
private[bufferbridge] final class RowSource(rows: Iterator[InternalRow], batches: ArrowBatches)
  extends BatchSource(batches.memory) {

  override protected def export(array: ArrowArray): Boolean =
    rows.hasNext && {
      batches.export(rows, array)
      true
    }

  override protected def schemaOf(side: Int): Schema = batches.arrowSchema

  override def close(): Unit = {
    super.close()
    batches.close()
  }
}

/** Rows that come in batches, which stay as they are. */
private[bufferbridge] final class RowBatchSource(input: Iterator[Iterator[InternalRow]], batches: ArrowBatches)
  extends BatchSource(batches.memory) {

  override protected def export(array: ArrowArray): Boolean =
    input.hasNext && {
      batches.export(input.next(), array)
      true
    }

  override protected def schemaOf(side: Int): Schema = batches.arrowSchema

  override def close(): Unit = {
    super.close()
    batches.close()
  }
}

/** One group after the other, each in batches. */
private[bufferbridge] final class GroupSource(
    groups: Iterator[Iterator[InternalRow]],
    batches: ArrowBatches)
  extends BatchSource(batches.memory) {

  private var group: Iterator[InternalRow] = Iterator.empty

  override protected def advance(): Boolean =
    groups.hasNext && {
      group = groups.next()
      true
    }

  override protected def export(array: ArrowArray): Boolean =
    group.hasNext && {
      batches.export(group, array)
      true
    }

  override protected def schemaOf(side: Int): Schema = batches.arrowSchema

  override def close(): Unit = {
    super.close()
    batches.close()
  }
}

/** Pairs of groups: Python advances to the left one, and then to the right one. Each has a batch at least. */
private[bufferbridge] final class CoGroupSource(
    pairs: Iterator[(Iterator[InternalRow], Iterator[InternalRow])],
    left: ArrowBatches,
    right: ArrowBatches)
  extends BatchSource(left.memory) {

  private var pending: Option[Iterator[InternalRow]] = None
  private var group: Iterator[InternalRow] = Iterator.empty
  private var batches = left
  private var written = false

  override protected def advance(): Boolean = pending match {
    case Some(rows) =>
      pending = None
      start(rows, right)
      true
    case None if pairs.hasNext =>
      val (rows, others) = pairs.next()
      pending = Some(others)
      start(rows, left)
      true
    case None => false
  }

  private def start(rows: Iterator[InternalRow], side: ArrowBatches): Unit = {
    group = rows
    batches = side
    written = false
  }

  override protected def export(array: ArrowArray): Boolean =
    (group.hasNext || !written) && {
      batches.export(group, array)
      written = true
      true
    }

  override protected def schemaOf(side: Int): Schema = if (side == 0) left.arrowSchema else right.arrowSchema

  override def close(): Unit = {
    super.close()
    left.close()
    right.close()
  }
}
