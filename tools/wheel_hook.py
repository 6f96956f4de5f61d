"""Puts the native library, the jars and the header into the wheel, and gives it its tag. Puts the jars into the sdist.

A wheel holds real files; an editable install finds the links that tools/build made. There are two ways to a library:

- `BUFFERBRIDGE_PLATFORM` names a platform of a release, for which tools/release/native.py has compiled.
- Without it the library is compiled here, for the running interpreter, as an sdist's user does.

The jars are those of the sdist, or those that Maven has built in this tree. The wheel's bufferbridge jar is the very
jar of the release. Without a release, that of `make build` is taken, and the wheel's stripped library stands in it for
Maven's. JNA's jar is smaller in the wheel of a release: it has JNA's native library for one platform.
"""

import os
import sys
import sysconfig
import zipfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

sys.path.insert(0, str(Path(__file__).parent / "release"))
import native

JARS = ("bufferbridge", "jna-jpms", "commons-lang3")
IN_SDIST = "jars"
HEADER = "include/bufferbridge_api.h"
MATERIALS = "bufferbridge.cdx.json"


class BuiltFiles(BuildHookInterface):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        jars = self.jars()
        materials = jars["bufferbridge"].with_name(MATERIALS)
        if self.target_name == "sdist":
            build_data["force_include"].update({str(jar): f"{IN_SDIST}/{name}.jar" for name, jar in jars.items()})
            if materials.is_file():
                build_data["force_include"][str(materials)] = f"{IN_SDIST}/{MATERIALS}"
            return
        if materials.is_file():
            build_data["sbom_files"].append(str(materials))
        platform = os.environ.get("BUFFERBRIDGE_PLATFORM")
        if platform:
            release = native.named(platform)
            library, tag = release.library, release.tag
            if not library.exists():
                raise SystemExit(f"bufferbridge: {library} is missing; `make wheels` compiles it first.")
            jars["jna-jpms"] = smaller_jna(jars["jna-jpms"], release)
            if "BUFFERBRIDGE_JAR" not in os.environ:
                jars["bufferbridge"] = with_library(jars["bufferbridge"], release)
        else:
            library = native.ROOT / "target" / "here" / "libbufferbridge.so"
            native.compile_here(library)
            tag = sysconfig.get_platform().replace("-", "_").replace(".", "_")
        files = {str(jar): f"bufferbridge/jars/{name}.jar" for name, jar in jars.items()}
        files[str(Path(self.root) / HEADER)] = f"bufferbridge/{HEADER}"
        build_data["force_include"].update({str(library): "bufferbridge/_native.abi3.so", **files})
        build_data["pure_python"] = False
        build_data["tag"] = f"cp311-abi3-{tag}"

    def jars(self) -> dict[str, Path]:
        root = Path(self.root)
        carried = {name: root / IN_SDIST / f"{name}.jar" for name in JARS}
        if carried["bufferbridge"].is_file():
            return carried
        built = {name: root / "target" / "jars" / f"{name}.jar" for name in JARS}
        built["bufferbridge"] = root / os.environ.get("BUFFERBRIDGE_JAR", "target/bufferbridge.jar")
        missing = [str(jar) for jar in built.values() if not jar.is_file()]
        if missing:
            raise SystemExit(f"bufferbridge: {', '.join(missing)} is missing; run `make build` first.")
        return built


def with_library(built: Path, platform: native.Platform) -> Path:
    """Writes the jar of `make build` with the library of the wheel, which has no debug information."""
    place = f"{platform.jar_folder}/{platform.library.name}"
    written = platform.library.parent / built.name
    with (
        zipfile.ZipFile(built) as source,
        zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as target,
    ):
        for entry in source.infolist():
            target.writestr(entry, platform.library.read_bytes() if entry.filename == place else source.read(entry))
    return written


def smaller_jna(whole: Path, platform: native.Platform) -> Path:
    """Writes JNA's jar without the native libraries of other platforms, which a wheel of this one cannot use."""
    smaller = platform.library.parent / whole.name
    with (
        zipfile.ZipFile(whole) as source,
        zipfile.ZipFile(smaller, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as target,
    ):
        for entry in source.infolist():
            folder, _, name = entry.filename.rpartition("/")
            if "jnidispatch" not in name or folder == platform.jna_folder:
                target.writestr(entry, source.read(entry))
    return smaller
