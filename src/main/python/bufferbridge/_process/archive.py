"""The archive of the library's classes, from which the JVM maps them instead of reading them from the jars.

`choose` says before a start whether there is an archive for this JVM and these jars. `note_start` counts the starts
without one. At the third, the sixth, the twelfth and so on, it has another process make one (`_commands/warm.py`). So
a container that starts once pays nothing, and what fails is tried less and less often. No archive is dumped here: a
JVM that dumps one may end its process.

Owns: the names in the cache folder. `<version>-<key>.jsa` is an archive, `.starts` has a byte for each start without
it, `.tmp` is in the making, and `lock` is locked by the process that makes one. A file becomes an `.jsa` when it is
whole. The key has the paths, sizes and times of the JVM and the jars; the JVM itself checks the jars again.

A JVM runs what its archive says. So no archive is used that a user other than this one and root could have written.
"""

from __future__ import annotations

import contextlib
import os
import re
import stat
import sys
import time
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from bufferbridge._process import jvms
from bufferbridge._reports.log import logger

VARIABLE = "BUFFERBRIDGE_ARCHIVE"

STARTS = 3
"""As many starts without an archive have one made."""

_MOST_STARTS = 1000  # counted; nothing is tried after them
_DAY = 24 * 60 * 60

# The user decides on archives, or the JVM maps none with such an option. Agents may change classes. Few starts have
# options, so the expression is compiled when it is used.
_CONFLICT = (
    r"Xshare|Shared(?:Archive|Spaces|ClassList)|ArchiveClasses|AutoCreateShared|Dynamic(?:Dump|Archive)|AOT|CDS"
    r"|Xlog:(?:\S*[,+])?(?:cds|aot|all)\b"
    r"|Compressed(?:Oops|Class)|CompactObjectHeaders|ObjectAlignment"
    r"|agentlib:|agentpath:|javaagent:|Xrun|Xbootclasspath"
    r"|--patch-module|--upgrade-module-path|--limit-modules|jdk\.module\.|java\.system\.class\.loader"
)

_MAKE = """
import sys
sys.path.append(sys.argv.pop(1))
from bufferbridge._commands import warm
warm.in_background(*sys.argv[1:])
"""


class Choice(NamedTuple):
    """Whether a JVM starts with an archive."""

    file: Path | None
    """Where the archive is, or would be."""

    obstacle: str
    """Why the JVM starts without it, or empty."""

    is_missing: bool = False
    """Whether there is no obstacle but that there is no archive yet."""

    def options(self) -> list[str]:
        """The JVM would print why it does not take an archive, but it does not matter."""
        return [] if self.obstacle else [f"-XX:SharedArchiveFile={self.file}", "-Xlog:cds*=off"]


_running = Choice(None, "this process has started no JVM")


def choose(found: jvms.Jvm, jars: Sequence[str], options: Iterable[str]) -> Choice:
    """Whether that JVM starts with an archive.

    Args:
        found: the JVM.
        jars: the jars of the package.
        options: the texts of the user's options, including those of the environment and of files.
    """
    if os.environ.get(VARIABLE) == "0":
        return Choice(None, f"{VARIABLE}=0")
    for option in options:
        if match := re.search(_CONFLICT, option):
            return Choice(None, f"the options of the JVM have {match[0]!r}")
    try:
        file = place(found, jars)
        if not file.exists():
            return Choice(file, "there is none yet; python -m bufferbridge warm makes it", is_missing=True)
        require_trust(file)
        _note_use(file)
    except Exception as error:  # an audit hook may raise any; no start fails because of an archive
        return Choice(None, str(error))
    return Choice(file, "")


def place(found: jvms.Jvm, jars: Sequence[str]) -> Path:
    """Where the archive for that JVM and these jars is, or would be.

    Raises:
        OSError: there cannot be one.
    """
    base = base_of(found)
    if not base.exists():
        base = found.home / "bin" / "java"
        if not base.exists():
            raise OSError(f"the JVM has neither an archive of its own classes nor {base}, which makes one")
    parts = [_identity(path) for path in (str(found.library), str(base), *jars)]
    key = zlib.crc32("\n".join([found.version, *parts]).encode(errors="surrogateescape"))
    folder = cache_folder()
    if os.pathsep in str(folder):
        raise OSError(f"{folder} has a {os.pathsep!r}, which separates the JVM's archives")
    return folder / f"{found.version}-{key:08x}.jsa"


def base_of(found: jvms.Jvm) -> Path:
    """The archive of the JVM's own classes. JVMs that are made small have none."""
    return found.library.parent / "classes.jsa"


def _identity(path: str) -> str:
    """The seconds of the time, because layers of images have no fractions."""
    found = os.stat(path)
    return f"{path} {found.st_size} {int(found.st_mtime)}"


def cache_folder() -> Path:
    """The folder of archives, which may not exist.

    Raises:
        OSError: this user has no home.
    """
    base = os.environ.get("XDG_CACHE_HOME", "")
    if not os.path.isabs(base):
        base = os.path.expanduser("~/Library/Caches" if sys.platform == "darwin" else "~/.cache")
    if not os.path.isabs(base):
        raise OSError("this user has no home folder, and XDG_CACHE_HOME names no folder")
    return Path(os.path.realpath(base)) / "bufferbridge"


def require_trust(place: Path) -> None:
    """Raises OSError if a user other than this one and root could write the file, or replace it."""
    if os.path.realpath(place) != str(place):
        raise OSError(f"{place} is behind a link")
    for part in (place, *place.parents):
        found = os.stat(part)
        is_shared = stat.S_ISDIR(found.st_mode) and found.st_mode & stat.S_ISVTX  # each owner keeps what is in it
        if found.st_uid not in (0, os.geteuid()):
            raise OSError(f"{part} belongs to another user")
        if found.st_mode & (stat.S_IWGRP | stat.S_IWOTH) and not is_shared:
            raise OSError(f"other users can write {part}")


def make_folder(folder: Path, mode: int = 0o700) -> None:
    """Raises OSError if the folder of archives can neither be found nor be made, or if other users can write it."""
    for part in (folder.parent, folder):
        if not part.exists():
            require_trust(part.parent)
            with contextlib.suppress(FileExistsError):
                part.mkdir(mode)
    require_trust(folder)


def _note_use(file: Path) -> None:
    """Archives that were not used for the longest time are removed first."""
    if time.time() - file.stat().st_mtime > _DAY:
        with contextlib.suppress(OSError):
            os.utime(file)


def of_running() -> Choice:
    """The choice for the JVM that this process has started."""
    return _running


def obstacle_of_jvm(choice: Choice) -> str:
    """Why the JVM does not use the archive that it was given; empty if it does, or where the system does not tell."""
    try:
        maps = Path("/proc/self/maps").read_bytes()
    except OSError:
        return ""
    return "" if os.fsencode(str(choice.file)) in maps else f"the JVM does not take {choice.file}"


def note_start(choice: Choice, found: jvms.Jvm) -> None:
    """A JVM has started. Has an archive made, if there is none and it is time for it."""
    global _running
    _running = choice
    if not choice.is_missing or choice.file is None:
        return
    if os.getpid() == 1 or not Path(sys.executable or "").name.startswith("python"):
        return  # the first process of a container, which gets the children of others; or a program that embeds Python
    try:
        make_folder(choice.file.parent)
        if _is_time(_count_start(choice.file)):
            _make_in_background(choice.file, found)
    except Exception as error:
        logger.debug("no archive of classes is made: %s", error)


def _is_time(starts: int) -> bool:
    """Whether that number is 3, 6, 12, 24 and so on."""
    times = starts // STARTS
    return starts < _MOST_STARTS and starts % STARTS == 0 and times & (times - 1) == 0


def _count_start(file: Path) -> int:
    """Adds a start without that archive, and returns their number."""
    number = os.open(file.with_suffix(".starts"), os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        if os.fstat(number).st_size < _MOST_STARTS:
            os.write(number, b".")
        return os.fstat(number).st_size
    finally:
        os.close(number)


def _make_in_background(file: Path, found: jvms.Jvm) -> None:
    """The shell ends at once. So the process that makes the archive is no child of this one, which never waits for it.

    It writes to no stream: whoever reads this process's output would wait for its end.
    """
    logger.debug("another process makes the archive of classes %s", file)
    package = str(Path(__file__).parents[2])
    program = [sys.executable, "-I", "-S", "-B", "-c", _MAKE, package, str(found.library), str(file)]
    streams = [(os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_RDWR, 0) for number in range(3)]
    shell = os.posix_spawn("/bin/sh", ["sh", "-c", '"$@" &', "sh", *program], os.environ, file_actions=streams)
    with contextlib.suppress(ChildProcessError):  # the user's code waits for all children
        os.waitpid(shell, 0)
