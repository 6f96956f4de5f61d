"""The input of a task: batches, or groups of batches, that Python pulls from Java."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from typing import Any

import pyarrow as pa


class Input:
    """What a task reads. `source` is an org.bufferbridge.spark.BatchSource; it is used by the task's thread."""

    def __init__(self, source: Any) -> None:
        self._source = source
        self._schemas: dict[int, pa.Schema] = {}
        self._parts: dict[tuple[int, ...], pa.Schema] = {}
        self.shares = bool(source.shares())

    def batches(self, side: int = 0) -> Iterator[pa.RecordBatch]:
        while address := self._source.next():
            yield pa.RecordBatch._import_from_c(address, self._schema(side))

    def next_group(self) -> bool:
        return bool(self._source.nextGroup())

    def groups(self) -> Iterator[Iterator[pa.RecordBatch]]:
        while self.next_group():
            yield self.batches()

    def cogroups(self) -> Iterator[tuple[list[pa.RecordBatch], list[pa.RecordBatch]]]:
        while self.next_group():
            left = list(self.batches(0))
            self.next_group()
            yield left, list(self.batches(1))

    def one_by_one(self, function: Callable[[Iterator[pa.RecordBatch]], Iterator[Any]]) -> Iterator[Any]:
        """Call a function for each batch anew, so that nothing of PySpark's has the batch when the next one is due.

        The batches may be in memory that Spark writes again.
        """
        while (batch := self._shared_batch()) is not None:
            waiting = [batch]
            del batch
            yield from function(_popped(waiting))

    def _shared_batch(self) -> pa.RecordBatch | None:
        source = self._source
        rows = source.nextRows()
        if rows < 0:
            return None
        schema = self._schema(0)
        exporters = [source.shared(i) for i in range(len(schema))]
        try:
            arrays = [
                None if x is None else pa.Array.from_buffers(field.type, rows, [None, pa.py_buffer(x)], null_count=0)
                for field, x in zip(schema, exporters, strict=True)
            ]
        except BufferError as error:  # the collector cannot keep an array of the heap in its place
            arrays = [None] * len(schema)
            source.copyAll(str(error))
        copied = tuple(i for i, array in enumerate(arrays) if array is None)
        if copied:
            part = pa.RecordBatch._import_from_c(source.next(), self._part(copied))
            for i, array in zip(copied, part.columns, strict=True):
                arrays[i] = array
        return pa.RecordBatch.from_arrays(arrays, schema=schema)

    def _part(self, columns: tuple[int, ...]) -> pa.Schema:
        if columns not in self._parts:
            schema = self._schema(0)
            self._parts[columns] = pa.schema([schema.field(i) for i in columns])
        return self._parts[columns]

    def _schema(self, side: int) -> pa.Schema:
        if side not in self._schemas:
            structure = ctypes.create_string_buffer(9 * 8)  # struct ArrowSchema
            address = ctypes.addressof(structure)
            self._source.schema(side, address)
            self._schemas[side] = pa.Schema._import_from_c(address)
        return self._schemas[side]

    def close(self) -> None:
        self._source = None


def _popped(items: list[Any]) -> Iterator[Any]:
    while items:
        yield items.pop()
