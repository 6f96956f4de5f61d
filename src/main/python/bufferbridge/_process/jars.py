"""The jars of the package: Java's half of bufferbridge, and the two libraries that it needs."""

from __future__ import annotations

from pathlib import Path

from bufferbridge import _native

_FOLDER = Path(__file__).parent.parent / "jars"
_NEEDED = ("bufferbridge", "jna-jpms", "commons-lang3")


def own_jars() -> list[str]:
    """The jars in the package, as absolute paths; the bufferbridge jar comes first.

    Raises:
        RuntimeError: one of them is missing.
    """
    found = [_jar(name) for name in _NEEDED]
    missing = [f"{name}.jar" for name, jar in zip(_NEEDED, found) if jar is None]
    if missing:
        verb = "is" if len(missing) == 1 else "are"
        raise RuntimeError(
            f"the bufferbridge installation is incomplete: {' and '.join(missing)} {verb} missing in {_FOLDER}; "
            "python -m pip install --force-reinstall bufferbridge brings it back"
        )
    return [str(jar.resolve()) for jar in found if jar is not None]


def _jar(name: str) -> Path | None:
    """The jar of that name, with or without more words after it, such as a version."""
    return next(iter(sorted(_FOLDER.glob(f"{name}.jar")) or sorted(_FOLDER.glob(f"{name}-*.jar"))), None)


def jar_path() -> Path:
    """The bufferbridge jar, for the class path of a compiler: classes that implement BufferExporter need it.

    `start` and `adopt` put this jar on the class path themselves.

    In a process that Java started, this is the jar that Java has loaded.

    Raises:
        RuntimeError: the installation is incomplete, or Java has loaded the classes from no file.
    """
    if _FOLDER.exists() or not _native.is_running():
        return Path(own_jars()[0])
    place = _native.internal_class("Diagnosis").place()
    if place is None:
        raise RuntimeError("Java has loaded the bufferbridge classes from no file, so there is no path of a jar")
    return Path(place)
