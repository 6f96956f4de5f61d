/* The gate between Java threads and the interpreter: open until Python ends. */
#ifndef BB_GATE_H
#define BB_GATE_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdbool.h>

/*
 * Takes the GIL on any thread. False, with nothing taken, once the interpreter has begun to end: taking
 * the GIL then could end or hang the calling thread. Every true is matched by one bb_python_leave().
 */
bool bb_python_enter(PyGILState_STATE *state);
void bb_python_leave(PyGILState_STATE state);

/*
 * Work for Python from a thread that must not wait for the GIL: done with the GIL by the main thread, or
 * by the next call into Java, whichever comes first. Dropped once the interpreter has begun to end.
 */
typedef void (*bb_python_action)(void *data);
void bb_defer_to_python(bb_python_action action, void *data);

/* Does what was deferred. Needs the GIL. */
void bb_run_deferred_to_python(void);

/* Module function, run at exit: refuses what comes, and waits for what is inside. */
PyObject *bb_close_gate(PyObject *module, PyObject *unused);

#endif
