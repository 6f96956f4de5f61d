package org.apache.spark.sql.execution.python.bufferbridge

import org.apache.spark.sql.internal.SQLConf

/** The session's settings of this module. */
private[bufferbridge] object Settings {
  private val Enabled = "spark.bufferbridge.enabled"
  private val Exclude = "spark.bufferbridge.exclude"
  private val PlainFunctions = "spark.bufferbridge.plainFunctions"

  def enabled(conf: SQLConf): Boolean = conf.getConfString(Enabled, "true").toBoolean

  /** The names of functions that stay in worker processes. */
  def excluded(conf: SQLConf): Set[String] =
    conf.getConfString(Exclude, "").split(',').map(_.trim).filter(_.nonEmpty).toSet

  /** Whether Arrow-optimised plain functions run in process. They hold the GIL all the time. */
  def plainFunctions(conf: SQLConf): Boolean = conf.getConfString(PlainFunctions, "false").toBoolean
}
