package org.apache.spark.sql.execution.python.bufferbridge

import java.util.concurrent.ConcurrentHashMap

import org.apache.spark.internal.Logging

/** Why functions run in stock Spark's worker processes, or get copies: each reason is logged once in a JVM. */
private[bufferbridge] object Fallbacks extends Logging {
  private val logged = ConcurrentHashMap.newKeySet[String]()

  def log(reason: String): Unit = once(s"bufferbridge leaves Python functions to worker processes: $reason")

  def logCopying(reason: String): Unit = once(s"bufferbridge copies what it was to share: $reason")

  /** What has been logged so far. */
  def texts: java.util.Set[String] = logged

  private def once(text: String): Unit = if (logged.size < 1000 && logged.add(text)) logWarning(text)
}
