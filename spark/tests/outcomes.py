"""What a query gives: rows that compare equal where Spark's would print the same, or an exception."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Outcome:
    rows: Any
    error: tuple[str, str] | None = None


def outcome_of(collect: Callable[[], Any]) -> Outcome:
    try:
        return Outcome(exact(collect()))
    except Exception as error:
        return Outcome(None, (type(error).__name__, message_of(error)))


# The frames by which a worker process comes to a function. In process there are none of these.
_WORKER_LOOP = re.compile(
    r"""  File "[^"]*pyspark/(worker|sql/pandas/serializers)\.py", line \d+, in """
    r"""(main|invoke_udf|process|dump_stream|_write_stream_start)\n(    .*\n)*"""
)


def message_of(error: Exception) -> str:
    """Return the message without what differs from run to run, and without Java's own stack trace."""
    text = str(error).split("\n\nDriver stacktrace:")[0]
    text = re.sub(r"([Tt]ask|stage|TID) [0-9.]+", r"\1 N", text)
    text = re.sub(r"\n\tat .*", "", text)
    text = _WORKER_LOOP.sub("", text)
    text = re.sub(r" object at 0x[0-9a-f]+", "", text)
    text = re.sub(r"#[0-9]+", "#N", text)
    return re.sub(r"o[0-9]+\.collectToPython", "o.collectToPython", text)


def exact(value: Any) -> Any:
    """Return a value that is equal to another only if types and bits are; NaN is NaN, and 0.0 is not -0.0."""
    if isinstance(value, float):
        return ("float", struct.pack("d", value) if value == value else "nan")
    if isinstance(value, dict):
        return ("dict", [(exact(key), exact(each)) for key, each in value.items()])
    if isinstance(value, (list, tuple)):
        names = getattr(value, "__fields__", None)
        return (type(value).__name__, names, [exact(each) for each in value])
    return (type(value).__name__, value)
