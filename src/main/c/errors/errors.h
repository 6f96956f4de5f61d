/* Java exceptions as Python exceptions. */
#ifndef BB_ERRORS_H
#define BB_ERRORS_H

#include "base/bb.h"

/*
 * Takes the pending Java exception off the thread: a local reference the caller owns, or NULL when
 * nothing was thrown. Needs no GIL; follows every call into Java.
 */
jthrowable bb_thrown(JNIEnv *env);

/*
 * Raises `thrown` as the Python exception it maps to, with its causes as __cause__, and deletes
 * the local reference. Returns NULL, for `return bb_raise(...)`. Needs the GIL.
 */
PyObject *bb_raise(JNIEnv *env, jthrowable thrown);

/* bb_thrown() and bb_raise() in one: -1 when something was thrown, else 0. Needs the GIL. */
int bb_raise_if_thrown(JNIEnv *env);

/*
 * Reports what was thrown where there is nobody to raise it to: sys.unraisablehook, with `where`. An
 * exception that is on its way survives. Takes the local reference; nothing for NULL. Needs the GIL.
 */
void bb_report_unraisable(JNIEnv *env, jthrowable thrown, PyObject *where);

#endif
