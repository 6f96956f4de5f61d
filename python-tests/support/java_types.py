"""The names of Java types in the tests."""

from __future__ import annotations

import numpy as np

# Java's primitive types as PEP 3118 and as numpy name them.
ARRAY_TYPES = {
    "boolean": ("?", np.bool_),
    "byte": ("b", np.int8),
    "short": ("h", np.int16),
    "char": ("H", np.uint16),
    "int": ("i", np.int32),
    "long": ("q", np.int64),
    "float": ("f", np.float32),
    "double": ("d", np.float64),
}

# The exceptions that FreshProviders and hostile class loaders throw.
THROWABLES = [
    "Error",
    "ExceptionInInitializerError",
    "InternalError",
    "NoClassDefFoundError",
    "RuntimeException",
    "StackOverflowError",
    "Throwable",
    "checked exception",
    "one that cannot be told",
]
