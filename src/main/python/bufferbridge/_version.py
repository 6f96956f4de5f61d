"""The version of the Python package, its native library and its jar: they are one release."""

__version__ = "0.1.0"
