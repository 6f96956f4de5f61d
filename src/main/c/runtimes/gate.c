/*
 * The gate between Java threads and the interpreter.
 *
 * PyGILState_Ensure on a Java thread during or after finalisation kills the process or hangs the thread. So each
 * entry is counted. At exit (atexit, while the interpreter is whole) the gate is closed. Later entries are refused.
 * The closing thread waits for the threads inside; it gives up the GIL, which they need to leave.
 *
 * One atomic word holds the number of threads inside and one bit that says closed. An entering thread adds first and
 * reads afterwards; the closing thread sets the bit first and reads afterwards. So either the entering thread sees
 * the bit, or the closing thread sees the entry. Entries nest; only the outermost entry of a thread is counted.
 *
 * Owns: that word, and which thread ends Python. Threads: any.
 */
#include "base/bb.h"

#include "runtimes/gate.h"

#include <pthread.h>
#include <time.h>
#include <unistd.h>

_Atomic(int64_t) bb_inside;

/* The thread that ends Python, when all other threads of Python are daemon threads. Written before `ends`. */
static pthread_t ender;
static atomic_bool ends;

int64_t bb_gate_close(int patience_milliseconds)
{
    enum { NANOSECONDS = 100 * 1000, PER_MILLISECOND = 10 };
    const struct timespec moment = {.tv_nsec = NANOSECONDS};
    atomic_fetch_or(&bb_inside, BB_CLOSED_BIT);
    int64_t left;
    for (int64_t moments = 0; (left = atomic_load(&bb_inside) & ~BB_CLOSED_BIT) != 0; moments++) {
        if (patience_milliseconds != BB_FOR_EVER && moments >= (int64_t)patience_milliseconds * PER_MILLISECOND) {
            break;
        }
        nanosleep(&moment, NULL);
    }
    return left;
}

void bb_gate_open(void)
{
    atomic_fetch_and(&bb_inside, ~BB_CLOSED_BIT);
}

PyObject *bb_close_gate(PyObject *module, PyObject *unused)
{
    enum { MOMENT_MILLISECONDS = 50 };
    (void)module;
    (void)unused;
    ender = pthread_self();
    atomic_store(&ends, true);
    PyThreadState *state = PyEval_SaveThread();
    int64_t left = bb_gate_close(MOMENT_MILLISECONDS);
    PyEval_RestoreThread(state);
    return PyLong_FromLongLong(left);
}

void bb_gate_stop_abandoned(void)
{
    while (atomic_load(&ends) && !pthread_equal(ender, pthread_self())) {
        pause();
    }
}
