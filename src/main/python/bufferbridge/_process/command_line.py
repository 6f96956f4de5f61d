"""The command line of the JVM: the class path, and the library's defaults before the user's options."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from bufferbridge._process import check, jvms

StrPath = str | os.PathLike[str]

_COLLECTOR = re.compile(r"\+Use(G1|Serial|Parallel|Z|Shenandoah|Epsilon)GC\b")
_OPTION_FILE = re.compile(r"-XX:(?:Flags|VMOptionsFile)=(.+)", re.DOTALL)


def class_path(classpath: Iterable[StrPath] | StrPath) -> tuple[str, ...]:
    """The entries of the class path, as absolute paths."""
    if isinstance(classpath, (str, os.PathLike)):
        classpath = os.fspath(classpath).split(os.pathsep)
    entries: list[str] = []
    for entry in [os.fspath(entry) for entry in classpath]:
        _refuse_null("the class path entry", entry)
        if "*" in Path(entry).name and not os.path.exists(entry):
            entries += _jars_in(entry)
        elif not os.path.exists(entry):
            hint = "; pass JVM options as options=[...]" if entry.startswith("-") else ""
            raise FileNotFoundError(f"the class path entry {entry!r} does not exist{hint}")
        elif jvms.is_home(Path(entry)):
            raise ValueError(f"the class path entry {entry!r} is a JVM's folder; pass it as jvm=...")
        elif os.path.isfile(entry) and not _is_zip_file(entry):
            raise ValueError(f"the class path entry {entry!r} is no jar, as it is no zip file; it may be incomplete")
        else:
            entries.append(os.path.abspath(entry))
    return tuple(entries)


def _is_zip_file(path: str) -> bool:
    import zipfile

    return zipfile.is_zipfile(path)


def _jars_in(pattern: str) -> list[str]:
    """The jars that a pattern such as `lib/*` or `lib/*.jar` matches, in the order of their names."""
    import glob

    folder, name = os.path.split(pattern)
    found = glob.glob(os.path.join(glob.escape(folder), name))
    jars = sorted(path for path in found if path.endswith((".jar", ".JAR")) and os.path.isfile(path))
    if not jars:
        raise FileNotFoundError(f"the class path entry {pattern!r} matches no jar")
    return [os.path.abspath(jar) for jar in jars]


def options_of(options: Iterable[str]) -> tuple[str, ...]:
    """The user's options. Raises if one is not an option for the JVM."""
    if isinstance(options, str):
        raise TypeError(f"options is a list of str, one per JVM option, not the str {options!r}")
    given = tuple(options)
    for option in given:
        if not isinstance(option, str):
            raise TypeError(f"a JVM option is a str, not {option!r}")
        _refuse_null("the JVM option", option)
        if option in ("-cp", "-classpath", "--class-path") or option.startswith("-Djava.class.path="):
            raise ValueError(f"pass the class path as classpath=[...], not by the option {option!r}")
        if option.startswith("@"):
            raise ValueError(
                f"{option!r} is an option of the java program, not of the JVM; "
                f"-XX:VMOptionsFile={option[1:]} reads a file"
            )
    return given


def _refuse_null(what: str, text: str) -> None:
    if "\0" in text:
        raise ValueError(f"{what} {text!r} has a null character; the JVM would cut the text off there")


def of(
    found: jvms.Jvm,
    entries: Sequence[str],
    options: Sequence[str],
    *,
    archived: Sequence[str] = (),
    again: bool,
) -> tuple[str, ...]:
    """The library's defaults, then the user's options: of two options that conflict, the JVM takes the last.

    Args:
        found: the JVM.
        entries: its class path.
        options: the user's options.
        archived: the options that name an archive of classes.
        again: whether this process had a JVM refused. That attempt has already set the library's collector.
    """
    command_line = ["-Djava.class.path=" + os.pathsep.join(entries), *archived]
    # One collector does not override another: the JVM refuses to start with two.
    if not again and not names_collector([*options, *check.of_environment()]):
        command_line.append(f"-XX:+Use{default_collector(found)}GC")
    return (*command_line, *options)


def names_collector(options: Iterable[str]) -> bool:
    """Whether the options, or a file that they name, choose a garbage collector."""
    return any(map(_COLLECTOR.search, texts_of(options)))


def texts_of(options: Iterable[str]) -> Iterator[str]:
    """The options, and the contents of files that they name."""
    for option in options:
        file = _OPTION_FILE.fullmatch(option)
        yield option if file is None else _text_of(file[1])


def _text_of(file: str) -> str:
    try:
        return Path(file).read_text(errors="replace")
    except OSError:
        return ""  # the JVM reports the error


def default_collector(found: jvms.Jvm) -> str:
    """A collector that can pin heap arrays: G1, or Shenandoah where G1 may move them (JDK-8377811)."""
    if re.fullmatch(r"25(\.0(\.[0-2](\.\d+)*)?)?", found.version) and _has_shenandoah(found.library):
        return "Shenandoah"
    return "G1"


def _has_shenandoah(library: Path) -> bool:
    """A libjvm with Shenandoah contains the name of Shenandoah's bean in java.lang.management."""
    import mmap

    try:
        with library.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            return content.find(b"Shenandoah Pauses") >= 0
    except (OSError, ValueError):
        return False
