"""Whether a JVM starts with the user's options, tried in another process.

A JVM ends its process if the heap is too large, a module is missing or an agent throws. A notebook has to survive
this. So `require_start` first tries options that may have this effect in a process that can be lost. Options known to
be harmless cost nothing. Others cost the start of one Python and one JVM, once for the same options.

The trial calls `try_jvm` of the native library. The `java` program would not do: it reads its options in another way,
and it runs a class.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from bufferbridge import _native
from bufferbridge._reports.log import logger

ENVIRONMENT = ("JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS")
"""The variables that libjvm itself reads. Only the `java` program reads JDK_JAVA_OPTIONS and CLASSPATH."""

_PATIENCE = 30.0  # seconds

_HARMLESS = re.compile(
    r"-D(?!java\.|jdk\.|sun\.|com\.sun\.)[^=]+(=.*)?|-(ea|da|enableassertions|disableassertions)(:[\w.$]+)?|-esa|-dsa"
    r"|-Xcheck:jni|-Xint|-XX:TieredStopAtLevel=[1-4]|--enable-native-access=ALL-UNNAMED|-XX:SharedArchiveFile=[^:]+",
    re.DOTALL,
)
_COLLECTOR = re.compile(r"-XX:\+Use(G1|Serial|Parallel)GC")
_LARGEST_HEAP = re.compile(r"-Xmx(\d{1,15})([kKmMgG]?)")
_SMALLEST_TRUSTED = 32 << 20  # bytes: no collector needs more
_UNITS = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30}

# A trial with a debugger's agent would wait for the debugger, or take its port, a second time.
_DEBUGGER = re.compile(r"-agentlib:jdwp|-Xrunjdwp|-agentpath:.*jdwp")
_DEBUGGER_WORD = re.compile(r"(-agentlib:|-Xrun|-agentpath:\S*)jdwp\S*")

_TRY = """
import importlib.util, os, sys
spec = importlib.util.spec_from_file_location("bufferbridge._native", sys.argv[1])
native = importlib.util.module_from_spec(spec)
spec.loader.exec_module(native)
library, *options = map(os.fsdecode, sys.stdin.buffer.read().split(b"\\0"))
print(flush=True)
os._exit(0 if native.try_jvm(library, tuple(options)) else 3)
"""

# A trial's last options: the JVM touches no pages in advance and writes no files.
_FOR_A_TRIAL = ["-XX:-AlwaysPreTouch", "-XX:ErrorFile=/dev/null", "-XX:-CreateCoredumpOnCrash"]
_OF_ERROR_FILES = re.compile(r"^# (An error report file|/dev/null|Error file).*\n?", re.MULTILINE)

_passed: set[tuple[str, ...]] = set()


def of_environment() -> list[str]:
    """The options that the JVM takes from the environment."""
    options: list[str] = []
    for name in ENVIRONMENT:
        text = os.environ.get(name, "")
        if not text:
            continue
        import shlex

        try:
            options += shlex.split(text)
        except ValueError:  # a quote without its end: the JVM reports the error
            options.append(text)
    return options


def is_harmless(given: Sequence[str]) -> bool:
    """Whether no JVM ends its process because of these options.

    A largest heap that fits into the machine is harmless. The choice of one collector that every JVM has is harmless;
    the choice of two is not.
    """
    rest = [option for option in given if not _HARMLESS.fullmatch(option)]
    heaps = [option for option in rest if _LARGEST_HEAP.fullmatch(option)]
    collectors = {option for option in rest if _COLLECTOR.fullmatch(option)}
    return len(heaps) + sum(map(rest.count, collectors)) == len(rest) and len(collectors) < 2 and all(map(_fits, heaps))


def _fits(option: str) -> bool:
    match = _LARGEST_HEAP.fullmatch(option)
    assert match is not None
    size = int(match[1]) * _UNITS[match[2].lower()]
    import resource

    limited = resource.getrlimit(resource.RLIMIT_AS)[0] != resource.RLIM_INFINITY
    return not limited and _SMALLEST_TRUSTED <= size <= os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


def require_start(library: str, command_line: Sequence[str], given: Sequence[str]) -> None:
    """Raises RuntimeError with the JVM's output if the JVM does not start with that command line.

    Args:
        library: the libjvm.
        command_line: all options, including the defaults of bufferbridge.
        given: the user's options, including those of the environment.
    """
    key = (library, *command_line, *(os.environ.get(name, "") for name in ENVIRONMENT))
    if is_harmless(given) or key in _passed:
        return
    said = _try(library, [option for option in command_line if not _DEBUGGER.match(option)])
    if said is not None:
        raise RuntimeError(f"the JVM {library} did not start: {said}; options: {list(given)}")
    _passed.add(key)


def _try(library: str, options: list[str]) -> str | None:
    """None if a JVM starts or the trial is not possible; otherwise the JVM's output."""
    if not Path(sys.executable or "").name.startswith("python"):
        return None  # a program that embeds Python
    command = [sys.executable, "-I", "-S", "-c", _TRY, _native.__file__]
    kept = {name: _DEBUGGER_WORD.sub("", os.environ.get(name, "")) for name in ENVIRONMENT}
    environment = {**os.environ, **kept}
    for name in ENVIRONMENT:
        if not kept[name].strip():  # the JVM would print the empty text
            environment.pop(name, None)
    texts = b"\0".join(map(os.fsencode, [library, *options, *_FOR_A_TRIAL]))
    import subprocess

    try:
        ran = subprocess.run(
            command,
            input=texts,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=_PATIENCE,
            start_new_session=True,  # Ctrl-C reaches this process alone, which ends the trial
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        logger.warning("the JVM's options could not be tried: %s", error)
        return None
    before, tried, said = ran.stdout.decode(errors="replace").partition("\n")
    if not tried or before:
        logger.warning("the JVM's options could not be tried: %s", before + said)
        return None
    if ran.returncode == 0:
        return None
    reason = f"it ended by signal {-ran.returncode}" if ran.returncode < 0 else "it gave no reason"
    return _OF_ERROR_FILES.sub("", said).strip() or reason
