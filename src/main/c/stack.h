/* How deep Python may go on a thread whose stack is not that of a program's main thread. */
#ifndef BB_STACK_H
#define BB_STACK_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdbool.h>
#include <stdint.h>

/* By how many calls a thread state's limit was lowered. */
typedef struct bb_recursion {
    PyThreadState *state;
    int lowered_by;
} bb_recursion;

/*
 * Lowers the recursion limit of a thread state to what is left of the calling thread's stack. Needs the GIL, and
 * `state` to be current.
 */
bb_recursion bb_stack_limit_recursion(PyThreadState *state);

/* Undoes it, when all calls made since have returned. */
void bb_stack_put_back(const bb_recursion *recursion);

/* The lowest address of the calling thread's stack that may be used, 0 when it is not known. Not fast. */
uintptr_t bb_stack_end(void);

/* Whether too little of the calling thread's stack is left for Python. Needs no GIL. */
bool bb_stack_is_short(void);

#endif
