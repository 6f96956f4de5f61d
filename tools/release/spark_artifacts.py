"""What is released of the Spark module: its jars, its wheel, and the files for Maven Central.

    spark_artifacts.py stage [--release]    the folder target/spark-wheel, in which the wheel is built
    spark_artifacts.py check <wheel>        checks the wheel

A jar of tools/build-spark has the native library of this machine. That of a release has the libraries of all
platforms, from the jar of the main release. Its entries are sorted and have one time, so that two builds are the same
bytes.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import version

import native

ROOT = native.ROOT
BUILT = ROOT / "target" / "spark"
STAGED = ROOT / "target" / "spark-wheel"
PACKAGE = ROOT / "spark" / "package"
MAVEN = ROOT / "dist" / "spark" / "maven"
TIME = (2026, 1, 1, 0, 0, 0)
OWN = ("META-INF/MANIFEST.MF", "module-info.class")
"""What the jar of the main release has and the Spark module's must not take from it."""
NEEDED = (
    "META-INF/LICENSE",
    "META-INF/NOTICE",
    "_bufferbridge_spark/__init__.py",
    "org/bufferbridge/Python.class",
    "org/bufferbridge/spark/BufferbridgeExtensions.class",
    "org/apache/arrow/c/Data.class",
    "com/sun/jna/Native.class",
)
MAX_BYTES = 12_000_000


def content(jar: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(jar) as file:
        return {name: file.read(name) for name in file.namelist() if not name.endswith("/")}


def write(jar: Path, entries: dict[str, bytes]) -> None:
    """Write a jar whose manifest comes first, as Java's tools expect."""
    jar.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(jar, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as file:
        for name in sorted(entries, key=lambda name: (name != OWN[0], name)):
            entry = zipfile.ZipInfo(name, TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            file.writestr(entry, entries[name])


def minors() -> dict[str, Path]:
    """The jars with all that Spark lacks, by the names that they have in a repository."""
    found = {jar.name.split("-all.jar")[0]: jar for jar in sorted(BUILT.rglob("*-all.jar"))}
    if not found:
        raise SystemExit(f"there is no jar in {BUILT}; `make test-spark` or `make wheel-spark` builds one")
    return found


def stage(is_release: bool) -> None:
    shutil.rmtree(STAGED, ignore_errors=True)
    shutil.copytree(PACKAGE, STAGED, ignore=shutil.ignore_patterns("__pycache__", "*.xml"))
    shutil.copy(ROOT / "LICENSE", STAGED)
    shutil.copy(ROOT / "spark" / "NOTICE", STAGED)
    of_all_platforms: dict[str, bytes] = {}
    if is_release:
        of_all_platforms = content(ROOT / "target" / f"bufferbridge-{version.main(ROOT)}.jar")
    for name, built in minors().items():
        entries = content(built)
        entries |= {name: data for name, data in of_all_platforms.items() if name not in (*OWN, "META-INF/NOTICE")}
        write(STAGED / "bufferbridge_spark" / "jars" / f"{name}.jar", entries)
        if is_release:
            for_central(name)
    print(*sorted(path.relative_to(STAGED) for path in STAGED.rglob("*") if path.is_file()), sep="\n")


def for_central(name: str) -> None:
    """The four files that Maven Central wants. The jar has all that Spark lacks, so its pom has no dependencies."""
    MAVEN.mkdir(parents=True, exist_ok=True)
    shutil.copy(STAGED / "bufferbridge_spark" / "jars" / f"{name}.jar", MAVEN)
    artifact, _, number = name.rpartition("-")
    minor = artifact.split("-")[-1].split("_")[0]
    pom = (PACKAGE / "published.xml").read_text(encoding="utf-8")
    (MAVEN / f"{name}.pom").write_text(pom.format(artifact=artifact, version=number, minor=minor), encoding="utf-8")
    manifest = {OWN[0]: b"Manifest-Version: 1.0\r\n\r\n"}
    source = ROOT / "spark" / "src"
    files = [path for path in source.rglob("*") if path.is_file() and path.suffix in (".java", ".scala", ".py")]
    kept = [path for path in files if path.relative_to(source).parts[0] in ("main", "entry", minor)]
    write(MAVEN / f"{name}-sources.jar", manifest | {str(path.relative_to(source)): path.read_bytes() for path in kept})
    # The module has no API for programs; what there is to say stands in these two pages.
    pages = {
        "guide.md": (ROOT / "docs" / "guides" / "spark.md").read_bytes(),
        "README.md": (ROOT / "spark" / "README.md").read_bytes(),
    }
    write(MAVEN / f"{name}-javadoc.jar", manifest | pages)


def check(wheel: Path) -> None:
    problems: list[str] = []
    for command in (["twine", "check", "--strict"], ["check_wheel_contents"]):
        ended = subprocess.run([sys.executable, "-m", *command, str(wheel)], capture_output=True, text=True)
        if ended.returncode:
            problems.append(ended.stdout + ended.stderr)
    entries = content(wheel)
    number = version.main(ROOT)
    if not wheel.name.startswith(f"bufferbridge_spark-{number}-py3-none-"):
        problems.append(f"the wheel is not of version {number}, or of another tag")
    for name in ("LICENSE", "NOTICE"):
        if f"bufferbridge_spark-{number}.dist-info/licenses/{name}" not in entries:
            problems.append(f"no {name}")
    if wheel.stat().st_size > MAX_BYTES:
        problems.append(f"{wheel.stat().st_size} bytes; at most {MAX_BYTES} required")
    jars = [name for name in entries if name.endswith(".jar")]
    if sorted(Path(jar).stem for jar in jars) != sorted(minors()):
        problems.append(f"the jars {jars}; {sorted(minors())} are required")
    every = [platform for platform in native.PLATFORMS if wheel.name.endswith("-any.whl")]
    for jar in jars:
        with zipfile.ZipFile(wheel) as outer, outer.open(jar) as inner, zipfile.ZipFile(inner) as file:
            names = file.namelist()
            libraries = [name for name in names if re.search(r"/libbufferbridge\.\w+$", name)]
            problems += [f"{jar} has no {name}" for name in NEEDED if not any(each.endswith(name) for each in names)]
            missing = [each.name for each in every if f"{each.jar_folder}/{each.library.name}" not in libraries]
            if missing or not libraries:
                problems.append(f"{jar} has the libraries {libraries}, and none for {missing}")
            if len(names) != len(set(names)):
                problems.append(f"{jar} has entries of one name")
    print("\n".join(problems) or f"{wheel.name}: ok")
    sys.exit(bool(problems))


if __name__ == "__main__":
    if sys.argv[1] == "stage":
        stage("--release" in sys.argv[2:])
    else:
        check(Path(sys.argv[2]))
