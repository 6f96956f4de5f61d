/* The Python exception that is on its way: set aside while other code runs, and put back. */
#ifndef BB_PENDING_H
#define BB_PENDING_H

#include "base/bb.h"

/* An exception that was set aside. `type` is NULL when none was pending; the others then have no value. */
typedef struct bb_pending {
    PyObject *type;
    PyObject *value;
    PyObject *traceback;
} bb_pending;

/* Takes the pending exception off the thread. Needs the GIL, as all functions here. */
static inline void bb_pending_set_aside(bb_pending *pending)
{
    pending->type = NULL;
    if (PyErr_Occurred() != NULL) {
        PyErr_Fetch(&pending->type, &pending->value, &pending->traceback);
    }
}

/* Makes it pending again. An exception that was raised meanwhile is dropped; nothing to put back leaves it. */
static inline void bb_pending_put_back(const bb_pending *pending)
{
    if (pending->type != NULL) {
        PyErr_Restore(pending->type, pending->value, pending->traceback);
    }
}

/*
 * Ends an exception that Python code has raised where nobody can take it, and that the operation survives. What says that
 * the program is to end is not lost: a KeyboardInterrupt comes again as soon as the main thread may take it, and any
 * other exception that is no Exception goes to sys.unraisablehook, with `where`. Nothing for no exception.
 */
void bb_pending_survive(PyObject *where);

#endif
