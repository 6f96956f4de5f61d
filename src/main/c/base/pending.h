/* The pending Python exception: set aside while other code runs, and put back. */
#ifndef BB_PENDING_H
#define BB_PENDING_H

#include "base/bb.h"

/* An exception that was set aside. If none was pending, `type` is NULL and the other fields have no value. */
typedef struct bb_pending {
    PyObject *type;
    PyObject *value;
    PyObject *traceback;
} bb_pending;

/* Takes the pending exception off the thread. Like all functions here, it needs the GIL. */
static inline void bb_pending_set_aside(bb_pending *pending)
{
    pending->type = NULL;
    if (PyErr_Occurred() != NULL) {
        PyErr_Fetch(&pending->type, &pending->value, &pending->traceback);
    }
}

/*
 * Makes the exception pending again and drops one that was raised meanwhile. If none was set aside, it changes
 * nothing.
 */
static inline void bb_pending_put_back(const bb_pending *pending)
{
    if (pending->type != NULL) {
        PyErr_Restore(pending->type, pending->value, pending->traceback);
    }
}

/* Releases a buffer, whose exporter may be user code. A pending exception survives. */
static inline void bb_buffer_release(Py_buffer *view)
{
    bb_pending pending;
    bb_pending_set_aside(&pending);
    PyBuffer_Release(view);
    bb_pending_put_back(&pending);
}

/*
 * Ends an exception that Python code has raised where no caller can take it, if the operation survives it. An
 * exception that ends the program is not lost. A KeyboardInterrupt is raised again as soon as the main thread may
 * take it. Any other exception that is not an Exception goes to sys.unraisablehook, with `where`. Does nothing
 * without an exception.
 */
void bb_pending_survive(PyObject *where);

#endif
