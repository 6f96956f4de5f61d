"""Loads the native library, or says in one sentence why this interpreter cannot have it."""

from __future__ import annotations

# Alone and first, it waits for a thread that imports importlib just now. In its stead, importlib.machinery would leave
# a copy of the import system there that lacks its own variables: import_module fails from then on.
import importlib  # noqa: F401
import os
import sys
from collections.abc import Iterable
from importlib.machinery import EXTENSION_SUFFIXES

IN_SUBINTERPRETER = (
    "bufferbridge works in the main interpreter only; a subinterpreter is given memory as a memoryview: "
    "interpreter.prepare_main(view=memoryview(x))"
)
_OF_CPYTHON = "does not support loading in subinterpreters"


def has_build(folder: str | os.PathLike[str], suffixes: Iterable[str], *, is_free_threaded: bool) -> bool:
    """Whether the folder has a native library for this kind of interpreter.

    Objects of a free-threaded CPython have another layout, which abi3 does not serve. Such an interpreter lists the
    suffix `.abi3.so`, and would load the library.

    Args:
        folder: that of the package.
        suffixes: of extensions that the interpreter imports.
        is_free_threaded: whether it was built without a GIL; PYTHON_GIL=1 changes no layout.
    """
    return not is_free_threaded or any(
        os.path.exists(os.path.join(folder, f"_native{suffix}"))
        for suffix in suffixes
        if not suffix.startswith(".abi3.")
    )


def _load() -> None:
    # The build's configuration says it, too, and takes long to read.
    is_free_threaded = "free-threading build" in sys.version
    folder = os.path.dirname(__file__)
    if not has_build(folder, EXTENSION_SUFFIXES, is_free_threaded=is_free_threaded):
        version = ".".join(map(str, sys.version_info[:2]))
        raise ImportError(
            f"this installation of bufferbridge has no library for the free-threaded CPython {version}; "
            f"use CPython {version} with a GIL"
        )
    try:
        import bufferbridge._native  # noqa: F401
    except ModuleNotFoundError as error:
        if error.name != "bufferbridge._native":
            raise
        import sysconfig

        raise ImportError(
            f"the bufferbridge installation is incomplete: there is no native library for {sysconfig.get_platform()} "
            f"in {folder}; python -m pip install --force-reinstall bufferbridge brings it"
        ) from None
    except ImportError as error:
        if _OF_CPYTHON not in str(error):
            raise
        raise ImportError(IN_SUBINTERPRETER) from None


_load()
