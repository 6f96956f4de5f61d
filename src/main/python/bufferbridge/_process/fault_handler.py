"""faulthandler beside a JVM.

The JVM's compiled code reads through null on purpose, and its SIGSEGV handler continues the code. If faulthandler was
enabled before the JVM started, the JVM calls faulthandler for all other faults. If faulthandler were enabled or
disabled later, it would replace the JVM's handler. Java's next read through null would then end the process. So
`guard` replaces faulthandler's functions `enable`, `disable` and `is_enabled` by the functions below.

A process that starts with the JDK's libjsig in LD_PRELOAD needs none of this. libjsig has no effect if it is loaded
later.

Threads: the rules of faulthandler's functions.
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
    """Call this before joining a foreign JVM: disables a faulthandler that replaced the JVM's handlers.

    Warns if it did so, or if the handler of SIGSEGV is still another one.
    """
    if "libjsig" in os.environ.get("LD_PRELOAD", "") or _native.jvm_has_fault_signals():
        return
    if _has_signals():
        _disable()  # restores the handlers that it found, here those of the JVM
    message = (
        "faulthandler was disabled: it had taken the signals that the JVM needs; enable it before the JVM starts"
        if _native.jvm_has_fault_signals()
        else "another handler of SIGSEGV has replaced the JVM's, so Java's next read through null ends the process"
    )
    warnings.warn(message, RuntimeWarning, stacklevel=4)


def guard() -> None:
    """Call this when the JVM runs: from now on faulthandler does not touch the JVM's signals."""
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
    _enable(*arguments, **keywords)  # its handlers are installed already, so this only changes where it writes
    _is_enabled = True


@functools.wraps(_disable)
def disable() -> bool:
    global _is_enabled, _nowhere
    was_enabled, _is_enabled = _is_enabled, False
    if was_enabled:
        # The true disable() would replace the JVM's handlers by the default actions.
        if _nowhere is None:
            _nowhere = open(os.devnull, "w")
        _enable(file=_nowhere)
    return was_enabled


@functools.wraps(_has_signals)
def is_enabled() -> bool:
    return _is_enabled


def let_go() -> None:
    """Disables faulthandler at Python's end, before Python itself would do so while Java threads still run."""
    if _has_signals():
        _native.disable_faulthandler(_disable)  # one call, because another Python thread might run between two
