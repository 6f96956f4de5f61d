/*
 * The pending Python exception: which exceptions survive an operation, and which it ends.
 *
 * Owns nothing. Threads: any, with the GIL.
 */
#include "base/bb.h"

#include "base/pending.h"

void bb_pending_survive(PyObject *where)
{
    if (PyErr_Occurred() == NULL) {
        return;
    }
    if (PyErr_ExceptionMatches(PyExc_Exception)) {
        PyErr_Clear();
    } else if (PyErr_ExceptionMatches(PyExc_KeyboardInterrupt)) {
        PyErr_Clear();
        PyErr_SetInterrupt();
    } else {
        PyErr_WriteUnraisable(where);
    }
}
