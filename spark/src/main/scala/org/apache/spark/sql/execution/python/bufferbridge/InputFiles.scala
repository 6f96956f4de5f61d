package org.apache.spark.sql.execution.python.bufferbridge

import org.apache.spark.rdd.InputFileBlockHolder

/** Keeps what `input_file_name()` reads. A scan below a Python function runs ahead of the operators above it, and
  * forgets its file at its end. Those operators have to see the file of the scan's last row, as with stock Spark's
  * runner.
  */
private[bufferbridge] object InputFiles {

  def keeping[T](input: Iterator[T]): Iterator[T] = new Iterator[T] {
    private var inputs: Object = _ // the input's own value, once it has gone another way

    override def hasNext: Boolean = within(input.hasNext)
    override def next(): T = within(input.next())

    private def within[R](body: => R): R = {
      val ours = InputFileBlockHolder.getThreadLocalValue()
      if (inputs != null) InputFileBlockHolder.setThreadLocalValue(inputs)
      try body
      finally {
        val now = InputFileBlockHolder.getThreadLocalValue()
        if (inputs != null || (now ne ours)) {
          inputs = now
          InputFileBlockHolder.setThreadLocalValue(ours)
        }
      }
    }
  }
}
