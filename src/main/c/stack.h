/* How deep Python may go on a thread whose stack is not that of a program's main thread. */
#ifndef BB_STACK_H
#define BB_STACK_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdbool.h>

/*
 * Lowers the recursion limit of a new thread state, once, to what the calling thread's stack can hold. Needs the
 * GIL, and `state` to be current.
 */
void bb_stack_limit_recursion(PyThreadState *state);

/* Whether too little of the calling thread's stack is left for Python. Needs no GIL. */
bool bb_stack_is_short(void);

#endif
