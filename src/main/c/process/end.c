/*
 * The end of a process that Python hosts: which of the two runtimes ends it.
 *
 * The runtime that begins to end first ends the process in order. It also lets the other runtime do the work of its
 * own end:
 *
 *   Python ends (exit, an uncaught exception): atexit functions run, among them this library's
 *   (bufferbridge._process.end). That one runs Java's shutdown hooks and closes the ways in both directions. Then the
 *   interpreter is finalised, and the process exits.
 *   Java ends (System.exit): shutdown hooks run, among them this library's (ProcessEnd.java). That one runs Python's
 *   atexit functions and flushes its streams, within a time limit. Then the JVM halts and calls bb_leave_process. The
 *   interpreter is not finalised.
 *
 * If both begin at the same time, one word decides:
 *
 *     NOBODY --bb_python_ends--> PYTHON
 *     NOBODY --bb_native_java_ends--> JAVA
 *
 * A foreign JVM belongs to the code that created it. That code ends it and runs its hooks, and Python's. When Python
 * ends, the JVM is left (bb_leave_jvm). The JVM may end long before the process; then nothing enters it any more
 * (bb_native_jvm_ends).
 *
 * Owns: that word. Threads: any.
 */
#include "base/bb.h"

#include "process/end.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/stop.h"
#include "errors/errors.h"
#include "errors/python_door.h"
#include "process/jvm_stop.h"
#include "runtimes/attachment.h"
#include "runtimes/java_door.h"
#include "runtimes/java_ids.h"
#include "runtimes/reach.h"

enum { NOBODY, PYTHON, JAVA };

static _Atomic(int) ended_by;

static bool end_by(int runtime)
{
    int nobody = NOBODY;
    return atomic_compare_exchange_strong(&ended_by, &nobody, runtime) || nobody == runtime;
}

int bb_end_arm(JNIEnv *env, bool is_own_jvm)
{
    jvalue nothing;
    return bb_ask_java_with_gil(env, &bb_java.process_end.arm, NULL, BB_ARGUMENTS({.z = is_own_jvm}), &nothing) ? 0
                                                                                                                : -1;
}

PyObject *bb_python_ends(PyObject *module, PyObject *unused)
{
    (void)module;
    (void)unused;
    return PyBool_FromLong(end_by(PYTHON));
}

jboolean JNICALL bb_native_java_ends(JNIEnv *env, jclass class)
{
    (void)env;
    (void)class;
    return end_by(JAVA);
}

/*
 * Notes the JVM's end with the GIL. A thread that keeps the GIL while it is in Java would never return from an ended
 * JVM. It would keep the GIL. Because this function has the GIL, no such thread exists, and from now on none enters.
 */
static bb_outcome do_note_jvm_end(JNIEnv *env, const bb_operands *of)
{
    (void)env;
    (void)of;
    bb_reach_note_jvm_end();
    return (bb_outcome){.thrown = NULL};
}

void JNICALL bb_native_jvm_ends(JNIEnv *env, jclass class, jboolean takes_gil)
{
    (void)class;
    if (!takes_gil || bb_in_python_if_possible(env, do_note_jvm_end, &(bb_operands){0}, NULL) != BB_DONE) {
        bb_reach_note_jvm_end();
    }
}

PyObject *bb_leave_jvm(PyObject *module, PyObject *unused)
{
    (void)module;
    (void)unused;
    bb_reach_leave();
    Py_RETURN_NONE;
}

PyObject *bb_run_java_hooks(PyObject *module, PyObject *unused)
{
    (void)module;
    (void)unused;
    JNIEnv *env = bb_enter_java();
    if (env == NULL) {
        return NULL;
    }
    jvalue finished;
    return bb_ask_java(env, &bb_java.process_end.run_hooks, NULL, NULL, &finished) ? PyBool_FromLong(finished.z) : NULL;
}

PyObject *bb_wait_for_java(PyObject *module, PyObject *unused)
{
    (void)module;
    (void)unused;
    PyEval_SaveThread();
    bb_stop_for_ever();
}

PyObject *bb_close_java(PyObject *module, PyObject *unused)
{
    (void)module;
    (void)unused;
    bb_reach_close();
    Py_RETURN_NONE;
}

/*
 * Ends the process, or lets exit() continue. The JVM's own thread calls this once all threads in Java are stopped;
 * Python threads keep running. If exit() waits for the stop (jvm_stop.c), it continues. Otherwise the process ends
 * here, without exit(): the destructors of Python's extensions expect a finalised interpreter. Only stdout and stderr
 * are flushed: a thread that reads stdin may hold its lock forever.
 */
void bb_leave_process(jint code)
{
    bb_jvm_has_stopped();
    fflush(stdout);
    fflush(stderr);
    _Exit((int)code);
}
