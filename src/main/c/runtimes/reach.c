/*
 * The JVM's reach: whether calls into Java are possible, and why not.
 *
 * Owns: `bb_reach`. It is one word, so a call reads only one word. Its states and the functions that move it:
 *
 *     NO_JVM --bb_reach_open--> OPEN
 *     OPEN --bb_reach_close: Python ends, own JVM--> PYTHON_ENDS     the ending thread is refused, releases are not
 *     OPEN --bb_reach_leave: Python ends, foreign JVM--> LEFT        everything is refused; other threads stop
 *     OPEN --bb_reach_note_jvm_end--> JVM_ENDED                      everything is refused
 *     any  --bb_reach_note_fork, in the child--> FORKED              everything is refused
 *
 * Only a fork leads out of PYTHON_ENDS, LEFT and JVM_ENDED.
 *
 * Threads: any.
 */
#include "base/bb.h"

#include "runtimes/reach.h"

#include <pthread.h>

#include "base/stop.h"

_Atomic(int) bb_reach;

/* The thread that ends Python. Written before BB_PYTHON_ENDS or BB_LEFT. */
static pthread_t ending_thread;

static void move(int from, int to)
{
    atomic_compare_exchange_strong(&bb_reach, &from, to);
}

void bb_reach_open(void)
{
    move(BB_NO_JVM, BB_OPEN);
}

void bb_reach_note_fork(void)
{
    atomic_store(&bb_reach, BB_FORKED);
}

void bb_reach_note_jvm_end(void)
{
    move(BB_OPEN, BB_JVM_ENDED);
}

void bb_reach_close(void)
{
    ending_thread = pthread_self();
    move(BB_OPEN, BB_PYTHON_ENDS);
}

void bb_reach_leave(void)
{
    ending_thread = pthread_self();
    move(BB_OPEN, BB_LEFT);
}

static void refuse(const char *reason)
{
    PyErr_SetString(PyExc_RuntimeError, reason);
}

/*
 * Stops a daemon thread that would enter the JVM after an ending Python has left it. An exception would only make the
 * thread write a traceback. A thread that CPython stops while it writes leaves a lock behind.
 */
static void stop_abandoned(void)
{
    PyEval_SaveThread();
    bb_stop_for_ever();
}

bool bb_java_is_refused(void)
{
    int found = atomic_load_explicit(&bb_reach, memory_order_acquire);
    bool ends = (found == BB_PYTHON_ENDS || found == BB_LEFT) && pthread_equal(ending_thread, pthread_self());
    if (found == BB_LEFT && !ends) {
        stop_abandoned();
    }
    if (found == BB_OPEN || (found == BB_PYTHON_ENDS && !ends)) {
        return false;
    }
    if (found == BB_FORKED) {
        refuse("the JVM does not survive a fork: this is a forked child, and the JVM runs in its parent. Start "
               "child processes with the method spawn or forkserver of multiprocessing, or with subprocess");
    } else if (found == BB_JVM_ENDED) {
        refuse("the JVM of this process has ended, and a process can have only one");
    } else if (found == BB_PYTHON_ENDS || found == BB_LEFT) {
        refuse("Python is ending, and calls into Java are refused from now on");
    } else {
        refuse("no JVM is running in this process; call bufferbridge.start() first");
    }
    return true;
}

PyObject *bb_refuse_gone(PyObject *module, PyObject *unused)
{
    (void)module;
    (void)unused;
    if (bb_java_is_gone() && bb_java_is_refused()) {
        return NULL;
    }
    Py_RETURN_NONE;
}
