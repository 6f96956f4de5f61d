"""faulthandler beside a JVM.

The JVM's compiled code reads through null on purpose and lives on its handler of SIGSEGV. faulthandler, enabled
before the JVM starts, is called by it for faults that are not Java's. Enabled or disabled afterwards, it would
take the signal away, and the process would end at Java's next such read. So from the start of the JVM on its
functions `enable`, `disable` and `is_enabled` are replaced by those below. A process that was started with the
JDK's libjsig in LD_PRELOAD needs none of this; loaded later, that library is too late.

Threads: as faulthandler's own.
"""

from __future__ import annotations

import faulthandler
import functools
import os
import warnings
from typing import Any

from bufferbridge import _native

_enable = faulthandler.enable
_disable = faulthandler.disable
_has_signals = faulthandler.is_enabled

_is_enabled = False
_nowhere: Any = None


def before_adoption() -> None:
    """Before a JVM of somebody else's is joined: what was put over its handlers is taken off, or said."""
    if "libjsig" in os.environ.get("LD_PRELOAD", "") or _native.jvm_has_fault_signals():
        return
    if _has_signals():
        _disable()  # which puts the handlers back that it found, here the JVM's
    message = (
        "faulthandler was disabled: it had taken the signals that the JVM needs; enable it before the JVM starts"
        if _native.jvm_has_fault_signals()
        else "there is a handler of SIGSEGV over the JVM's, and Java's next read through null ends the process"
    )
    warnings.warn(message, RuntimeWarning, stacklevel=4)


def guard() -> None:
    """When the JVM runs: from now on faulthandler leaves its signals alone."""
    global _is_enabled
    if "libjsig" in os.environ.get("LD_PRELOAD", ""):
        return
    _is_enabled = _has_signals()
    _native.give_back_fault_signals()
    faulthandler.enable = enable
    faulthandler.disable = disable  # type: ignore[assignment]  # typeshed's disable() returns nothing
    faulthandler.is_enabled = is_enabled


@functools.wraps(_enable)
def enable(*arguments: Any, **keywords: Any) -> None:
    global _is_enabled
    if not _has_signals():
        warnings.warn(
            "faulthandler stays disabled: the JVM needs the signals it would take; enable it before the JVM starts",
            RuntimeWarning,
            stacklevel=2,
        )
        return
    _enable(*arguments, **keywords)  # is enabled for the system, so this only says where to write
    _is_enabled = True


@functools.wraps(_disable)
def disable() -> bool:
    global _is_enabled, _nowhere
    was_enabled, _is_enabled = _is_enabled, False
    if was_enabled:
        # Disabled in earnest, it would put the default action in the JVM's place.
        if _nowhere is None:
            _nowhere = open(os.devnull, "w")
        _enable(file=_nowhere)
    return was_enabled


@functools.wraps(_has_signals)
def is_enabled() -> bool:
    return _is_enabled


def let_go() -> None:
    """Python ends. It would disable faulthandler, while Java's threads still run; so that is done here."""
    if _has_signals():
        _native.disable_faulthandler(_disable)  # in one, for another thread of Python's might run in between
