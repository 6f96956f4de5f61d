"""The version of the Python package, its native library and its jar: all three are of one release."""

# This comes first: it says why the library cannot be loaded.
from bufferbridge import (
    _load,  # noqa: F401  # isort: split
    _native,
)

__version__ = "0.1.0"

if _native.__version__ != __version__:
    raise ImportError(
        f"the package bufferbridge {__version__} has the native library {_native.__file__} of version "
        f"{_native.__version__}: install both from one release"
    )
