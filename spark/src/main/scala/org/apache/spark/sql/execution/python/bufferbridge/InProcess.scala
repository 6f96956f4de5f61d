package org.apache.spark.sql.execution.python.bufferbridge

import java.io.{ByteArrayOutputStream, DataOutputStream}
import java.nio.channels.SocketChannel
import java.util.{HashMap => JHashMap, Map => JMap}

import scala.jdk.CollectionConverters._

import org.apache.arrow.memory.BufferAllocator
import org.apache.arrow.vector.ValueVector
import org.apache.spark.{BarrierTaskContext, InterruptibleIterator, SparkEnv, TaskContext}
import org.apache.spark.TaskKilledException
import org.apache.spark.api.python.{PythonException, PythonUtils, PythonWorker}
import org.apache.spark.internal.config.Python._
import org.apache.spark.sql.vectorized.{ArrowColumnVector, ColumnarBatch, ColumnVector}
import org.bufferbridge.spark.{BatchSource, ExecutorPython, PythonTask, Refusal, TaskMemory, WorkerException}

/** A runner of stock Spark that asks this JVM's Python instead of a worker process. If that cannot be, it is the stock
  * runner: nothing has been read of the input by then.
  *
  * The initial message is the one that the stock runner would send, byte for byte, and PySpark's code reads it.
  */
private[bufferbridge] trait InProcess[IN] extends MinorRunner[IN] {

  /** The input as batches, which get their memory from an allocator. */
  protected def batches(input: Iterator[IN], memory: BufferAllocator): BatchSource

  /** How many tasks may run Python code at the same time; 0 for all. */
  protected def mostTasks: Int

  protected def taskMetrics: InProcessMetrics

  override def compute(input: Iterator[IN], partitionIndex: Int, context: TaskContext): Iterator[ColumnarBatch] =
    inProcess(input, partitionIndex, context).getOrElse(inWorker(input, partitionIndex, context))

  /** What stock Spark does. */
  def inWorker(input: Iterator[IN], partitionIndex: Int, context: TaskContext): Iterator[ColumnarBatch] =
    super.compute(input, partitionIndex, context)

  /** The results of this JVM's Python, or None if the task has to go to a worker process. */
  def inProcess(input: Iterator[IN], partitionIndex: Int, context: TaskContext): Option[Iterator[ColumnarBatch]] =
    try {
      val python = executorPython(context)
      val message = initialMessage(input, partitionIndex, context)
      val memory = new TaskMemory(context.taskMemoryManager(), ArrowBatches.allocator)
      // Listeners are called in the opposite order: this one after the task's.
      context.addTaskCompletionListener[Unit](_ => taskMetrics.keptAfterTask(memory.end()))
      val source = batches(InputFiles.keeping(input), memory.allocator)
      val task =
        try new PythonTask(python, message, source, tracebackFlags, ArrowBatches.allocator, mostTasks)
        catch {
          case e: Throwable =>
            source.close()
            throw e
        }
      Some(new InterruptibleIterator(context, new Results(task, context)))
    } catch {
      case refusal: Refusal =>
        Fallbacks.log(refusal.getMessage)
        taskMetrics.fellBack()
        None
    }

  private def executorPython(context: TaskContext): ExecutorPython = {
    val conf = SparkEnv.get.conf
    def refuse(when: Boolean, reason: => String): Unit = if (when) throw new Refusal(reason)
    refuse(context.isInstanceOf[BarrierTaskContext], "the stage is a barrier stage")
    refuse(
      context.getLocalProperty("resource.pyspark.memory") != null,
      "spark.executor.pyspark.memory limits the memory of workers, and there are none in one process")
    refuse(
      conf.get(PYTHON_WORKER_MODULE).isDefined || conf.get(PYTHON_DAEMON_MODULE).isDefined,
      "spark.python.worker.module or spark.python.daemon.module is set")
    refuse(envVars.containsKey("PYSPARK_SPARK_SESSION_UUID"), "the output of workers is logged")
    refuse(
      runnerConf.keys.exists(_.endsWith(".udf.profiler")),
      "a profiler is on, which profiles all code of the process")
    ExecutorPython.of(new ExecutorPython.Request(pythonExec, envVars), pythonVer, workerEnvironment)
  }

  /** What a worker process has in its environment. */
  private def workerEnvironment: JMap[String, String] = {
    val env = SparkEnv.get
    val all = new JHashMap[String, String](envVars)
    if (env.conf.getOption("spark.executorEnv.OMP_NUM_THREADS").isEmpty) {
      all.put("OMP_NUM_THREADS", env.conf.get("spark.task.cpus", "1"))
    }
    all.put("SPARK_LOCAL_DIRS", env.blockManager.diskBlockManager.localDirs.map(_.getPath).mkString(","))
    all.put("SPARK_AUTH_SOCKET_TIMEOUT", authSocketTimeout.toString)
    all.put("SPARK_BUFFER_SIZE", bufferSize.toString)
    all.put("SPARK_JOB_ARTIFACT_UUID", jobArtifactUUID.getOrElse("default"))
    all.put("SPARK_PYTHON_RUNTIME", "PYTHON_WORKER")
    all.put("PYTHON_UDF_BATCH_SIZE", batchSizeForPythonUDF.toString)
    all.put(
      "PYTHONPATH",
      PythonUtils.mergePythonPaths(
        PythonUtils.sparkPythonPath,
        envVars.getOrDefault("PYTHONPATH", ""),
        sys.env.getOrElse("PYTHONPATH", "")))
    all
  }

  private def initialMessage(input: Iterator[IN], partitionIndex: Int, context: TaskContext): Array[Byte] = {
    val bytes = new ByteArrayOutputStream
    // A worker of its own has no broadcast variables yet, so the message names all of them.
    val channel = SocketChannel.open()
    try {
      val writer = newWriter(SparkEnv.get, PythonWorker(channel), input, partitionIndex, context)
      writer.open(new DataOutputStream(bytes))
      writer.exception.foreach(throw _)
    } finally channel.close()
    bytes.toByteArray
  }

  private final class Results(task: PythonTask, context: TaskContext) extends Iterator[ColumnarBatch] {
    private var ahead: ColumnarBatch = _
    private var vectors: Array[ColumnVector] = _
    private var ended = false
    private val started = System.nanoTime

    context.addTaskCompletionListener[Unit](_ => task.close())
    context.addTaskInterruptListener((_: TaskContext, _: String) => task.interrupt())
    taskMetrics.ranInProcess()

    override def hasNext: Boolean = {
      if (ahead == null && !ended) {
        ahead = read()
        if (ahead == null) end()
      }
      ahead != null
    }

    override def next(): ColumnarBatch =
      if (hasNext) {
        val batch = ahead
        ahead = null
        batch
      } else {
        Iterator.empty.next()
      }

    private def read(): ColumnarBatch =
      try {
        val root = task.next()
        if (root == null) {
          null
        } else {
          if (vectors == null) {
            vectors = root.getFieldVectors.asScala.map(new TaskVector(_): ColumnVector).toArray
          }
          taskMetrics.received(root.getRowCount)
          new ColumnarBatch(vectors, root.getRowCount)
        }
      } catch {
        case _: Exception if context.isInterrupted() =>
          throw new TaskKilledException(context.getKillReason().getOrElse("unknown reason"))
        case e: WorkerException =>
          throw new PythonException(
            errorClass = "PYTHON_EXCEPTION",
            messageParameters =
              Map("msg" -> "An exception was thrown from the Python worker", "traceback" -> e.getMessage),
            cause = null)
      }

    private def end(): Unit = {
      ended = true
      task.accumulatorUpdates().asScala.foreach(update => Option(accumulator).foreach(_.add(update)))
      taskMetrics.took(System.nanoTime - started)
      task.close()
    }
  }
}

/** A vector that belongs to its task, which imports each batch into it. A consumer of columns must not close it. */
private final class TaskVector(vector: ValueVector) extends ArrowColumnVector(vector) {
  override def close(): Unit = ()
  override def closeIfFreeable(): Unit = ()
}
