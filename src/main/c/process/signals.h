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
 * Called before and after the creation of a JVM, on one thread. Afterwards SIGINT, SIGTERM and SIGHUP have their
 * former handlers, and a signal that arrived meanwhile is delivered.
 */
void bb_signals_set_aside(bb_signals_aside *kept);
void bb_signals_put_back(const bb_signals_aside *kept);

/* Notes the handlers of the running JVM. */
void bb_signals_note_jvm(void);

/*
 * Restores the noted actions of signals that now have no handler or are ignored. CPython has taken such signals and
 * left them at its end. `all`: also of signals that CPython still handles.
 */
void bb_signals_give_back(bool all);

/* Gives the fault signals back to the JVM, if other code has taken them. */
void bb_signals_give_back_faults(void);

/*
 * Module function: calls `disable`, which is faulthandler's, and bb_signals_give_back_faults(), without giving up the
 * GIL.
 */
PyObject *bb_disable_faulthandler(PyObject *module, PyObject *disable);

/* Module function: bb_signals_give_back_faults(). */
PyObject *bb_give_back_fault_signals(PyObject *module, PyObject *unused);

/* Module function: whether the handler of SIGSEGV is the JVM's. */
PyObject *bb_jvm_has_fault_signals(PyObject *module, PyObject *unused);

#endif
