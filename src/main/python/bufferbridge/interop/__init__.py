"""This bridge's objects for JPype, jpy and pyjnius, in the same JVM: the way back from `bufferbridge.wrap`.

`bufferbridge.interop.jpype`, `.jpy` and `.pyjnius` are imported at their first use. They import no other bridge: an
object goes to one that the program has imported, and that has its JVM.
"""

from __future__ import annotations

import importlib
import typing

if typing.TYPE_CHECKING:
    from bufferbridge.interop import jpy, jpype, pyjnius

__all__ = ["jpy", "jpype", "pyjnius"]


def __getattr__(name: str) -> typing.Any:
    if name in __all__:
        return importlib.import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}", name=name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
