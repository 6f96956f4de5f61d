package org.apache.spark.sql.execution.python.bufferbridge

import org.apache.spark.sql.catalyst.InternalRow
import org.apache.spark.sql.catalyst.expressions._
import org.apache.spark.sql.execution.ExternalAppendOnlyUnsafeRowArray
import org.apache.spark.sql.execution.window.{UnboundedWindowFunctionFrame, WindowFunctionFrame}
import org.apache.spark.sql.types.IntegerType

/** The frames of a window, and the bounds that each bounded one has at a row: two columns for each. */
private[bufferbridge] final class WindowFrames(factories: Seq[InternalRow => WindowFunctionFrame]) {
  private val bounded = factories.map(!_(EmptyRow).isInstanceOf[UnboundedWindowFunctionFrame])
  private val offsets = bounded.scanLeft(0)((offset, isBounded) => if (isBounded) offset + 2 else offset)

  /** How many columns the bounds of all frames are. */
  val columns: Int = offsets.last

  private val bounds = new SpecificInternalRow(Seq.fill(columns)(IntegerType))
  private val frames = factories.map(_(bounds)).toArray

  /** The columns of a frame's bounds. */
  def columnsOf(frame: Int): Seq[Int] = if (bounded(frame)) Seq(offsets(frame), offsets(frame) + 1) else Seq.empty

  /** What PySpark calls the kind of a frame. */
  def kindOf(frame: Int): String = if (bounded(frame)) "bounded" else "unbounded"

  def prepare(partition: ExternalAppendOnlyUnsafeRowArray): Unit = frames.foreach(_.prepare(partition))

  /** The bounds at a row, in a row that is written again. */
  def at(index: Int, row: InternalRow): InternalRow = {
    var i = 0
    while (i < frames.length) {
      frames(i).write(index, row)
      if (bounded(i)) {
        bounds.setInt(offsets(i), frames(i).currentLowerBound())
        bounds.setInt(offsets(i) + 1, frames(i).currentUpperBound())
      }
      i += 1
    }
    bounds
  }
}

/** Sorted rows as partitions of equal keys, each read into memory that may spill.
  *
  * @param read
  *   is called for each row, before its partition is given
  */
private[bufferbridge] final class WindowPartitions(
    rows: Iterator[InternalRow],
    key: UnsafeProjection,
    partition: ExternalAppendOnlyUnsafeRowArray,
    read: UnsafeRow => Unit)
  extends Iterator[ExternalAppendOnlyUnsafeRowArray] {

  private var ahead: UnsafeRow = _
  advance()

  private def advance(): Unit = ahead = if (rows.hasNext) rows.next().asInstanceOf[UnsafeRow] else null

  override def hasNext: Boolean = ahead != null

  override def next(): ExternalAppendOnlyUnsafeRowArray = {
    partition.clear()
    val ofAll = key(ahead).copy()
    do {
      read(ahead)
      partition.add(ahead)
      advance()
    } while (ahead != null && key(ahead) == ofAll)
    partition
  }
}
