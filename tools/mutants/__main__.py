"""Plants one defect at a time in the product and requires the Python tests to notice.

    mutants [<part of a name> ...]

Each mutant is a copy of the Python package under target/mutants, with one changed file of the product. A C file is
compiled and linked with the objects of the build. A Java class is compiled and put into a copy of the jar. The tests of
the tree run with a PYTHONPATH that makes them import the copy. The tree itself does not change. Run this after
`make build`, with JAVA_HOME set. Where tools/test/ecosystem has put Arrow Java, its defects are planted instead.

One line for each mutant names the test that caught it. The run fails if a mutant survives, or if the tests fail without
a defect. It also fails if the text that a mutant replaces is not in the source exactly once.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import sysconfig
import time
import xml.etree.ElementTree as ElementTree
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from defects import MUTANTS, MUTANTS_OF_ARROW, PYTHON, C, Mutant

ROOT = Path(__file__).resolve().parents[2]
TARGET = ROOT / "target"
SCRATCH = TARGET / "mutants"
PACKAGE = ROOT / PYTHON
SECONDS_A_RUN_MAY_TAKE = 300

# A line of pytest that names a test. After a crash or a hang, the last such line names the test that was running.
TEST = r"(?:\S*/)?(?P<test>\w+\.py(?:::.+?)?)"
MAX_OF_PYTEST = 5  # pytest's largest exit status; that of a crashed JVM is larger or negative

# -------------------------------------------------------------------------------- building one


class NotFound(Exception):
    """The text that a mutant replaces is not in the source exactly once."""


def mutated(mutant: Mutant) -> str:
    source = (ROOT / mutant.path).read_text()
    places = mutant.places(source)
    if len(places) != 1:
        raise NotFound(f"its text stands {len(places)} times in {mutant.path}; once is required")
    return source[: places[0].start()] + mutant.new + source[places[0].end() :]


def run(command: list[str]) -> None:
    ran = subprocess.run(command, capture_output=True, text=True)
    if ran.returncode != 0:
        raise RuntimeError(f"{shlex.join(command)}\n{ran.stdout}{ran.stderr}")


def compiler_options() -> list[str]:
    """The options of pom.xml without the warnings, because a defect may leave something unused."""
    namespace = {"m": "http://maven.apache.org/POM/4.0.0"}
    pom = ElementTree.parse(ROOT / "pom.xml")
    options = [option.text or "" for option in pom.iterfind(".//m:c/m:options/m:option", namespace)]
    defines = [f"-D{define.text}" for define in pom.iterfind(".//m:c/m:defines/m:define", namespace)]
    java = Path(os.environ["JAVA_HOME"], "include")
    platform = "darwin" if sys.platform == "darwin" else "linux"
    headers = (TARGET / "native/python.headers").read_text().strip()
    includes = [ROOT / "include", ROOT / C, java, java / platform, headers]
    kept = [option for option in options if not option.startswith("-W")]
    return [*kept, *defines, *(f"-I{folder}" for folder in includes)]


def objects() -> dict[str, Path]:
    """The newest object of each C file that the build made."""
    newest: dict[str, Path] = {}
    for path in sorted((TARGET / "nar/obj").rglob("*.o"), key=lambda path: path.stat().st_mtime):
        newest[path.name.split(".")[0]] = path
    return {source.stem: newest[source.stem] for source in (ROOT / C).rglob("*.c")}


def compiled(folder: Path, source: Path) -> Path:
    made = folder / f"{source.stem}.o"
    run(["gcc", f"-I{folder}", *compiler_options(), str(source), "-o", str(made)])
    return made


def build_native(folder: Path, source: Path, library: Path) -> None:
    """Links the library with the changed source.

    If the source is a header, all C files are compiled again. The compiler finds the changed header in `folder` first.
    """
    made = objects()
    for path in [source] if source.suffix == ".c" else (ROOT / C).rglob("*.c"):
        made[path.stem] = compiled(folder, path)
    link = shlex.split(sysconfig.get_config_var("LDSHARED"))
    run([*link, "-pthread", *map(str, made.values()), "-ldl", "-o", str(library)])


def build_jar(folder: Path, source: Path, jar: Path) -> None:
    classes = folder / "classes"
    path = os.pathsep.join(map(str, [TARGET / "classes", *sorted((TARGET / "jars").glob("*.jar"))]))
    javac = str(Path(os.environ["JAVA_HOME"], "bin", "javac"))
    run([javac, "-nowarn", "-parameters", "--release", "22", "-cp", path, "-d", str(classes), str(source)])
    changed = {str(file.relative_to(classes)): file for file in classes.rglob("*.class")}
    with zipfile.ZipFile(TARGET / "bufferbridge.jar") as whole, zipfile.ZipFile(jar, "w") as copy:
        for entry in whole.infolist():
            content = changed[entry.filename].read_bytes() if entry.filename in changed else whole.read(entry)
            copy.writestr(entry, content)


def build(mutant: Mutant | None) -> Path:
    """A folder with the package, which has the given defect or none."""
    folder = SCRATCH / (re.sub(r"\W+", "-", mutant.name) if mutant else "none")
    shutil.rmtree(folder, ignore_errors=True)
    package = folder / "bufferbridge"
    shutil.copytree(PACKAGE, package, ignore=shutil.ignore_patterns("*.so", "jars", "__pycache__"))
    jars = package / "jars"
    jars.mkdir()
    library = package / "_native.abi3.so"
    library.symlink_to((PACKAGE / library.name).resolve())
    for jar in (PACKAGE / "jars").glob("*.jar"):
        (jars / jar.name).symlink_to(jar.resolve())
    if mutant is None:
        return folder
    text = mutated(mutant)
    place, root = (package, PYTHON) if mutant.path.endswith(".py") else (folder, C)
    path = Path(mutant.path)
    source = place / (path.relative_to(root) if path.is_relative_to(root) else path.name)
    source.parent.mkdir(parents=True, exist_ok=True)
    source.write_text(text)
    if (package / mutant.path).is_file():
        (package / mutant.path).write_text(text)  # the header of the C API, which users compile against
    if source.suffix in (".c", ".h"):
        library.unlink()
        build_native(folder, source, library)
    elif source.suffix == ".java":
        (jars / "bufferbridge.jar").unlink()
        build_jar(folder, source, jars / "bufferbridge.jar")
    elif source.suffix != ".py":
        raise ValueError(f"{mutant.path}: a source of C, a header, Java or Python is required")
    return folder


# ------------------------------------------------------------------------------------- testing


def failure(folder: Path, tests: tuple[str, ...], options: str, seconds: int = SECONDS_A_RUN_MAY_TAKE) -> str | None:
    """The test that failed, or that was running when the process crashed or hung; None if all passed."""
    command = [sys.executable, "-m", "pytest", "-vv", "-rfE", "-x", "-p", "no:cacheprovider", "--tb=no"]
    command += ["-c", str(ROOT / "pyproject.toml"), "--rootdir", str(ROOT)]
    command += [str(ROOT / "python-tests" / test) for test in tests]
    environment = {
        **os.environ,
        "PYTHONPATH": str(folder),
        "PYTHONUNBUFFERED": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "BUFFERBRIDGE_TEST_JVM_OPTIONS": options,
    }
    log = folder / "tests.log"
    with log.open("w") as output:
        try:
            ran = subprocess.run(
                command,
                cwd=folder,  # a crashed JVM writes its report here
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                timeout=seconds,
            )
            status: int | None = ran.returncode
        except subprocess.TimeoutExpired:
            status = None
    if status == 0:
        return None
    text = log.read_text(errors="replace")
    if status == 1:
        failed = re.search(rf"^(FAILED|ERROR) {TEST}(?: - .*)?$", text, re.MULTILINE)
        return failed.group("test") if failed else f"pytest's status {status}, no test that failed"
    if status is not None and 0 < status <= MAX_OF_PYTEST:
        return f"pytest's status {status}"
    started = re.findall(rf"^{TEST} ", text, re.MULTILINE)
    return f"a {'hang' if status is None else 'crash'} in {started[-1] if started else 'the start'}"


def judge(mutant: Mutant) -> tuple[bool, str]:
    try:
        folder = build(mutant)
    except NotFound as missing:
        return False, f"{mutant.name}: NOT FOUND, {missing}"
    except RuntimeError as error:
        return False, f"{mutant.name}: NOT BUILT\n{error}"
    caught_by = failure(folder, mutant.tests, mutant.options)
    if caught_by is None:
        return False, f"{mutant.name}: SURVIVED {' '.join(mutant.tests)} ({mutant.path})"
    if caught_by.startswith("pytest's status"):
        return False, f"{mutant.name}: NOT TESTED, {caught_by}; see {folder / 'tests.log'}"
    shutil.rmtree(folder, ignore_errors=True)
    return True, f"{mutant.name}: caught by {caught_by}"


def sound(mutants: list[Mutant]) -> bool:
    """Whether the tests pass without a defect. If they fail, they prove nothing about the mutants."""
    folder = build(None)
    for options in dict.fromkeys(mutant.options for mutant in mutants):
        tests = {test: None for mutant in mutants if mutant.options == options for test in mutant.tests}
        failed = failure(folder, tuple(tests), options, SECONDS_A_RUN_MAY_TAKE * 6)  # all tests
        if failed is not None:
            print(f"without a defect and with {options}: {failed}; see {folder / 'tests.log'}")
            return False
    return True


def main(parts: list[str]) -> int:
    begun = time.monotonic()
    planted = MUTANTS_OF_ARROW if os.environ.get("BUFFERBRIDGE_TEST_ARROW_JAVA") else MUTANTS
    chosen = [mutant for mutant in planted if not parts or any(part in mutant.name for part in parts)]
    if not sound(chosen):
        return 1
    failed = 0
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for caught, line in pool.map(judge, chosen):
            failed += not caught
            print(line, flush=True)
    print(f"mutants: {len(chosen) - failed} of {len(chosen)} caught ({time.monotonic() - begun:.0f} s)")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
