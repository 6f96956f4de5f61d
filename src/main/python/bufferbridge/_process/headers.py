"""The header of the C API, which extensions compile against."""

from __future__ import annotations

from pathlib import Path

_HEADER = Path(__file__).parent.parent / "include" / "bufferbridge_api.h"


def get_include() -> str:
    """The folder of bufferbridge_api.h, as numpy.get_include() is numpy's. Starts no JVM.

    A setup.py names it: `Extension("mine", ["mine.c"], include_dirs=[bufferbridge.get_include()])`. Cython finds
    `cimport bufferbridge` without it.

    Raises:
        RuntimeError: the installation is incomplete.
    """
    if not _HEADER.is_file():
        raise RuntimeError(
            f"the bufferbridge installation is incomplete: {_HEADER} is missing; "
            "python -m pip install --force-reinstall bufferbridge brings it back"
        )
    return str(_HEADER.parent)
