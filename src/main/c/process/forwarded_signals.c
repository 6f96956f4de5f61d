/*
 * Signals for Python in a process that Java started: they are forwarded to Python's main thread.
 *
 * The system delivers a signal to any thread, most often to the one that started the JVM. There, CPython's handler
 * would note the signal, but would not interrupt a wait of Python's main thread.
 *
 * Owns: CPython's handler, and which thread is its main thread. Threads: any. Python's main thread writes both before
 * it installs the handler that reads them.
 */
#include "base/bb.h"

#include "process/forwarded_signals.h"

#include <pthread.h>
#include <signal.h>

/* CPython's one handler, and the thread that it must run on. Written before `forward` is installed. */
static void (*python_handler)(int);
static pthread_t python_main_thread;

static void forward(int number)
{
    if (pthread_equal(pthread_self(), python_main_thread)) {
        python_handler(number);
    } else {
        pthread_kill(python_main_thread, number);
    }
}

PyObject *bb_forward_signal(PyObject *module, PyObject *number)
{
    (void)module;
    struct sigaction now;
    long signal = PyLong_AsLong(number);
    if (signal == -1 && PyErr_Occurred()) {
        return NULL;
    }
    if (sigaction((int)signal, NULL, &now) == 0 && !(now.sa_flags & SA_SIGINFO) && now.sa_handler != SIG_DFL &&
        now.sa_handler != SIG_IGN && now.sa_handler != forward) {
        python_handler = now.sa_handler;
        python_main_thread = pthread_self();
        now.sa_handler = forward;
        sigaction((int)signal, &now, NULL);
    }
    Py_RETURN_NONE;
}
