package org.bufferbridge.spark

import org.apache.spark.sql.SparkSessionExtensions
import org.apache.spark.sql.execution.ColumnarRule
import org.apache.spark.sql.execution.python.bufferbridge.InProcessRule

/** Injects the rule of this module, for BufferbridgeExtensions. */
class InProcessExtensions extends (SparkSessionExtensions => Unit) {
  override def apply(extensions: SparkSessionExtensions): Unit = {
    // Adaptive execution plans in stages. This is early enough for EXPLAIN to show the operators.
    extensions.injectQueryStagePrepRule(InProcessRule(_))
    extensions.injectColumnar(session =>
      new ColumnarRule {
        override val preColumnarTransitions: InProcessRule = InProcessRule(session)
      })
  }
}
