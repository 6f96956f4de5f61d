/* Signals for Python in a process that Java started. */
#ifndef BB_FORWARDED_SIGNALS_H
#define BB_FORWARDED_SIGNALS_H

#include "base/bb.h"

/*
 * Module function. Call it on Python's main thread: from now on CPython's handler of that signal runs on this thread.
 */
PyObject *bb_forward_signal(PyObject *module, PyObject *number);

#endif
