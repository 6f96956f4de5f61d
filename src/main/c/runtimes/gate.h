/* The gate between Java threads and the interpreter: open until Python ends. */
#ifndef BB_GATE_H
#define BB_GATE_H

#include "base/bb.h"

enum { BB_GATE_IS_CLOSED = -1, BB_FOR_EVER = -1 };

/* How many threads are inside, and one bit that says closed; only the functions here look at it. */
extern _Atomic(int64_t) bb_inside;
#define BB_CLOSED_BIT ((int64_t)1 << 62)

/* How many other threads are inside, or BB_GATE_IS_CLOSED. Any other answer is matched by one bb_gate_leave(). */
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

/* The same answer for a thread that is inside, and is counted and waited for already. */
static inline int64_t bb_gate_look(void)
{
    int64_t found = atomic_load_explicit(&bb_inside, memory_order_relaxed);
    return found & BB_CLOSED_BIT ? BB_GATE_IS_CLOSED : found - 1;
}

/*
 * Refuses what comes, and waits for what is inside, at most so long. How many are inside still. Without the GIL,
 * which those need to leave.
 */
int64_t bb_gate_close(int patience_milliseconds);

/* Takes bb_gate_close() back. */
void bb_gate_open(void);

/* Module function: bb_gate_close(), for a moment. From then on only daemon threads are left beside the calling one. */
PyObject *bb_close_gate(PyObject *module, PyObject *unused);

/*
 * Stops a daemon thread of Python that is in Java, and would come back, when Python ends. It has no future: refused,
 * it would raise in Python, where CPython stops it at any point, also while it writes its traceback; the lock of
 * stderr that it then holds is a fatal error to the interpreter's end. So it stops here, without the GIL and
 * without a lock of Python, as CPython itself stops such threads from 3.14 on. Does nothing on the thread that ends
 * Python, or before Python ends.
 */
void bb_gate_stop_abandoned(void);

#endif
