"""Checks wheels and sdists by themselves, without running them.

    check_artifacts.py <wheel or sdist> ...

Known tools check the metadata (twine), the contents (check-wheel-contents), Python's symbols (abi3audit) and glibc's
(auditwheel, by the tag). The rest is checked here: the tag, the size, and how the library is hardened. It must name no
folder of the machine that compiled it.
"""

from __future__ import annotations

import struct
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

from elftools.elf.dynamic import DynamicSection
from elftools.elf.elffile import ELFFile

import native

MAX_BYTES = 2_500_000
LIBRARY = "bufferbridge/_native.abi3.so"
FOR_COMPILERS = ("bufferbridge/include/bufferbridge_api.h", "bufferbridge/__init__.pxd")
MACHINES = {"x86_64": "EM_X86_64", "aarch64": "EM_AARCH64"}
MUSL = {"libc.so"}
GLIBC = {"libgcc_s.so.1", "libc.so.6", "libpthread.so.0", "libdl.so.2", "ld-linux-aarch64.so.1"}
# Of a Mach-O file: the magic number, the processors, load commands, flags.
MACHO_MAGIC, MACHO_PROCESSORS = 0xFEEDFACF, {"x86_64": 0x01000007, "arm64": 0x0100000C}
BUILD_VERSION, CODE_SIGNATURE = 0x32, 0x1D

problems: list[str] = []


def require(holds: bool, what: str, about: Path) -> None:
    if not holds:
        problems.append(f"{about.name}: {what}")


def tool(about: Path, *command: str) -> str:
    ended = subprocess.run(
        [sys.executable, "-m", *command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    require(ended.returncode == 0, f"{' '.join(command[:2])} failed:\n{ended.stdout}", about)
    return " ".join(ended.stdout.split())


def check_wheel(wheel: Path) -> None:
    tool(wheel, "twine", "check", "--strict", str(wheel))
    tool(wheel, "check_wheel_contents", str(wheel))
    tool(wheel, "abi3audit", "--strict", str(wheel))
    tag = wheel.stem.split("-", 4)[-1]
    platform = next((each for each in native.PLATFORMS if each.tag == tag), None)
    require(platform is not None, f"the tag {tag} is that of no platform", wheel)
    require(wheel.stat().st_size <= MAX_BYTES, f"{wheel.stat().st_size} bytes; at most {MAX_BYTES} required", wheel)
    with zipfile.ZipFile(wheel) as content, tempfile.TemporaryDirectory() as folder:
        library = Path(content.extract(LIBRARY, folder))
        names = content.namelist()
        for needed in FOR_COMPILERS:
            require(needed in names, f"no {needed}", wheel)
        for needed in ("LICENSE", "NOTICE"):
            require(any(name.endswith(f".dist-info/licenses/{needed}") for name in names), f"no {needed}", wheel)
        with zipfile.ZipFile(content.extract("bufferbridge/jars/jna-jpms.jar", folder)) as jna:
            dispatchers = [name for name in jna.namelist() if "jnidispatch" in name]
        require(len(dispatchers) == 1, f"JNA's jar has the native libraries {dispatchers}; one is required", wheel)
        if platform is not None:
            require(dispatchers[0].startswith(platform.jna_folder + "/"), f"JNA's library is {dispatchers}", wheel)
            (check_elf if platform.suffix == "so" else check_macho)(library, platform, wheel)
        require(str(native.ROOT).encode() not in library.read_bytes(), f"the library names {native.ROOT}", wheel)
    if "manylinux" in tag:
        shown = tool(wheel, "auditwheel", "show", str(wheel))
        policy = tag.split(".")[0]
        require(f'consistent with the following platform tag: "{policy}"' in shown, f"no {policy}: {shown}", wheel)


def check_elf(library: Path, platform: native.Platform, wheel: Path) -> None:
    with library.open("rb") as file:
        elf = ELFFile(file)
        require(elf["e_machine"] == MACHINES[platform.target.split("-")[0]], f"is for {elf['e_machine']}", wheel)
        segments = {segment["p_type"]: segment for segment in elf.iter_segments()}
        require("PT_GNU_RELRO" in segments, "no RELRO", wheel)
        require("PT_GNU_STACK" in segments and segments["PT_GNU_STACK"]["p_flags"] & 1 == 0, "executable stack", wheel)
        require(all(not section.name.startswith(".debug") for section in elf.iter_sections()), "not stripped", wheel)
        dynamic = elf.get_section_by_name(".dynamic")
        assert isinstance(dynamic, DynamicSection)
        tags = list(dynamic.iter_tags())
        require(any(t.entry.d_tag == "DT_FLAGS" and t.entry.d_val & 8 for t in tags), "no BIND_NOW", wheel)
        require(all(t.entry.d_tag not in ("DT_RPATH", "DT_RUNPATH") for t in tags), "has a run path", wheel)
        needed = {t.needed for t in tags if t.entry.d_tag == "DT_NEEDED"}
        allowed = MUSL if "musl" in platform.target else GLIBC
        require(needed <= allowed, f"needs {needed}; only {allowed} may be required", wheel)
        symbols = {symbol.name for symbol in elf.get_section_by_name(".dynsym").iter_symbols()}
        require("__stack_chk_fail" in symbols, "no stack protector", wheel)
        require("musl" in platform.target or "__memcpy_chk" in symbols, "not fortified", wheel)


def check_macho(library: Path, platform: native.Platform, wheel: Path) -> None:
    content = library.read_bytes()
    magic, processor, _, _, count = struct.unpack_from("<5I", content)
    require(magic == MACHO_MAGIC, "the library is no 64-bit Mach-O file", wheel)
    require(processor == MACHO_PROCESSORS[platform.tag.split("_", 3)[3]], f"is for processor {processor:#x}", wheel)
    commands, offset = {}, 32
    for _ in range(count):
        command, size = struct.unpack_from("<2I", content, offset)
        commands[command] = offset
        offset += size
    oldest = struct.unpack_from("<I", content, commands[BUILD_VERSION] + 12)[0] if BUILD_VERSION in commands else 0
    require(oldest == 11 << 16, f"needs macOS {oldest >> 16}; 11 is required", wheel)
    require(processor != MACHO_PROCESSORS["arm64"] or CODE_SIGNATURE in commands, "not signed, not even ad hoc", wheel)
    require(b"___stack_chk_fail" in content, "no stack protector", wheel)


for name in sys.argv[1:]:
    artifact = Path(name)
    if artifact.suffix == ".whl":
        check_wheel(artifact)
    else:
        tool(artifact, "twine", "check", "--strict", str(artifact))
        with tarfile.open(artifact) as content:
            has_header = any(name.endswith("/include/bufferbridge_api.h") for name in content.getnames())
        require(has_header, "no include/bufferbridge_api.h", artifact)
print("\n".join(problems) or f"{len(sys.argv) - 1} checked: ok")
sys.exit(bool(problems))
