"""One task: the steps of `pyspark.worker.invoke_udf`, as a generator that Java pulls batches from.

A task belongs to one thread of Java, which calls `step`. `interrupt` comes from another thread.
"""

from __future__ import annotations

import ctypes
import io
import os
import sys
import threading
import types
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
from pyspark.serializers import CPickleSerializer
from pyspark.util import handle_worker_exception

from _bufferbridge_spark import _globals
from _bufferbridge_spark._input import Input
from _bufferbridge_spark._worker import Work

_pickle = CPickleSerializer()
_environment_lock = threading.Lock()


class TaskKilled(BaseException):
    """Spark has killed the task that runs this function."""


class Task:
    """A task of Spark. `message` is the initial message to a worker, `source` an org.bufferbridge.spark.BatchSource."""

    def __init__(self, message: Any, source: Any, flags: Any) -> None:
        self.error = ""
        self._input = Input(source)
        self._flags = {str(name): str(flags[name]) for name in flags}
        self._state = _globals.State()
        self._work = Work(bytes(message))
        self._broadcasts: list[int] = []
        self._output: Iterator[pa.RecordBatch] | None = None
        self._written: pa.Schema | None = None
        self._lock = threading.Lock()
        self._thread = 0  # the thread within step(), if one is

    def refusal(self) -> str | None:
        """Return why this process cannot run the task, or None. To be called first, as it sets modules up."""
        if self._work.broadcasts_are_encrypted:
            return "broadcast variables are encrypted"
        return _globals.add_modules(self._work.files, self._work.includes)

    def step(self, array: int, schema: int) -> int:
        """Run the function until it yields a batch, and export that to the structures at two addresses.

        Returns 1 after a batch, 2 if it came without a schema, 0 at the end, -1 after an exception, with its traceback
        in `error`.
        """
        before = None
        try:
            try:
                before = self._enter()
                if self._output is None:
                    self._output = self._start()
                batch = next(self._output, None)
                if batch is None:
                    return 0
                return self._export(batch, array, schema)
            except BaseException as error:
                self.error = self._describe(error)
                return -1
            finally:
                self._leave(before)
        except TaskKilled as killed:  # raised after the function, on the way out
            self.error = repr(killed)
            return -1

    def _start(self) -> Iterator[pa.RecordBatch]:
        """Do what PySpark's worker does before its first batch."""
        self._state.context = self._work.context()
        self._state.files = self._work.files
        self._broadcasts = _globals.take_broadcasts(self._work.broadcasts)
        return self._work.output(self._input)

    def _export(self, batch: pa.RecordBatch, array: int, schema: int) -> int:
        if any(_has_offset(column) for column in batch.columns):
            # Arrow Java ignores the offset of an array that it imports. This copies what the slice has, and no more.
            batch = pa.ipc.read_record_batch(batch.serialize(), batch.schema)
        if self._written is None:
            self._written = batch.schema
            batch._export_to_c(array, schema)
            return 1
        if batch.schema != self._written:
            # The stream to the JVM has one schema, and PySpark's writer says what it makes of this batch.
            pa.RecordBatchStreamWriter(io.BytesIO(), self._written).write_batch(batch)
        batch._export_to_c(array)
        return 2

    def _describe(self, error: BaseException) -> str:
        """Return what PySpark's worker would send of the exception that is being handled.

        It begins without frames of this package. When PySpark simplifies a traceback, it drops its own frames up to the
        first one of others.
        """
        while error.__traceback__ is not None and _is_ours(error.__traceback__.tb_frame.f_code):
            error.__traceback__ = error.__traceback__.tb_next
        out = io.BytesIO()
        with _environment_lock:
            before = {name: os.environ.get(name) for name in self._flags}
            os.environ.update({name: value for name, value in self._flags.items() if value})
            try:
                handle_worker_exception(error, out, hide_traceback=bool(self._flags.get("SPARK_HIDE_TRACEBACK")))
            finally:
                for name, value in before.items():
                    if value is None:
                        os.environ.pop(name, None)
                    else:
                        os.environ[name] = value
        return out.getvalue()[8:].decode()  # after two numbers: "an exception", and its length

    def accumulator_updates(self) -> list[bytes]:
        """Return the values of the task's accumulators, pickled as PySpark's worker does."""
        return [_pickle.dumps((number, each._value)) for number, each in self._state.accumulators.items()]

    def close(self) -> None:
        """End the function, and let go of all that it uses."""
        output, self._output = self._output, iter(())
        before = self._enter()
        try:
            if output is not None and hasattr(output, "close"):
                try:
                    output.close()
                except BaseException as error:
                    print(f"a Python function raised {error!r} when it was ended", file=sys.stderr)
        finally:
            self._leave(before)
        _globals.drop_broadcasts(self._broadcasts)
        self._input.close()

    def _enter(self) -> _globals.State | None:
        before = _globals.enter(self._state)
        with self._lock:
            self._thread = threading.get_ident()
        return before

    def _leave(self, before: _globals.State | None) -> None:
        while True:
            try:
                with self._lock:
                    if self._thread:
                        _raise_in(
                            self._thread, None
                        )  # what has not been raised yet must not hit the thread's next task
                        self._thread = 0
                break
            except TaskKilled:
                pass
        _globals.leave(before)

    def interrupt(self) -> None:
        """Raise TaskKilled in the function, at its next bytecode."""
        with self._lock:
            if self._thread:
                _raise_in(self._thread, TaskKilled)


def _is_ours(code: types.CodeType) -> bool:
    return os.path.dirname(code.co_filename) == os.path.dirname(__file__)


def _has_offset(array: pa.Array) -> bool:
    """Say whether an array, or one within it, begins in the middle of its memory."""
    if array.offset:
        return True
    if isinstance(array, pa.ExtensionArray):
        return _has_offset(array.storage)
    kind = array.type
    if pa.types.is_struct(kind):
        return any(_has_offset(array.field(i)) for i in range(kind.num_fields))
    if pa.types.is_map(kind):
        return _has_offset(array.keys) or _has_offset(array.items)
    if pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind):
        return _has_offset(array.values)
    if pa.types.is_dictionary(kind):
        return _has_offset(array.indices) or _has_offset(array.dictionary)
    return False


def _raise_in(thread: int, exception: type[BaseException] | None) -> None:
    ctypes.pythonapi.PyThreadState_SetAsyncExc(
        ctypes.c_ulong(thread), None if exception is None else ctypes.py_object(exception)
    )
