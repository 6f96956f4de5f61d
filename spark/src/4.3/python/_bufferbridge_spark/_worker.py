"""PySpark 4.3's worker: its initial message, and its functions from batches to batches."""

from __future__ import annotations

import functools
import io
from collections.abc import Iterator

import pyarrow as pa
from _bufferbridge_spark._input import Input
from pyspark.messages import SparkSocketMessageReceiver
from pyspark.serializers import CPickleSerializer
from pyspark.taskcontext import TaskContext
from pyspark.util import PythonEvalType
from pyspark.worker import EvalConf, RunnerConf, read_udfs
from pyspark.worker_message import WorkerInitInfo

_GROUPED = {
    PythonEvalType.SQL_GROUPED_AGG_ARROW_ITER_UDF,
    PythonEvalType.SQL_GROUPED_AGG_ARROW_UDF,
    PythonEvalType.SQL_GROUPED_AGG_PANDAS_ITER_UDF,
    PythonEvalType.SQL_GROUPED_AGG_PANDAS_UDF,
    PythonEvalType.SQL_GROUPED_MAP_ARROW_ITER_UDF,
    PythonEvalType.SQL_GROUPED_MAP_ARROW_UDF,
    PythonEvalType.SQL_GROUPED_MAP_PANDAS_ITER_UDF,
    PythonEvalType.SQL_GROUPED_MAP_PANDAS_UDF,
    PythonEvalType.SQL_WINDOW_AGG_ARROW_UDF,
    PythonEvalType.SQL_WINDOW_AGG_PANDAS_UDF,
}
_COGROUPED = {
    PythonEvalType.SQL_COGROUPED_MAP_ARROW_UDF,
    PythonEvalType.SQL_COGROUPED_MAP_PANDAS_UDF,
}


class Work:
    """What the initial message to a worker asks for."""

    def __init__(self, message: bytes) -> None:
        self._info = WorkerInitInfo.from_stream(SparkSocketMessageReceiver(io.BytesIO(message)).get_init_message())
        self.files: str = self._info.spark_files_dir
        self.includes: list[str] = self._info.python_includes
        self.broadcasts_are_encrypted = self._info.broadcast.conn_info is not None
        self.broadcasts: list[tuple[int, str | None]] = self._info.broadcast.variables

    def context(self) -> TaskContext:
        return self._info.task_context.to_task_context()

    def output(self, data: Input) -> Iterator[pa.RecordBatch]:
        """Return the results of the function."""
        info = self._info
        function = read_udfs(
            CPickleSerializer(), info.udf_info, info.eval_type, RunnerConf(info.runner_conf), EvalConf(info.eval_conf)
        )[0]
        if data.shares:
            return data.one_by_one(functools.partial(function, info.split_index))
        if info.eval_type in _GROUPED:
            return iter(function(info.split_index, data.groups()))
        if info.eval_type in _COGROUPED:
            return iter(function(info.split_index, data.cogroups()))
        return iter(function(info.split_index, data.batches()))
