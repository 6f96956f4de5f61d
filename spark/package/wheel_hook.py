"""Gives the wheel the tag of the environment variable BUFFERBRIDGE_SPARK_TAG.

The jar of a release has the native libraries of all platforms, so its wheel is for any. That of `make build` has the
library of one machine.
"""

import os
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Tag(BuildHookInterface):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        build_data["tag"] = f"py3-none-{os.environ['BUFFERBRIDGE_SPARK_TAG']}"
        build_data["pure_python"] = build_data["tag"].endswith("-any")
