/*
 * The JVM of this process, and each thread's way into it.
 *
 * Owns: the JavaVM pointer (never freed, a process has one JVM for good), each thread's cached
 * JNIEnv, whether calls into Java are possible, and the work for Java that was put off.
 *
 * The word `reach`, and who moves it:
 *
 *     OPEN --bb_runtime_close: Python ends, in a JVM of ours--> PYTHON_ENDS   the ending thread is refused, releases are not
 *     OPEN --bb_runtime_leave: Python ends, in a JVM of another bridge--> LEFT   everything is refused; other threads stop
 *     OPEN --bb_runtime_note_jvm_end--> JVM_ENDED                                everything is refused
 *     any  --bb_runtime_note_fork, in the child--> FORKED                        everything is refused
 *
 * None of them is left again, but by a fork.
 *
 * Threads. `vm` is written once, under the GIL, before anything can read it. The JNIEnv cache is
 * thread-local and is only filled for threads whose attachment lasts as long as they do: in a JVM of another
 * bridge never, because that may detach any thread.
 *
 * Native threads never return to Java, so nothing frees their local references: every function of
 * this library deletes each one it obtains.
 */
#include "base/bb.h"

#include "runtimes/runtime.h"

#include <pthread.h>
#include <stdlib.h>

#include "process/fork.h"
#include "runtimes/gate.h"

static JavaVM *vm;
static bool vm_is_foreign;
static _Atomic(int) reach;
/* What calls into Java find, see above. One word, so that a call looks at one; from LEFT on nothing enters any more. */
enum { OPEN, PYTHON_ENDS, LEFT, JVM_ENDED, FORKED };
/* The thread that ends Python: written before PYTHON_ENDS or LEFT is. */
static pthread_t ending_thread;

static pthread_key_t detach_key;
static BB_THREAD_LOCAL JNIEnv *attached_env;

/* Work for Java. */
static bb_deferrals deferred;

static void detach_ending_thread(void *attached)
{
    (void)attached;
    /* In a forked child the JVM's threads are gone and detaching would wait for them for ever, as after its end. */
    if (!bb_runtime_is_gone()) {
        (*vm)->DetachCurrentThread(vm);
    }
}

void bb_runtime_note_fork(void)
{
    atomic_store(&reach, FORKED);
}

static void end_openness(int state)
{
    int open = OPEN;
    atomic_compare_exchange_strong(&reach, &open, state);
}

void bb_runtime_note_jvm_end(void)
{
    end_openness(JVM_ENDED);
}

bool bb_runtime_is_gone(void)
{
    return atomic_load_explicit(&reach, memory_order_relaxed) >= LEFT;
}

void bb_runtime_close(void)
{
    ending_thread = pthread_self();
    end_openness(PYTHON_ENDS);
}

void bb_runtime_leave(void)
{
    ending_thread = pthread_self();
    end_openness(LEFT);
}

int bb_runtime_set_vm(JavaVM *running, bool is_foreign)
{
    if (pthread_key_create(&detach_key, detach_ending_thread) != 0) {
        PyErr_SetString(PyExc_RuntimeError, "the process has no key for thread-specific data left");
        return -1;
    }
    bb_fork_watch();
    vm_is_foreign = is_foreign;
    vm = running;
    return 0;
}

bool bb_runtime_own_thread(JNIEnv *env)
{
    /* Any non-NULL value makes the destructor run when the thread ends. */
    if (pthread_setspecific(detach_key, vm) != 0) {
        return false;
    }
    attached_env = vm_is_foreign ? NULL : env;
    return true;
}

void bb_runtime_detach(void)
{
    attached_env = NULL;
    (*vm)->DetachCurrentThread(vm);
}

bool bb_runtime_is_running(void)
{
    return vm != NULL && !bb_runtime_is_gone();
}

/* Without the GIL: attaching may wait for a collection, and a Java thread may wait for the GIL. */
static JNIEnv *attach(void)
{
    JNIEnv *env = NULL;
    JavaVMAttachArgs arguments = {.version = JNI_VERSION_10, .name = (char *)"Python"};
    PyThreadState *state = PyEval_SaveThread();
    jint result = (*vm)->AttachCurrentThreadAsDaemon(vm, (void **)&env, &arguments);
    PyEval_RestoreThread(state);
    if (result != JNI_OK) {
        PyErr_Format(PyExc_RuntimeError, "the JVM refused to attach this thread (JNI error %d)",
                     (int)result);
        return NULL;
    }
    if (!bb_runtime_own_thread(env)) {
        (*vm)->DetachCurrentThread(vm);
        return (JNIEnv *)PyErr_NoMemory();
    }
    return env;
}

static void refuse(const char *reason)
{
    PyErr_SetString(PyExc_RuntimeError, reason);
}

/*
 * A daemon thread of Python's that would enter the JVM when Python ends and has left it. An exception would only
 * have it write a traceback, and a thread that CPython stops while it writes leaves a lock behind; so it stops here.
 */
static void stop(void)
{
    PyEval_SaveThread();
    bb_python_stay();
}

/* Whether calls into Java are refused; then the reason is set as RuntimeError. */
static bool is_refused(void)
{
    int found = atomic_load_explicit(&reach, memory_order_acquire);
    if (found == LEFT && !pthread_equal(ending_thread, pthread_self())) {
        stop();
    }
    if (vm != NULL && (found == OPEN || (found == PYTHON_ENDS && !pthread_equal(ending_thread, pthread_self())))) {
        return false;
    }
    if (found == FORKED) {
        refuse("the JVM does not survive a fork: this is a forked child, and the JVM runs in its parent. Start "
               "child processes with the method spawn or forkserver of multiprocessing, or with subprocess");
    } else if (found == JVM_ENDED) {
        refuse("the JVM of this process has ended, and a process can have only one");
    } else if (found == PYTHON_ENDS || found == LEFT) {
        refuse("Python is ending, and calls into Java are refused from now on");
    } else {
        refuse("no JVM is running in this process; call bufferbridge.start() first");
    }
    return true;
}

/* The JNIEnv of a thread that may be new, with what was put off for either language done. */
static JNIEnv *enter_java(void)
{
    JNIEnv *env = attached_env;
    if (env == NULL && (*vm)->GetEnv(vm, (void **)&env, JNI_VERSION_10) != JNI_OK) {
        env = attach();
    }
    if (env != NULL) {
        bb_deferrals_run(&deferred, env);
        bb_run_deferred_to_python();
    }
    return env;
}

JNIEnv *bb_env(void)
{
    return is_refused() ? NULL : enter_java();
}

JNIEnv *bb_env_for_release(void)
{
    JNIEnv *env = vm == NULL || bb_runtime_is_gone() ? NULL : enter_java();
    if (env == NULL) {
        PyErr_Clear(); /* a thread that the JVM refused to attach */
    }
    return env;
}

PyObject *bb_refuse_gone(PyObject *module, PyObject *unused)
{
    (void)module;
    (void)unused;
    if (bb_runtime_is_gone() && is_refused()) {
        return NULL;
    }
    Py_RETURN_NONE;
}

JNIEnv *bb_env_if_attached(void)
{
    JNIEnv *env = attached_env;
    if (vm == NULL || bb_runtime_is_gone()) {
        return NULL;
    }
    if (env == NULL && (*vm)->GetEnv(vm, (void **)&env, JNI_VERSION_10) != JNI_OK) {
        return NULL;
    }
    return env;
}

jobject bb_global_ref(JNIEnv *env, jobject local)
{
    jobject global = (*env)->NewGlobalRef(env, local);
    if (global == NULL) {
        PyErr_NoMemory();
    }
    return global;
}

void bb_defer_to_next(bb_deferred *entry, bb_deferred_action action, void *data)
{
    if (!bb_runtime_is_gone()) {
        bb_deferrals_add(&deferred, entry, action, data);
    }
}

/* By Python's main thread, if it is attached; else the next call into Java does it. */
static int run_pending(void *unused)
{
    (void)unused;
    JNIEnv *env = bb_env_if_attached();
    if (env != NULL) {
        bb_deferrals_run(&deferred, env);
        bb_run_deferred_to_python();
    }
    return 0;
}

void bb_defer(bb_deferred_action action, void *data)
{
    JNIEnv *env = bb_env_if_attached();
    if (env != NULL) {
        action(env, data);
        return;
    }
    if (!bb_runtime_is_gone() && bb_deferrals_add(&deferred, NULL, action, data)) {
        /* Soon, for somebody may wait for it: an arena that closes, a Python object that unlocks. */
        Py_AddPendingCall(run_pending, NULL);
    }
}

static void delete_global_ref(JNIEnv *env, void *global)
{
    (*env)->DeleteGlobalRef(env, global);
}

void bb_global_ref_release(jobject global)
{
    if (global != NULL) {
        bb_defer(delete_global_ref, global);
    }
}
