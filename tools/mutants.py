"""Plants one defect at a time in the product and requires the Python tests to notice.

    mutants.py [<part of a name> ...]

Each mutant is a copy of the Python package under target/mutants, with one file of the product changed: a C file is
compiled and linked with the objects of the build, a Java class is compiled and put into a copy of the jar. The tests
are those of the tree, told by PYTHONPATH to import that copy; the tree itself is not touched. Run after `make build`,
with JAVA_HOME set.

One line for each mutant says which test caught it. Fails if one survives, if the text that a mutant replaces is no
longer in the source exactly once, or if the tests fail without any defect.
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
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "target"
SCRATCH = TARGET / "mutants"
PACKAGE = ROOT / "src/main/python/bufferbridge"
C = "src/main/c"
JAVA = "src/main/java/org/bufferbridge"
SECONDS_A_RUN_MAY_TAKE = 180

# What the unmutated package has to pass, and where the mutants are looked for.
REQUESTS = "test_requests_against_oracle.py"
VALUES = "test_values_against_oracle.py"
LIFETIME = "test_lifetime.py"
KINDS = "test_memory_kinds.py"
ERRORS = "test_exporter_errors.py"
BAD_INPUT = "test_bad_input.py"
CONSUMERS = "test_consumers.py"
GUARDED = "test_guarded_exporters.py"
LEASES = "test_leases.py"

# A test as pytest writes it; a crash's or a hang's is the last that was begun.
TEST = r"(?:\S*/)?(?P<test>\w+\.py(?:::.+?)?)"
MOST_OF_PYTEST = 5  # of its exit statuses; those of a crashed JVM lie above or are negative

CANNOT_PIN = "-ea -XX:+UseSerialGC"


@dataclass(frozen=True)
class Mutant:
    """A defect.

    Attributes:
        name: what is wrong, in words.
        path: the source, from the root.
        old, new: the text that is replaced, which stands there once, and what replaces it.
        tests: what is expected to fail, from python-tests.
        options: of the JVM.
    """

    name: str
    path: str
    old: str
    new: str
    tests: tuple[str, ...]
    options: str = "-ea"


MUTANTS = [
    # ------------------------------------------------------------ what a consumer is told
    Mutant(
        "strides of the wrong dimension",
        f"{JAVA}/Descriptor.java",
        "System.arraycopy(strides, 0, words, HEADER_WORDS + dimensions, dimensions);",
        "System.arraycopy(shape, 0, words, HEADER_WORDS + dimensions, dimensions);",
        (REQUESTS,),
    ),
    Mutant(
        "byte offset ignored",
        f"{JAVA}/Descriptor.java",
        "memory.address() + view.byteOffset()",
        "memory.address()",
        (REQUESTS,),
    ),
    Mutant(
        "read-only memory exported as writable",
        f"{JAVA}/Descriptor.java",
        "(view.isReadOnly() ? READONLY : 0)",
        "0",
        (REQUESTS,),
    ),
    Mutant(
        "readonly mirrored from the request",
        f"{C}/reduce.c",
        ".readonly = (descriptor->flags & BB_READONLY) != 0,",
        ".readonly = !asks(flags, PyBUF_WRITABLE),",
        (REQUESTS,),
    ),
    Mutant(
        "itemsize 1 without a format",
        f"{C}/reduce.c",
        ".itemsize = descriptor->itemsize,",
        ".itemsize = asks(flags, PyBUF_FORMAT) ? descriptor->itemsize : 1,",
        (REQUESTS,),
    ),
    Mutant(
        "len cut to 32 bits",
        f"{C}/reduce.c",
        ".len = descriptor->len,",
        ".len = (int32_t)descriptor->len,",
        (REQUESTS,),
    ),
    Mutant(
        "ndim kept without ND",
        f"{C}/reduce.c",
        ".ndim = shaped ? descriptor->ndim : 1,",
        ".ndim = descriptor->ndim,",
        (REQUESTS,),
    ),
    Mutant(
        "format given without FORMAT",
        f"{C}/reduce.c",
        ".format = asks(flags, PyBUF_FORMAT) ? (char *)bb_descriptor_format(descriptor) : NULL,",
        ".format = (char *)bb_descriptor_format(descriptor),",
        (REQUESTS,),
    ),
    Mutant(
        "strides given for ND",
        f"{C}/reduce.c",
        ".strides = dimensioned && asks(flags, PyBUF_STRIDES)",
        ".strides = dimensioned",
        (REQUESTS,),
    ),
    Mutant(
        "shape of no dimensions not NULL",
        f"{C}/reduce.c",
        "int dimensioned = shaped && descriptor->ndim > 0;",
        "int dimensioned = shaped;",
        (REQUESTS,),
    ),
    Mutant(
        "suboffsets left out",
        f"{C}/reduce.c",
        ".suboffsets = dimensioned && asks(flags, PyBUF_INDIRECT)",
        ".suboffsets = 0",
        (REQUESTS,),
    ),
    Mutant(
        "buf NULL when empty",
        f"{C}/export.c",
        "} else if ((*record)->descriptor.buf == NULL) {",
        "} else if (0) {",
        (REQUESTS,),
    ),
    Mutant(
        "strides of empty views as they were given",
        f"{JAVA}/Geometry.java",
        "this.strides = isEmpty || strides == null ?",
        "this.strides = strides == null ?",
        (REQUESTS,),
    ),
    Mutant(
        "native formats in standard codes",
        f"{JAVA}/BufferView.java",
        "return format.aligned(Alignment.of(alignmentBits())).toString();",
        "return format.unaligned().toString();",
        (REQUESTS,),
    ),
    Mutant(
        "byte order of a typed buffer ignored",
        f"{JAVA}/KnownMemory.java",
        "order == ByteOrder.nativeOrder() ? format : format.withOrder(order);",
        "format;",
        (REQUESTS, KINDS),
    ),
    # ------------------------------------------------------------ what is refused
    Mutant(
        "C_CONTIGUOUS ignored",
        f"{C}/reduce.c",
        "if (asks(flags, PyBUF_C_CONTIGUOUS) && !c_contiguous) {",
        "if (0) {",
        (REQUESTS,),
    ),
    Mutant(
        "F_CONTIGUOUS ignored",
        f"{C}/reduce.c",
        "if (asks(flags, PyBUF_F_CONTIGUOUS) && !f_contiguous) {",
        "if (0) {",
        (REQUESTS,),
    ),
    Mutant(
        "contiguity of single items judged by their strides",
        f"{JAVA}/Geometry.java",
        "if (shape[d] > 1 && strides[d] != expected) {",
        "if (strides[d] != expected) {",
        (REQUESTS,),
    ),
    Mutant(
        "strided memory granted to who takes no strides",
        f"{C}/reduce.c",
        "if (!asks(flags, PyBUF_STRIDES) && !c_contiguous) {",
        "if (0) {",
        (REQUESTS,),
    ),
    Mutant(
        "format without a shape granted",
        f"{C}/reduce.c",
        "if (!asks(flags, PyBUF_ND) && asks(flags, PyBUF_FORMAT)) {",
        "if (0) {",
        (REQUESTS,),
    ),
    Mutant(
        "part of a flag taken for the flag",
        f"{C}/reduce.c",
        "return (flags & group) == group;",
        "return (flags & group) != 0;",
        (REQUESTS,),
    ),
    Mutant(
        "obj set on refusal",
        f"{C}/export.c",
        "    view->obj = NULL;\n    return self->base.class",
        "    view->obj = exporter;\n    return self->base.class",
        (REQUESTS,),
    ),
    Mutant(
        "views that leave their memory allowed",
        f"{JAVA}/Geometry.java",
        "if (lowest < 0 || end > memoryByteSize) {",
        "if (lowest < 0) {",
        (BAD_INPUT, ERRORS),
    ),
    Mutant(
        "alignment not checked",
        f"{JAVA}/Alignment.java",
        "if (actual >= format.alignment()) {",
        "if (actual >= 1) {",
        (BAD_INPUT,),
    ),
    # ------------------------------------------------------------ counts and releases
    Mutant(
        "release lost",
        f"{C}/export.c",
        "    (*env)->CallVoidMethod(env, record->export, bb_java.export.release);\n    jthrowable thrown",
        "    jthrowable thrown",
        (LIFETIME,),
    ),
    Mutant(
        "release of a refused request lost",
        f"{C}/export.c",
        "        give_back(env, self, record);\n        return refuse(self, reason);",
        "        return refuse(self, reason);",
        (REQUESTS, ERRORS),
    ),
    Mutant(
        "release not once",
        f"{JAVA}/Export.java",
        "        hold.letGo();\n        exporter.releaseBuffer(view);",
        "        hold.letGo();\n        exporter.releaseBuffer(view);\n        exporter.releaseBuffer(view);",
        (LIFETIME,),
    ),
    Mutant(
        "release with an equal view instead of the same",
        f"{JAVA}/Export.java",
        "        hold.letGo();\n        exporter.releaseBuffer(view);",
        "        hold.letGo();\n        exporter.releaseBuffer(view.asReadOnly().withFormat(view.format()));",
        (LIFETIME,),
    ),
    Mutant(
        "exports by upcall counted twice",
        f"{C}/export.c",
        "atomic_fetch_add_explicit(&self->exports, 1, memory_order_relaxed);",
        "atomic_fetch_add_explicit(&self->exports, 2, memory_order_relaxed);",
        (LIFETIME,),
    ),
    Mutant(
        "exports of known memory counted twice",
        f"{C}/holding.c",
        "&exports, exports + 1,",
        "&exports, exports + 2,",
        (KINDS,),
    ),
    Mutant(
        "refused request counted",
        f"{C}/export.c",
        "        bb_holding_release(self);\n        return refuse(self, reason);",
        "        return refuse(self, reason);",
        (REQUESTS,),
    ),
    Mutant(
        "Java's count not taken back",
        f"{JAVA}/Export.java",
        "        LIVE.getAndDecrement();\n",
        "",
        (LIFETIME,),
    ),
    Mutant(
        "pending exception lost in release",
        f"{C}/export.c",
        "    atomic_fetch_sub_explicit(&self->exports, 1, memory_order_relaxed);\n    PyErr_Restore(type, value, traceback);",
        "    atomic_fetch_sub_explicit(&self->exports, 1, memory_order_relaxed);\n    Py_XDECREF(type);",
        (BAD_INPUT,),
    ),
    Mutant(
        "exporter's throw in release swallowed",
        f"{C}/export.c",
        "    bb_report_unraisable(env, thrown, (PyObject *)self);\n}\n\n/* A record for",
        "    (void)thrown;\n}\n\n/* A record for",
        (ERRORS,),
    ),
    # ------------------------------------------------------------ memory that stays, and is live
    Mutant(
        "a segment exported as a copy",
        f"{JAVA}/KnownMemory.java",
        "case MemorySegment memory -> BufferView.of(memory);",
        "case MemorySegment memory -> BufferView.of("
        "java.lang.foreign.Arena.ofAuto().allocate(memory.byteSize(), 8).copyFrom(memory));",
        (KINDS,),
    ),
    Mutant(
        "arena not kept open",
        f"{JAVA}/ArenaLock.java",
        "        if (JdkInternals.ACQUIRE_SCOPE == null) {\n            requireNeverClosed(scope);\n            return;\n        }",
        "        if (scope != null) {\n            return;\n        }",
        (KINDS,),
    ),
    Mutant(
        "arena never let go",
        f"{JAVA}/ArenaLock.java",
        "JdkInternals.RELEASE_SCOPE.invokeExact(memory.scope());",
        "memory.scope();",
        (KINDS,),
    ),
    Mutant(
        "ExportArena closed under its holders",
        f"{JAVA}/ExportArena.java",
        "        if (!holders.isEmpty()) {\n            throw",
        "        if (holders == null) {\n            throw",
        (KINDS,),
    ),
    Mutant(
        "memory let go with the last export",
        f"{C}/holding.c",
        "    atomic_fetch_sub_explicit(&buffer->exports, 1, memory_order_release);\n",
        "    atomic_fetch_sub_explicit(&buffer->exports, 1, memory_order_release);\n"
        "    bb_holding_let_go(buffer);\n",
        (KINDS,),
    ),
    Mutant(
        "pin released too early",
        f"{C}/pin.c",
        "    *pin = (bb_pin){global, address};\n    descriptor->buf",
        "    *pin = (bb_pin){NULL, NULL};\n"
        "    (*env)->ReleasePrimitiveArrayCritical(env, global, address, 0);\n    descriptor->buf",
        (KINDS,),
    ),
    Mutant(
        "offset in a pinned array ignored",
        f"{C}/pin.c",
        "descriptor->buf = (char *)address + (intptr_t)descriptor->buf;",
        "descriptor->buf = address;",
        (REQUESTS, KINDS),
    ),
    Mutant(
        "borrowed copy not written back",
        f"{JAVA}/BorrowedCopy.java",
        "            if (writable) {\n                writeBack();\n            }\n",
        "",
        (KINDS,),
        CANNOT_PIN,
    ),
    Mutant(
        "arrays pinned where the collector cannot",
        f"{JAVA}/Pins.java",
        "        if (OBSTACLE != null) {",
        "        if (OBSTACLE != null && OBSTACLE.isEmpty()) {",
        ("test_collectors.py",),
        CANNOT_PIN,
    ),
    Mutant(
        "freed memory exported again",
        f"{C}/holding.c",
        "bool freed = atomic_load(&buffer->freed);",
        "bool freed = false;",
        (KINDS,),
    ),
    Mutant(
        "read-only view of a borrowed array writable",
        "src/main/python/bufferbridge/_memory.py",
        "whole if write else whole.toreadonly() as view",
        "whole as view",
        (KINDS,),
    ),
    Mutant(
        "JNA memory not kept alive by its view",
        f"{JAVA}/JnaMemory.java",
        "unused -> Reference.reachabilityFence(owner)",
        "unused -> Reference.reachabilityFence(address)",
        (BAD_INPUT,),
    ),
    # ------------------------------------------------------------ exporters that change
    Mutant(
        "ExportGuard changes under an export",
        f"{JAVA}/ExportGuard.java",
        '        if (exports > 0) {\n            throw new BufferException("existing exports: " + exports + " are out',
        '        if (exports < 0) {\n            throw new BufferException("existing exports: " + exports + " are out',
        (GUARDED,),
    ),
    Mutant(
        "a writer beside readers",
        f"{JAVA}/ExportGuard.java",
        "if (writer && exports > 0) {",
        "if (writer && exports < 0) {",
        (GUARDED,),
    ),
    Mutant(
        "a reader beside a writer",
        f"{JAVA}/ExportGuard.java",
        "        if (writing) {\n            throw",
        "        if (exports < 0) {\n            throw",
        (GUARDED,),
    ),
    # ------------------------------------------------------------ leases
    Mutant(
        "Python object not locked by a lease",
        f"{C}/lease.c",
        "    lease->object = Py_NewRef(object);\n",
        "    lease->object = Py_NewRef(object);\n"
        "    Py_buffer kept = lease->view;\n    PyBuffer_Release(&lease->view);\n    lease->view = kept;\n"
        "    lease->view.obj = NULL;\n",
        (LEASES,),
    ),
    Mutant(
        "lease not given back",
        f"{C}/lease.c",
        "    give_back(lease);\n    Py_DECREF(lease->object);",
        "    Py_DECREF(lease->object);",
        (LEASES,),
    ),
    Mutant(
        "views of a lease usable after the call",
        f"{JAVA}/PythonBuffer.java",
        "            ownArena.close();\n",
        "",
        (LEASES,),
    ),
    Mutant(
        "read-only Python memory written by Java",
        f"{JAVA}/Lease.java",
        "return isReadOnly(lease) ? view.asReadOnly() : view;",
        "return view;",
        (LEASES,),
    ),
    Mutant(
        "strides of a lease ignored",
        f"{JAVA}/Lease.java",
        "long[] strides = int64s(lease + STRIDES, dimensions);",
        "long[] strides = null;",
        (LEASES,),
    ),
]


# -------------------------------------------------------------------------------- building one


class NotFound(Exception):
    """The text that a mutant replaces is not in the source, or more than once."""


def mutated(mutant: Mutant) -> str:
    source = (ROOT / mutant.path).read_text()
    times = source.count(mutant.old)
    if times != 1:
        raise NotFound(f"its text stands {times} times in {mutant.path}; once is required")
    return source.replace(mutant.old, mutant.new)


def run(command: list[str]) -> None:
    ran = subprocess.run(command, capture_output=True, text=True)
    if ran.returncode != 0:
        raise RuntimeError(f"{shlex.join(command)}\n{ran.stdout}{ran.stderr}")


def compiler_options() -> list[str]:
    """As pom.xml has them, but for the warnings: a defect may leave something unused."""
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
    """The newest object of each C file, as the build left it."""
    newest: dict[str, Path] = {}
    for path in sorted((TARGET / "nar/obj").rglob("*.o"), key=lambda path: path.stat().st_mtime):
        newest[path.name.split(".")[0]] = path
    return {source.stem: newest[source.stem] for source in (ROOT / C).glob("*.c")}


def build_native(folder: Path, source: Path, library: Path) -> None:
    own = folder / f"{source.stem}.o"
    run(["gcc", *compiler_options(), str(source), "-o", str(own)])
    others = [str(path) for stem, path in objects().items() if stem != source.stem]
    link = shlex.split(sysconfig.get_config_var("LDSHARED"))
    run([*link, "-pthread", str(own), *others, "-ldl", "-o", str(library)])


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
    """A folder with the package, which has the defect, if any."""
    folder = SCRATCH / (re.sub(r"\W+", "-", mutant.name) if mutant else "none")
    shutil.rmtree(folder, ignore_errors=True)
    package = folder / "bufferbridge"
    jars = package / "jars"
    jars.mkdir(parents=True)
    for file in [*PACKAGE.glob("*.py*"), PACKAGE / "py.typed"]:
        shutil.copy(file, package)
    library = package / "_native.abi3.so"
    library.symlink_to((PACKAGE / library.name).resolve())
    for jar in (PACKAGE / "jars").glob("*.jar"):
        (jars / jar.name).symlink_to(jar.resolve())
    if mutant is None:
        return folder
    text = mutated(mutant)
    place = package if mutant.path.endswith(".py") else folder
    source = place / Path(mutant.path).name
    source.write_text(text)
    if source.suffix == ".c":
        library.unlink()
        build_native(folder, source, library)
    elif source.suffix == ".java":
        (jars / "bufferbridge.jar").unlink()
        build_jar(folder, source, jars / "bufferbridge.jar")
    return folder


# ------------------------------------------------------------------------------------- testing


def failure(folder: Path, tests: tuple[str, ...], options: str) -> str | None:
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
                cwd=folder,  # where a crashed JVM leaves its report
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                timeout=SECONDS_A_RUN_MAY_TAKE,
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
    if status is not None and 0 < status <= MOST_OF_PYTEST:
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
    """Whether the tests pass without a defect: else they would catch whatever there is."""
    folder = build(None)
    for options in dict.fromkeys(mutant.options for mutant in mutants):
        tests = {test: None for mutant in mutants if mutant.options == options for test in mutant.tests}
        failed = failure(folder, tuple(tests), options)
        if failed is not None:
            print(f"without a defect and with {options}: {failed}; see {folder / 'tests.log'}")
            return False
    return True


def main(parts: list[str]) -> int:
    begun = time.monotonic()
    chosen = [mutant for mutant in MUTANTS if not parts or any(part in mutant.name for part in parts)]
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
