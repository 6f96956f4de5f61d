package org.apache.spark.sql.execution.python.bufferbridge

import org.apache.spark.sql.internal.SQLConf

/** The session's settings of this module. */
private[bufferbridge] object Settings {
  private val Enabled = "spark.bufferbridge.enabled"
  private val Include = "spark.bufferbridge.include"
  private val Exclude = "spark.bufferbridge.exclude"
  private val MostTasks = "spark.bufferbridge.maxConcurrentTasks"
  private val Share = "spark.bufferbridge.share"
  private val PlainFunctions = "spark.bufferbridge.plainFunctions"

  def enabled(conf: SQLConf): Boolean = conf.getConfString(Enabled, "true").toBoolean

  /** Why a function stays in worker processes, by its name, or None. */
  def exclusion(conf: SQLConf, function: String): Option[String] = {
    val included = names(conf, Include)
    if (names(conf, Exclude)(function)) {
      Some(s"$Exclude names $function")
    } else if (included.nonEmpty && !included(function)) {
      Some(s"$Include does not name $function")
    } else {
      None
    }
  }

  private def names(conf: SQLConf, setting: String): Set[String] =
    conf.getConfString(setting, "").split(',').map(_.trim).filter(_.nonEmpty).toSet

  /** Whether Arrow-optimised plain functions run in process. They hold the GIL all the time. */
  def plainFunctions(conf: SQLConf): Boolean = conf.getConfString(PlainFunctions, "false").toBoolean

  /** Whether Python reads columns in Spark's own memory. */
  def share(conf: SQLConf): Boolean = conf.getConfString(Share, "false").toBoolean

  /** How many tasks of an executor may run Python code at the same time; 0 for all. */
  def mostTasks(conf: SQLConf): Int = {
    val text = conf.getConfString(MostTasks, "0")
    text.toIntOption.filter(_ >= 0).getOrElse(
      throw new IllegalArgumentException(s"$MostTasks is '$text'; a number is expected, or 0 for no limit"))
  }
}
