/*
 * The gate between Java threads and the interpreter.
 *
 * PyGILState_Ensure on a thread of Java's during or after finalisation kills the process or hangs the
 * thread. So each entry is counted, and at exit (atexit, while the interpreter is whole) the gate is
 * closed: entries that come later are refused, and those inside are waited for without the GIL, which
 * they need to leave.
 *
 * One atomic word: the number of threads inside, and one bit that says closed. An entry adds first and
 * looks afterwards, the closer sets the bit first and looks afterwards; so either the entry sees the bit
 * or the closer sees the entry.
 */
#include "gate.h"

#include <stdatomic.h>
#include <stdint.h>
#include <time.h>

#define CLOSED ((int64_t)1 << 62)

static _Atomic(int64_t) inside;

bool bb_gate_enter(void)
{
    if (atomic_fetch_add(&inside, 1) & CLOSED) {
        atomic_fetch_sub(&inside, 1);
        return false;
    }
    return true;
}

void bb_gate_leave(void)
{
    atomic_fetch_sub(&inside, 1);
}

bool bb_python_enter(PyGILState_STATE *state)
{
    if (!bb_gate_enter()) {
        return false;
    }
    *state = PyGILState_Ensure();
    return true;
}

void bb_python_leave(PyGILState_STATE state)
{
    PyGILState_Release(state);
    bb_gate_leave();
}

PyObject *bb_close_gate(PyObject *module, PyObject *unused)
{
    (void)module;
    (void)unused;
    const struct timespec moment = {.tv_nsec = 100 * 1000};
    atomic_fetch_or(&inside, CLOSED);
    Py_BEGIN_ALLOW_THREADS;
    while ((atomic_load(&inside) & ~CLOSED) != 0) {
        nanosleep(&moment, NULL);
    }
    Py_END_ALLOW_THREADS;
    Py_RETURN_NONE;
}
