/*
 * Each thread's way into the JVM of this process.
 *
 * Owns: the JavaVM pointer (never freed: a process has one JVM), and each thread's cached JNIEnv.
 *
 * Threads. `vm` is written once, under the GIL, before bb_reach says that the JVM can be reached. The JNIEnv cache is
 * thread-local. It is filled only for threads whose attachment lasts as long as the thread. In a foreign JVM it is
 * never filled, because another bridge may detach any thread.
 *
 * Native threads never return to Java, so no Java frame frees their local references. Every function of this library
 * therefore deletes each local reference it obtains.
 */
#include "base/bb.h"

#include "runtimes/attachment.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/deferred.h"
#include "base/thread_local.h"
#include "runtimes/reach.h"
#include "runtimes/stack.h"

static JavaVM *vm;
static bool vm_is_foreign;

static pthread_key_t detach_key;
static BB_THREAD_LOCAL JNIEnv *attached_env;

static void detach_ending_thread(void *attached)
{
    (void)attached;
    /*
     * In a forked child the JVM's threads are gone, and detaching would wait for them forever. The same holds after the
     * JVM's end.
     */
    if (!bb_java_is_gone()) {
        (*vm)->DetachCurrentThread(vm);
        bb_stack_reopen();
    }
}

int bb_attachment_begin(JavaVM *running, bool is_foreign)
{
    if (pthread_key_create(&detach_key, detach_ending_thread) != 0) {
        PyErr_SetString(PyExc_RuntimeError, "the process has no key for thread-specific data left");
        return -1;
    }
    vm_is_foreign = is_foreign;
    vm = running;
    bb_reach_open();
    return 0;
}

bool bb_attachment_own(JNIEnv *env)
{
    /* Any non-NULL value makes the destructor run when the thread ends. */
    if (pthread_setspecific(detach_key, vm) != 0) {
        return false;
    }
    attached_env = vm_is_foreign ? NULL : env;
    return true;
}

void bb_attachment_end(void)
{
    attached_env = NULL;
    (*vm)->DetachCurrentThread(vm);
}

/* Attaches without the GIL: attaching may wait for a collection, and a Java thread may wait for the GIL. */
static JNIEnv *attach_thread(void)
{
    JNIEnv *env = NULL;
    JavaVMAttachArgs arguments = {.version = JNI_VERSION_10, .name = (char *)"Python"};
    PyThreadState *state = PyEval_SaveThread();
    jint result = (*vm)->AttachCurrentThreadAsDaemon(vm, (void **)&env, &arguments);
    PyEval_RestoreThread(state);
    if (result != JNI_OK) {
        PyErr_Format(PyExc_RuntimeError, "the JVM refused to attach this thread (JNI error %d)", (int)result);
        return NULL;
    }
    if (!bb_attachment_own(env)) {
        (*vm)->DetachCurrentThread(vm);
        return (JNIEnv *)PyErr_NoMemory();
    }
    return env;
}

static void do_deferred_work(JNIEnv *env)
{
    bb_deferrals_run(&bb_for_java, env);
    bb_deferrals_run(&bb_for_python, NULL);
}

/* The JNIEnv of a thread that has none in the cache. */
static JNIEnv *find_env(void)
{
    static BB_THREAD_LOCAL bool was_here;
    JNIEnv *env = NULL;
    if ((*vm)->GetEnv(vm, (void **)&env, JNI_VERSION_10) != JNI_OK) {
        env = attach_thread();
    }
    if (env != NULL && !was_here) {
        was_here = true;
        bb_stack_tell_python(); /* this library or another bridge has attached the thread */
    }
    return env;
}

/* The calling thread's JNIEnv; attaches a new thread. Also runs the deferred work of both languages. */
static JNIEnv *enter_jvm(void)
{
    JNIEnv *env = attached_env != NULL ? attached_env : find_env();
    if (env != NULL) {
        do_deferred_work(env);
    }
    return env;
}

JNIEnv *bb_enter_java(void)
{
    return bb_java_is_open() || !bb_java_is_refused() ? enter_jvm() : NULL;
}

JNIEnv *bb_enter_java_to_release(void)
{
    JNIEnv *env = bb_java_is_running() ? enter_jvm() : NULL;
    if (env == NULL) {
        PyErr_Clear(); /* the JVM refused to attach this thread */
    }
    return env;
}

JNIEnv *bb_attached_env(void)
{
    JNIEnv *env = attached_env;
    if (!bb_java_is_running()) {
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

void bb_defer_to_java(bb_deferred *entry, bb_deferred_action action, void *data)
{
    if (!bb_java_is_gone()) {
        bb_deferrals_add(&bb_for_java, entry, action, data);
    }
}

/* Runs on Python's main thread if that is attached; otherwise the next call into Java does the work. */
static int run_pending_call(void *unused)
{
    (void)unused;
    JNIEnv *env = bb_attached_env();
    if (env != NULL) {
        do_deferred_work(env);
    }
    return 0;
}

void bb_do_in_java(bb_deferred_action action, void *data)
{
    JNIEnv *env = bb_attached_env();
    if (env != NULL) {
        action(env, data);
        return;
    }
    if (!bb_java_is_gone() && bb_deferrals_add(&bb_for_java, NULL, action, data)) {
        /* Runs soon, because other code may wait for it: an arena that closes, a Python object that unlocks. */
        Py_AddPendingCall(run_pending_call, NULL);
    }
}

static void delete_global_ref(JNIEnv *env, void *global)
{
    (*env)->DeleteGlobalRef(env, global);
}

void bb_global_ref_release(jobject global)
{
    if (global != NULL) {
        bb_do_in_java(delete_global_ref, global);
    }
}
