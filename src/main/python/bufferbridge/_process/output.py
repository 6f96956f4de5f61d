"""Java's System.out and System.err on their way to sys.stdout and sys.stderr; and Python's output to Java streams.

`Output.java` has the queue, and says why a Python thread writes: no thread that prints needs the GIL.

Threads: `redirect` and `stop` run one at a time, under the lock of `start`, or at the end of a process.
"""

from __future__ import annotations

import io
import sys
import threading
from typing import Any

from bufferbridge import _native

# In seconds: how long the end waits for a sys.stdout that does not take what Java printed.
_PATIENCE = 2.0

_output: Any = None
_writer: threading.Thread | None = None


def is_notebook() -> bool:
    """Whether sys.stdout shows its text in a cell of a notebook."""
    return type(sys.stdout).__module__.partition(".")[0] == "ipykernel"


def redirect(wanted: bool) -> None:
    """Begins or ends that what Java prints goes to sys.stdout and sys.stderr, whatever these are at that time."""
    global _output, _writer
    if not wanted:
        stop()
    elif _output is None:
        _output = _native.internal_class("Output").start()
        _writer = threading.Thread(target=_write_all, args=(_output,), name="bufferbridge output", daemon=True)
        _writer.start()


def stop() -> None:
    """Writes what Java has printed. From now on, Java prints to the process's own streams again."""
    global _output, _writer
    output, writer = _output, _writer
    _output = _writer = None
    if output is None or writer is None:
        return
    output.stop()
    if writer is not threading.current_thread():
        writer.join(_PATIENCE)


def _write_all(output: Any) -> None:
    while (text := output.next()) is not None:
        try:
            _write(sys.stderr if output.isError() else sys.stdout, text)
        except BaseException as failure:  # of a stream that a user has made
            output.passOn(text, f"{type(failure).__name__}: {failure}")


def _write(stream: Any, text: str) -> None:
    if stream is None:
        raise ValueError("there is no such stream")
    try:
        stream.write(text)
    except UnicodeEncodeError:
        encoding = getattr(stream, "encoding", None) or "ascii"
        stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
    stream.flush()


class _JavaFile(io.RawIOBase):
    """A java.io.OutputStream as a binary file. What the stream throws is raised."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        copied = bytes(data)
        self._stream.write(copied)
        return len(copied)

    def flush(self) -> None:
        if not self.closed:
            self._stream.flush()


def text_file(stream: Any, encoding: str) -> io.TextIOWrapper:
    """A java.io.OutputStream as a text file. Each line is one call of Java."""
    return io.TextIOWrapper(
        _JavaFile(stream),  # type: ignore[arg-type]  # a raw file does
        encoding=encoding,
        errors="backslashreplace",
        newline="",
        line_buffering=True,
    )
