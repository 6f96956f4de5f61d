"""Puts what Maven built into the wheel, and gives the wheel its tag.

A wheel holds real files; an editable install finds the links that tools/build made.
"""

import sysconfig
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class BuiltFiles(BuildHookInterface):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        target = Path(self.root, "target")
        libraries = sorted(target.glob("native/libbufferbridge.*"))
        files = {
            library.resolve(): "bufferbridge/_native.abi3.so" for library in libraries[:1]
        } | {
            target / "bufferbridge.jar": "bufferbridge/jars/bufferbridge.jar",
            target / "jars/jna.jar": "bufferbridge/jars/jna.jar",
            target / "jars/commons-lang3.jar": "bufferbridge/jars/commons-lang3.jar",
        }
        if not libraries or not all(path.is_file() for path in files):
            raise SystemExit("bufferbridge: the native library or a jar is not built; run `make build` first.")
        platform = sysconfig.get_platform().replace("-", "_").replace(".", "_")
        build_data["force_include"].update({str(path): name for path, name in files.items()})
        build_data["pure_python"] = False
        build_data["tag"] = f"cp311-abi3-{platform}"
