"""What the tests have to know of the interpreter."""

from __future__ import annotations

import sys
import sysconfig

import pytest

IS_FREE_THREADED = bool(sysconfig.get_config_var("Py_GIL_DISABLED"))

classes_die = pytest.mark.skipif(
    IS_FREE_THREADED and sys.version_info < (3, 14), reason="a free-threaded CPython 3.13 keeps each class forever"
)
collects_at_once = pytest.mark.skipif(
    IS_FREE_THREADED, reason="a free-threaded CPython collects garbage at moments of its own"
)
one_thread_counts = pytest.mark.skipif(
    IS_FREE_THREADED, reason="in a free-threaded CPython the thread that made an object frees it"
)


def has_shared_libpython() -> bool:
    """Whether Java can embed this interpreter."""
    return bool(sysconfig.get_config_var("Py_ENABLE_SHARED"))
