"""Puts the files that Maven built into the wheel, and gives the wheel its tag.

A wheel holds real files; an editable install finds the links that tools/build made. The wheel's jar has no native
library and no Python package, because the wheel itself has both. Only a Java program that starts Python needs them in
the jar.
"""

import sysconfig
import zipfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class BuiltFiles(BuildHookInterface):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        target = Path(self.root, "target")
        libraries = sorted(target.glob("native/libbufferbridge.*"))
        whole, jna, lang = (target / name for name in ("bufferbridge.jar", "jars/jna.jar", "jars/commons-lang3.jar"))
        if not libraries or not all(jar.is_file() for jar in (whole, jna, lang)):
            raise SystemExit("bufferbridge: the native library or a jar is not built; run `make build` first.")
        files = {
            libraries[0].resolve(): "bufferbridge/_native.abi3.so",
            smaller_jar(whole, target / "wheel" / whole.name): "bufferbridge/jars/bufferbridge.jar",
            jna: "bufferbridge/jars/jna.jar",
            lang: "bufferbridge/jars/commons-lang3.jar",
        }
        platform = sysconfig.get_platform().replace("-", "_").replace(".", "_")
        build_data["force_include"].update({str(path): name for path, name in files.items()})
        build_data["pure_python"] = False
        build_data["tag"] = f"cp311-abi3-{platform}"


def smaller_jar(whole: Path, smaller: Path) -> Path:
    """Writes the jar without the native library and without the Python package."""
    smaller.parent.mkdir(exist_ok=True)
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(smaller, "w", zipfile.ZIP_DEFLATED) as target:
        folders = {entry.filename: entry.filename.rpartition("/")[0] for entry in source.infolist()}
        left_out = {folder for name, folder in folders.items() if "/libbufferbridge." in name} | {
            "org/bufferbridge/python"
        }
        for entry in source.infolist():
            if folders[entry.filename] not in left_out:
                target.writestr(entry, source.read(entry))
    return smaller
