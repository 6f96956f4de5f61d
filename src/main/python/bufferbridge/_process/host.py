"""The functions that `org.bufferbridge.Python` calls in a process that Java started."""

from __future__ import annotations

import atexit
import builtins
import collections
import contextlib
import functools
import gc
import operator
import os
import signal
import sys
from collections.abc import Callable
from types import CodeType
from typing import Any

import __main__
from bufferbridge import _native
from bufferbridge._process import fault_handler, output
from bufferbridge._reports.exports import summary
from bufferbridge._reports.leaks import report_what_is_out


def prepare(folder: str | None, signals: bool, *arguments: str) -> None:
    """Sets up what the python program sets up from its command line."""
    if signals:
        _bring_signals_to_main_thread()
        # CPython does not replace a handler that is there already; here that is the JVM's.
        signal.signal(signal.SIGINT, signal.default_int_handler)
    fault_handler.guard()
    atexit.register(report_what_is_out)
    sys.argv = list(arguments) or [""]
    if folder is not None:
        os.chdir(folder)
    for stream in (sys.stdout, sys.stderr):
        # Java writes to the same files, and lines have to appear in the order in which they were written.
        if stream is not None:
            stream.reconfigure(line_buffering=True)  # type: ignore[union-attr]


def print_to(out: Any, out_encoding: str, err: Any, err_encoding: str) -> None:
    """Has sys.stdout and sys.stderr write to streams of Java, unless None, until the last of the atexit functions."""
    atexit.register(_print_again_to, sys.stdout, sys.stderr)
    sys.stdout = sys.stdout if out is None else output.text_file(out, out_encoding)
    sys.stderr = sys.stderr if err is None else output.text_file(err, err_encoding)


def _print_again_to(out: Any, err: Any) -> None:
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(Exception):  # of the stream, which cannot be told anywhere
            stream.flush()
    sys.stdout, sys.stderr = out, err


def _bring_signals_to_main_thread() -> None:
    """Forwards each handled signal to this thread.

    The system may deliver a signal to another thread, where it does not interrupt a wait of this thread.
    """
    set_handler = signal.signal

    @functools.wraps(set_handler)
    def set_forwarded(number: int, handler: Any) -> Any:
        previous = set_handler(number, handler)
        _native.forward_signal(number)
        return previous

    signal.signal = set_forwarded  # type: ignore[assignment]  # its parameters have other names


_LONGEST_KEPT = 4096  # characters; so the sources and the code that are kept take a few MiB at most


def _compile(source: str, mode: str) -> CodeType:
    return _compile_once(source, mode) if len(source) <= _LONGEST_KEPT else _compile_anew(source, mode)


def _compile_anew(source: str, mode: str) -> CodeType:
    return compile(source, "<java>", mode, dont_inherit=True)  # this file's __future__ statements are not the user's


_compile_once = functools.lru_cache(maxsize=256)(_compile_anew)


def evaluate(source: str) -> object:
    return eval(_compile(source, "eval"), __main__.__dict__)


def evaluate_with(source: str, /, **bindings: object) -> object:
    return evaluate_in(make_namespace(**bindings), source)


def execute(source: str) -> None:
    exec(_compile(source, "exec"), __main__.__dict__)


def make_namespace(**bindings: object) -> dict[str, object]:
    return {"__builtins__": builtins, **bindings}


def evaluate_in(namespace: dict[str, object], source: str) -> object:
    return eval(_compile(source, "eval"), namespace)


def execute_in(namespace: dict[str, object], source: str) -> None:
    exec(_compile(source, "exec"), namespace)


def value_of(namespace: dict[str, object], name: str) -> object:
    if name not in namespace:
        raise NameError(f"name {name!r} is not defined", name=name)
    return namespace[name]


def values_of(namespace: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in namespace.items() if name != "__builtins__"}


def let_go(namespace: dict[str, object]) -> None:
    """Empties the namespace, because its functions refer to it and it refers to them.

    A class refers to itself, and only the collector ends such a cycle. So if Java memory is still held, the young
    generations are collected, which takes little time.
    """
    buffers = [value for value in namespace.values() if isinstance(value, _native.JavaBuffer)]
    namespace.clear()
    (of_one_holder,) = _references([object()])
    if any(count > of_one_holder for count in _references(buffers)):
        gc.collect(1)


def _references(objects: list[Any]) -> list[int]:
    return [sys.getrefcount(value) for value in objects]


def make_list(*items: object) -> list[object]:
    return list(items)


def make_tuple(*items: object) -> tuple[object, ...]:
    return items


def make_dict(**items: object) -> dict[str, object]:
    return items


def collect() -> None:
    """Frees objects that only cycles refer to."""
    gc.collect()


def out() -> str:
    """The exports and leases that are out, for the message that refuses to end Python."""
    return summary()


def at_exit(*then: Callable[[], object]) -> None:
    """Runs the atexit functions, then `then`, and flushes the streams: the JVM ends, and the interpreter stays.

    Other threads run no Python code between the end of the last atexit function and `then`. `map` ensures this;
    between two statements they could.
    """
    with contextlib.suppress(BaseException):
        collections.deque(map(operator.call, (atexit._run_exitfuncs, *then)), maxlen=0)
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(BaseException):
            if stream is not None:
                stream.flush()
