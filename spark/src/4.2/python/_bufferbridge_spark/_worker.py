"""PySpark 4.2's worker: its initial message, and its functions, with the serializers that convert around them.

A serializer there reads batches from a stream, and writes batches to one. Importing this module has the innermost ones
take the batches of a `_Stream` as they are.
"""

from __future__ import annotations

import io
import json
import struct
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
from _bufferbridge_spark._input import Input
from pyspark.serializers import CPickleSerializer, UTF8Deserializer, read_bool, read_int, read_long
from pyspark.sql.pandas.serializers import ArrowStreamSerializer
from pyspark.taskcontext import BarrierTaskContext, TaskContext
from pyspark.util import PythonEvalType
from pyspark.worker import EvalConf, RunnerConf, read_udfs

_text = UTF8Deserializer()
_COGROUPED = {
    PythonEvalType.SQL_COGROUPED_MAP_ARROW_UDF,
    PythonEvalType.SQL_COGROUPED_MAP_PANDAS_UDF,
}


class Work:
    """What the initial message to a worker asks for."""

    def __init__(self, message: bytes) -> None:
        self._message = io.BytesIO(message)
        self._partition = read_int(self._message)
        _text.loads(self._message)  # the version, which Java has compared
        self._context = json.loads(_text.loads(self._message))
        self.files: str = _text.loads(self._message)
        self.includes: list[str] = [_text.loads(self._message) for _ in range(read_int(self._message))]
        self.broadcasts_are_encrypted = bool(read_bool(self._message))
        self.broadcasts: list[tuple[int, str | None]] = []
        if not self.broadcasts_are_encrypted:
            for _ in range(read_int(self._message)):
                number = read_long(self._message)
                self.broadcasts.append((number, _text.loads(self._message) if number >= 0 else None))

    def context(self) -> TaskContext:
        kind = BarrierTaskContext if self._context["isBarrier"] else TaskContext
        return kind.from_json(self._context)

    def output(self, data: Input) -> Iterator[pa.RecordBatch]:
        """Return the results of the function."""
        eval_type = read_int(self._message)
        runner_conf, eval_conf = RunnerConf(self._message), EvalConf(self._message)
        function, _, reads, writes = read_udfs(CPickleSerializer(), self._message, eval_type, runner_conf, eval_conf)

        def results(stream: _Stream) -> Iterator[pa.RecordBatch]:
            writes.dump_stream(function(self._partition, reads.load_stream(stream)), stream)
            return stream.output

        if data.shares:
            return data.one_by_one(lambda batches: results(_Stream(data, 1, batches)))
        return results(_Stream(data, 2 if eval_type in _COGROUPED else 1))


class _Stream:
    """What a serializer takes for the socket of a worker."""

    def __init__(self, data: Input, sides: int, batches: Iterator[pa.RecordBatch] | None = None) -> None:
        self.output: Iterator[pa.RecordBatch] = iter(())
        self._data = data
        self._sides = sides
        self._batches = batches
        self._side = 0

    def read(self, size: int) -> bytes:
        """Return the number before a group, which says how many streams of batches it has, or 0 at the end."""
        assert size == 4, size
        self._side = 0
        return struct.pack("!i", self._sides if self._data.next_group() else 0)

    def batches(self) -> Iterator[pa.RecordBatch]:
        if self._batches is not None:
            return self._batches
        side = self._side
        if side > 0:
            self._data.next_group()
        self._side += 1
        return self._data.batches(side)

    def write(self, data: Any) -> None:
        """Take the number by which a worker says that results follow."""


_load, _dump = ArrowStreamSerializer.load_stream, ArrowStreamSerializer.dump_stream


def _load_stream(self: ArrowStreamSerializer, stream: Any) -> Iterator[pa.RecordBatch]:
    return stream.batches() if isinstance(stream, _Stream) else _load(self, stream)


def _dump_stream(self: ArrowStreamSerializer, iterator: Any, stream: Any) -> None:
    if isinstance(stream, _Stream):
        stream.output = iter(iterator)
    else:
        _dump(self, iterator, stream)


ArrowStreamSerializer.load_stream = _load_stream
ArrowStreamSerializer.dump_stream = _dump_stream
