/* The gate between Java threads and the interpreter: open until Python ends. */
#ifndef BB_GATE_H
#define BB_GATE_H

#include "base/bb.h"

enum { BB_GATE_IS_CLOSED = -1, BB_FOR_EVER = -1 };

/* The number of threads inside, and one bit that says closed. Only the functions here and in gate.c read it. */
extern _Atomic(int64_t) bb_inside;
#define BB_CLOSED_BIT ((int64_t)1 << 62)

/* The number of other threads inside, or BB_GATE_IS_CLOSED. One bb_gate_leave() follows every other result. */
static inline int64_t bb_gate_enter(void)
{
    int64_t others = atomic_fetch_add(&bb_inside, 1);
    if (others & BB_CLOSED_BIT) {
        atomic_fetch_sub(&bb_inside, 1);
        return BB_GATE_IS_CLOSED;
    }
    return others;
}

static inline void bb_gate_leave(void)
{
    atomic_fetch_sub(&bb_inside, 1);
}

/* The same for a thread that is inside already, so the gate has counted it and waits for it. */
static inline int64_t bb_gate_look(void)
{
    int64_t found = atomic_load_explicit(&bb_inside, memory_order_relaxed);
    return found & BB_CLOSED_BIT ? BB_GATE_IS_CLOSED : found - 1;
}

/*
 * Refuses new entries and waits for the threads inside, at most this long. Returns how many are still inside. Call it
 * without the GIL, which those threads need to leave.
 */
int64_t bb_gate_close(int patience_milliseconds);

/* Undoes bb_gate_close(). */
void bb_gate_open(void);

/* Module function: bb_gate_close(), with a short wait. Called when all other threads of Python are daemon threads. */
PyObject *bb_close_gate(PyObject *module, PyObject *unused);

/*
 * Stops a Python daemon thread that is in Java and would return to Python when Python ends. If the thread were
 * refused, it would raise in Python. CPython stops it there at any point, also while it writes its traceback. It
 * would then hold the lock of stderr, which is a fatal error at the interpreter's end. So it stops here, without the
 * GIL and without a lock of Python. CPython itself stops such threads in this way from 3.14 on. Does nothing on the
 * thread that ends Python, or before Python ends.
 */
void bb_gate_stop_abandoned(void);

#endif
