package org.apache.spark.sql.execution.python.bufferbridge

import org.apache.spark.JobArtifactSet
import org.apache.spark.sql.execution.SparkPlan
import org.apache.spark.sql.execution.metric.SQLMetric
import org.apache.spark.sql.execution.python.{ArrowPythonRunner, PythonSQLMetrics}
import org.apache.spark.sql.internal.SQLConf

/** What a runner takes from the driver: the session's settings and its ids. */
private[bufferbridge] final case class RunnerSettings(
    timeZoneId: String,
    largeVarTypes: Boolean,
    runnerConf: Map[String, String],
    jobArtifactUUID: Option[String],
    sessionUUID: Option[String],
    limits: BatchLimits,
    share: Boolean,
    mostTasks: Int)

private[bufferbridge] object RunnerSettings {
  def of(plan: SparkPlan): RunnerSettings = {
    val conf = plan.conf
    RunnerSettings(
      conf.sessionLocalTimeZone,
      conf.arrowUseLargeVarTypes,
      ArrowPythonRunner.getPythonRunnerConfMap(conf),
      JobArtifactSet.getCurrentJobArtifactState.map(_.uuid),
      Option(plan.session).filter(_ => conf.pythonWorkerLoggingEnabled).map(_.sessionUUID),
      limits(conf),
      Settings.share(conf),
      Settings.mostTasks(conf))
  }

  private def limits(conf: SQLConf): BatchLimits = {
    val records = conf.arrowMaxRecordsPerBatch
    BatchLimits(if (records > 0) records else Int.MaxValue, conf.arrowMaxBytesPerBatch)
  }
}

/** An operator that runs functions in this JVM's Python. Its metrics are the stock operator's, and a few more. */
private[bufferbridge] trait InProcessOperator extends PythonSQLMetrics { self: SparkPlan =>
  private val tasks = InProcessMetrics.create(sparkContext)
  // The artifacts of the session are known while the plan is made.
  protected val runnerSettings: RunnerSettings = RunnerSettings.of(self)

  override lazy val metrics: Map[String, SQLMetric] = pythonMetrics ++ tasks ++ furtherMetrics

  protected def furtherMetrics: Map[String, SQLMetric] = Map.empty

  protected def taskMetrics: InProcessMetrics = new InProcessMetrics(metrics)
}

private[bufferbridge] object InProcessOperator {

  /** Whether an operator over this child takes its batches. Stock Spark takes rows of what other functions give. */
  def givesItsBatches(child: SparkPlan): Boolean = child.supportsColumnar && !child.isInstanceOf[InProcessOperator]
}
