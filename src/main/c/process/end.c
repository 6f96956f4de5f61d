/*
 * The end of a process that Python hosts: which of the two runtimes ends it.
 *
 * The first of the two that begins to end does it in order, and lets the other do what it would do at an end
 * of its own:
 *
 *   Python ends (exit, an uncaught exception): atexit functions; among them ours (bufferbridge._end), which runs
 *   Java's shutdown hooks and closes the ways in both directions; then the interpreter is finalised, the process
 *   exits.
 *   Java ends (System.exit): shutdown hooks; among them ours (ProcessEnd.java), which runs Python's atexit
 *   functions and flushes its streams, for as long as it has patience; then the JVM halts and calls
 *   bb_leave_process. The interpreter is not finalised.
 *
 * One word decides when both begin at once:
 *
 *     NOBODY --bb_python_ends--> PYTHON
 *     NOBODY --bb_native_java_ends--> JAVA
 *
 * A JVM that somebody else created is theirs to end, and so are its hooks and Python's: when Python ends it is left
 * (bb_leave_jvm), and when it ends, which may be long before the process does, nothing enters it any more
 * (bb_native_jvm_ends).
 *
 * Owns: that word. Threads: any.
 */
#include "base/bb.h"

#include "process/end.h"

#include <stdio.h>

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
 * A thread that holds the GIL while it is in Java would never come back from a JVM that has ended, nor give the GIL
 * up. With the GIL taken here there is none, and from now on none enters.
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
 * Called by the JVM's own thread when all threads in Java have been stopped; those of Python run on. Where that is
 * what exit() waits for (jvm_stop.c) it goes on. Else the process ends here, and not by exit(): the destructors of
 * Python's extensions expect an interpreter that has ended.
 * Only stdout and stderr are flushed: a thread that reads stdin may hold its lock for ever.
 */
void bb_leave_process(jint code)
{
    bb_jvm_has_stopped();
    fflush(stdout);
    fflush(stderr);
    _Exit((int)code);
}
