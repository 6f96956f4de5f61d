/*
 * The Python exception that is on its way: what survives it, and what does not.
 *
 * Owns nothing. Needs the GIL.
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
