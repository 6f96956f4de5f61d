"""Importing Java packages: `import bufferbridge.imports` switches on `from java.util import ArrayList`.

The finder is the last of `sys.meta_path`, so a Python module of the same name goes first. The JVM has to run when a
Java package is imported.
"""

from __future__ import annotations

import importlib  # noqa: F401 (_load.py says why)
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType

from bufferbridge import _native
from bufferbridge._objects.packages import JavaPackage, member, names, no_name

__all__: list[str] = []

# Without a JVM, these names are certainly meant as Java's.
_CERTAIN = ("java", "javax")


class _Loader:
    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return JavaPackage(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """There is nothing to run."""


class _Finder:
    """Finds Java packages, for the import system."""

    @staticmethod
    def find_spec(name: str, path: Sequence[str] | None = None, target: ModuleType | None = None) -> ModuleSpec | None:
        package, _, last = name.rpartition(".")
        if not _native.is_running():
            if name.partition(".")[0] in _CERTAIN:
                raise ImportError(
                    f"cannot import {name}: no JVM is running; call bufferbridge.start() before", name=name
                )
            return None
        if names().isPackage(name):
            return ModuleSpec(name, _Loader(), is_package=True)  # type: ignore[arg-type]  # it has what is called
        if not isinstance(sys.modules.get(package), JavaPackage):
            return None
        if member(package, last) is not None:
            raise ImportError(f"{name} is a Java class: from {package} import {last}", name=name)
        raise ImportError(no_name(package, last), name=name)


if not any(isinstance(finder, type) and finder.__qualname__ == "_Finder" for finder in sys.meta_path):
    sys.meta_path.append(_Finder)
