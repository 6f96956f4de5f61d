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

/* The same without the GIL, for the few calls that need none but a living interpreter. */
bool bb_gate_enter(void);
void bb_gate_leave(void);

/* Module function, run at exit: refuses what comes, and waits for what is inside. */
PyObject *bb_close_gate(PyObject *module, PyObject *unused);

#endif
