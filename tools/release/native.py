"""Compiles the native library outside Maven: for each platform of a release, and for the machine of an sdist's user.

Zig's C compiler makes the libraries of a release. It has the headers and the stubs of each C library, so one machine
builds for all. The compiler that CC names makes the library of an sdist. The flags stand here once for both.
"""

from __future__ import annotations

import hashlib
import os
import platform
import shlex
import shutil
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PLACE = ROOT / "target" / "natives"

# Python's interface is the stable ABI of 3.11. pom.xml has the same flags; test_packaging.py compares them.
COMPILE = [
    "-std=c17",
    "-O2",
    "-falign-functions=64",
    "-fPIC",
    "-pthread",
    "-fexceptions",
    "-fvisibility=hidden",
    "-fstack-protector",
    "-U_FORTIFY_SOURCE",
    "-D_FORTIFY_SOURCE=2",
    "-D_GNU_SOURCE",
    "-DPy_LIMITED_API=0x030B0000",
]
WARNINGS = ["-Wall", "-Wextra", "-Wconversion", "-Werror"]
# gcc omits the frame pointer by itself, and Zig's compiler does not. The rest is for ELF only: Zig links macOS's
# libraries without optimising across files. Without all these an export needs a fifth more instructions than gcc's.
ZIG = ["-fomit-frame-pointer"]
ZIG_ELF = ["-fno-plt", "-flto"]
# No relocation and no entry of the procedure table can be written once the library is loaded.
LINK_ELF = ["-Wl,-z,relro", "-Wl,-z,now", "-Wl,-z,noexecstack"]
# The interpreter has Python's symbols.
LINK_MACOS = ["-Wl,-undefined,dynamic_lookup"]
INSTALL_NAME = "-Wl,-install_name,@rpath/libbufferbridge.dylib"


@dataclass(frozen=True)
class Platform:
    """A platform of a release."""

    name: str
    target: str  # Zig's name
    tag: str  # of the wheel
    jar_folder: str  # in the jar: the folder that JNA looks in, but for musl
    suffix: str = "so"

    @property
    def library(self) -> Path:
        """The stripped library, once it is compiled."""
        return PLACE / self.name / f"libbufferbridge.{self.suffix}"

    @property
    def debug_file(self) -> Path:
        """The same library with its debug information. For macOS it has none: that stays in Zig's object files."""
        return self.library.with_name(self.library.name + ".debug")

    @property
    def jna_folder(self) -> str:
        """Where JNA's own library for this platform lies in JNA's jar. Its one for Linux runs on musl too."""
        return "com/sun/jna/" + self.jar_folder.replace("linux-musl", "linux")


# The versions are the oldest that Zig and the JDK know: glibc 2.17, musl 1.2, macOS 11.
PLATFORMS = [
    Platform("manylinux-x86_64", "x86_64-linux-gnu.2.17", "manylinux_2_17_x86_64.manylinux2014_x86_64", "linux-x86-64"),
    Platform(
        "manylinux-aarch64", "aarch64-linux-gnu.2.17", "manylinux_2_17_aarch64.manylinux2014_aarch64", "linux-aarch64"
    ),
    Platform("musllinux-x86_64", "x86_64-linux-musl", "musllinux_1_2_x86_64", "linux-musl-x86-64"),
    Platform("musllinux-aarch64", "aarch64-linux-musl", "musllinux_1_2_aarch64", "linux-musl-aarch64"),
    Platform("macos-x86_64", "x86_64-macos.11.0", "macosx_11_0_x86_64", "darwin-x86-64", "dylib"),
    Platform("macos-arm64", "aarch64-macos.11.0", "macosx_11_0_arm64", "darwin-aarch64", "dylib"),
    # Windows would stand here, once its system layer is written: it needs jni_md.h and pyconfig.h of its own.
]


def named(name: str) -> Platform:
    for each in PLATFORMS:
        if each.name == name:
            return each
    raise SystemExit(f"there is no platform {name!r}; the platforms are {', '.join(p.name for p in PLATFORMS)}")


def of_this_machine() -> Platform:
    machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(platform.machine().lower(), platform.machine().lower())
    if sys.platform == "darwin":
        return named("macos-arm64" if machine == "aarch64" else f"macos-{machine}")
    return named(
        f"{'musllinux' if 'musl' in (sysconfig.get_config_var('HOST_GNU_TYPE') or '') else 'manylinux'}-{machine}"
    )


# ------------------------------------------------------------------------------------------------------ of a release


def compile_for(wanted: Platform) -> None:
    """Compiles the library of a platform, stripped and with its debug information, unless nothing has changed.

    Raises:
        SystemExit: the compiler, a header or a JDK is missing, or the source does not compile.
    """
    headers, jni = _asked("find-python", "--headers"), Path(_asked("find-jdk").split(" ", 1)[1], "include")
    sources, key = _sources(), _key(wanted, Path(headers))
    record = wanted.library.with_name("key")
    if wanted.debug_file.exists() and wanted.library.exists() and record.exists() and record.read_text() == key:
        return
    shutil.rmtree(wanted.library.parent, ignore_errors=True)
    wanted.library.parent.mkdir(parents=True)
    elf = wanted.suffix == "so"
    musl = "musl" in wanted.target
    command = [
        *_zig(wanted),
        *COMPILE,
        *WARNINGS,
        *ZIG,
        *(ZIG_ELF if elf else []),
        "-g",
        # musl ends a thread without unwinding its stack, and has no library that unwinds.
        *(["-fno-exceptions"] if musl else []),
        f"-ffile-prefix-map={ROOT}=.",
        f"-ffile-prefix-map={jni}=jdk",
        f"-I{jni}",
        f"-I{_md_folder(jni)}",
        f"-isystem{_python_headers(Path(headers))}",
        *_own_folders(),
        "-shared",
        *sources,
        *([*LINK_ELF, "-ldl", f"-Wl,--build-id=0x{key[:40]}"] if elf else [*LINK_MACOS, INSTALL_NAME]),
        *([] if musl or not elf else [str(_libgcc(wanted))]),
    ]
    # Linked twice: Zig has no tool that takes debug information out. The build id tells that the two belong together.
    for output, options in ((wanted.debug_file, []), (wanted.library, ["-s"])):
        subprocess.run([*command, *options, "-o", str(output)], cwd=ROOT, check=True)
    record.write_text(key)


def _asked(tool: str, *arguments: str) -> str:
    answer = subprocess.run([str(ROOT / "tools" / tool), *arguments], stdout=subprocess.PIPE, text=True)
    if answer.returncode:
        raise SystemExit(answer.returncode)
    return answer.stdout.strip()


def _sources() -> list[str]:
    return [str(file.relative_to(ROOT)) for file in sorted((ROOT / "src/main/c").glob("*/*.c"))]


def _own_folders() -> list[str]:
    return [f"-I{ROOT / 'include'}", "-iquote", str(ROOT / "src/main/c")]


def _zig(wanted: Platform) -> list[str]:
    return [sys.executable, "-m", "ziglang", "cc", "-target", wanted.target]


def _key(wanted: Platform, headers: Path) -> str:
    """A hash of all that the library is made of, without the folder it is made in."""
    options = (COMPILE, WARNINGS, ZIG, ZIG_ELF, LINK_ELF, LINK_MACOS, INSTALL_NAME)
    content = hashlib.sha256(repr((wanted, options)).encode())
    files = [*sorted((ROOT / "include").glob("*.h")), *sorted((ROOT / "src/main/c").rglob("*.[ch]")), Path(__file__)]
    for file in [*files, headers / "patchlevel.h"]:
        content.update(file.name.encode() + b"\0" + file.read_bytes())
    return content.hexdigest()


def _md_folder(jni: Path) -> Path:
    """The folder of jni_md.h, which is one text for all Unix systems."""
    return next(folder for folder in (jni / "linux", jni / "darwin") if folder.exists())


def _python_headers(installed: Path) -> Path:
    """A copy of Python's headers with a pyconfig.h that suits each 64-bit Unix system."""
    copy = PLACE / "python"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(installed, copy, ignore=shutil.ignore_patterns("internal", "pyconfig.h"))
    shutil.copy(Path(__file__).with_name("pyconfig.h"), copy)
    return copy


def _libgcc(wanted: Platform) -> Path:
    """A stub of libgcc_s, to link with.

    glibc unwinds a stack with libgcc_s. Zig would put an unwinder of its own into the library, and two unwinders do
    not understand each other.
    """
    folder = wanted.library.parent / "libgcc"
    folder.mkdir()
    stub, symbols, library = (folder / name for name in ("stub.c", "symbols", "libgcc_s.so.1"))
    stub.write_text("void __gcc_personality_v0(void) {}\nvoid _Unwind_Resume(void) {}\n")
    symbols.write_text("GCC_3.0 { _Unwind_Resume; };\nGCC_3.3.1 { __gcc_personality_v0; };\n")
    options = ["-shared", "-nostdlib", f"-Wl,-soname,{library.name}", f"-Wl,--version-script={symbols}"]
    subprocess.run([*_zig(wanted), *options, str(stub), "-o", str(library)], check=True)
    return library


# ------------------------------------------------------------------------------------------------------- of an sdist


def compile_here(library: Path, *, is_trial: bool = False) -> None:
    """Compiles the library for the running interpreter, with CC, CFLAGS, CPPFLAGS and LDFLAGS.

    Args:
        library: the file to make.
        is_trial: whether a free-threaded CPython is served, by its whole interface, for tests.

    Raises:
        SystemExit: the compiler, Python.h or a JDK is missing, or the source does not compile.
    """
    is_free_threaded = bool(sysconfig.get_config_var("Py_GIL_DISABLED"))
    if is_free_threaded and not is_trial:
        raise SystemExit("bufferbridge does not support free-threaded CPython; build it with a CPython that has a GIL")
    compiler = _compiler()
    headers = Path(sysconfig.get_path("include"))
    if not (headers / "Python.h").exists():
        raise SystemExit(f"bufferbridge needs the headers of CPython, and there is no {headers / 'Python.h'}")
    jni = Path(_asked("find-jdk").split(" ", 1)[1], "include")
    given = {name: shlex.split(os.environ.get(name, "")) for name in ("CFLAGS", "CPPFLAGS", "LDFLAGS")}
    library.parent.mkdir(parents=True, exist_ok=True)
    command = [
        *compiler,
        *(flag for flag in COMPILE if not (is_free_threaded and flag.startswith("-DPy_LIMITED_API"))),
        f"-ffile-prefix-map={ROOT}=.",
        f"-I{jni}",
        f"-I{_md_folder(jni)}",
        f"-isystem{headers}",
        *_own_folders(),
        *given["CPPFLAGS"],
        *given["CFLAGS"],
        "-shared",
        *_sources(),
        *(LINK_MACOS if sys.platform == "darwin" else [*LINK_ELF, "-ldl"]),
        # Debug information is for those who ask for it.
        *(
            []
            if any(flag.startswith("-g") for flag in given["CFLAGS"])
            else ["-g0", "-Wl,-s" if sys.platform != "darwin" else "-Wl,-x"]
        ),
        *given["LDFLAGS"],
        "-o",
        str(library),
    ]
    print("bufferbridge:", shlex.join(command), file=sys.stderr)
    status = subprocess.run(command, cwd=ROOT).returncode
    if status:
        raise SystemExit(f"bufferbridge: {compiler[0]} failed with status {status}")


def _compiler() -> list[str]:
    """What CC says; without it the compiler that Python was built with, or the system's, which Python need not have."""
    given = os.environ.get("CC")
    candidates = [shlex.split(given)] if given else [shlex.split(sysconfig.get_config_var("CC") or "cc"), ["cc"]]
    for command in candidates:
        if shutil.which(command[0]):
            return command
    missing = " and no ".join(dict.fromkeys(command[0] for command in candidates))
    raise SystemExit(f"bufferbridge needs a C compiler, and there is no {missing}: install one, or set CC")


def gather(platforms: list[Platform]) -> None:
    """Lays the libraries out as the jar of the release has them."""
    shutil.rmtree(PLACE / "jar", ignore_errors=True)
    for each in platforms:
        folder = PLACE / "jar" / each.jar_folder
        folder.mkdir(parents=True)
        shutil.copy(each.library, folder)


def main(arguments: list[str]) -> None:
    """Prints names of platforms, or compiles for the platforms that are named, or for tests of this interpreter."""
    if arguments[:1] == ["--trial"]:
        compile_here(Path(arguments[1]), is_trial=True)
        return
    if arguments[:1] == ["--names"]:
        print(*(each.name for each in (PLATFORMS if arguments[1] == "--all" else [of_this_machine()])), sep="\n")
        return
    platforms = [named(name) for name in arguments]
    for each in platforms:
        compile_for(each)
        print(f"{each.name}: {each.library.relative_to(ROOT)}, {each.library.stat().st_size} bytes")
    gather(platforms)


if __name__ == "__main__":
    main(sys.argv[1:])
