/* Signals that both runtimes want. */
#ifndef BB_SIGNALS_H
#define BB_SIGNALS_H

#include "base/bb.h"

#include <signal.h>

enum { BB_ENDING_SIGNALS = 3 };

typedef struct bb_signals_aside {
    struct sigaction actions[BB_ENDING_SIGNALS];
    sigset_t mask;
} bb_signals_aside;

/*
 * Around the creation of a JVM, on one thread: afterwards SIGINT, SIGTERM and SIGHUP are whose they were, and one
 * that came meanwhile is delivered.
 */
void bb_signals_set_aside(bb_signals_aside *kept);
void bb_signals_put_back(const bb_signals_aside *kept);

/* Remembers the handlers of the running JVM. */
void bb_signals_note_jvm(void);

/*
 * Gives the JVM back the signals that nobody handles any more, or are ignored, and that it had when they were noted:
 * those that CPython has taken, after its end. `all`: of those that CPython still handles, too.
 */
void bb_signals_give_back(bool all);

/* Gives those signals back to the JVM, if somebody has taken them. */
void bb_signals_give_back_faults(void);

/* Module function: calls `disable`, faulthandler's, and bb_signals_give_back_faults(), without giving up the GIL. */
PyObject *bb_disable_faulthandler(PyObject *module, PyObject *disable);

/* Module function, called on Python's main thread: CPython's handler of that signal runs on this thread from now on. */
PyObject *bb_forward_signal(PyObject *module, PyObject *number);

/* Module function: bb_signals_give_back_faults(). */
PyObject *bb_give_back_fault_signals(PyObject *module, PyObject *unused);

/* Module function: whether the handler of SIGSEGV is the JVM's. */
PyObject *bb_jvm_has_fault_signals(PyObject *module, PyObject *unused);

#endif
