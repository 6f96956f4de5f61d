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
#include "end.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>

#include "errors.h"
#include "gate.h"
#include "java_ids.h"
#include "jvm_stop.h"
#include "runtime.h"

enum { NOBODY, PYTHON, JAVA };

static _Atomic(int) ended_by;

static bool end_by(int runtime)
{
    int nobody = NOBODY;
    return atomic_compare_exchange_strong(&ended_by, &nobody, runtime) || nobody == runtime;
}

int bb_end_arm(JNIEnv *env, bool is_own_jvm)
{
    (*env)->CallStaticVoidMethod(env, bb_java.process_end.class, bb_java.process_end.arm, (jboolean)is_own_jvm);
    return bb_raise_if_thrown(env);
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
void JNICALL bb_native_jvm_ends(JNIEnv *env, jclass class, jboolean takes_gil)
{
    (void)env;
    (void)class;
    BB_ENTRY entry = {BB_OUTSIDE};
    bool inside = takes_gil && bb_python_enter(&entry);
    bb_runtime_note_jvm_end();
    if (inside) {
        bb_python_leave(&entry);
    }
}

PyObject *bb_leave_jvm(PyObject *module, PyObject *unused)
{
    (void)module;
    (void)unused;
    bb_runtime_leave();
    Py_RETURN_NONE;
}

PyObject *bb_run_java_hooks(PyObject *module, PyObject *unused)
{
    (void)module;
    (void)unused;
    JNIEnv *env = bb_env();
    if (env == NULL) {
        return NULL;
    }
    /* Without the GIL: hooks are anybody's code, and may call Python. */
    PyThreadState *state = PyEval_SaveThread();
    jboolean finished = (*env)->CallStaticBooleanMethod(env, bb_java.process_end.class,
                                                        bb_java.process_end.run_hooks);
    jthrowable thrown = bb_thrown(env);
    PyEval_RestoreThread(state);
    return thrown != NULL ? bb_raise(env, thrown) : PyBool_FromLong(finished);
}

PyObject *bb_wait_for_java(PyObject *module, PyObject *unused)
{
    (void)module;
    (void)unused;
    PyEval_SaveThread();
    bb_python_stay();
}

PyObject *bb_close_java(PyObject *module, PyObject *unused)
{
    (void)module;
    (void)unused;
    bb_runtime_close();
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
