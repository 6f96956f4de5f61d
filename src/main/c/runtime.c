/*
 * The JVM of this process, and each thread's way into it.
 *
 * Owns: the JavaVM pointer (never freed, a process has one JVM for good), each thread's cached
 * JNIEnv, and the work for Java that was put off.
 *
 * Threads. `vm` is written once, under the GIL, before anything can read it. The JNIEnv cache is
 * thread-local and is only filled for threads whose attachment lasts as long as they do: another
 * bridge may detach a thread that it attached itself. Deferred work is a lock-free stack that is only
 * ever emptied as a whole, so no entry can be taken twice.
 *
 * Native threads never return to Java, so nothing frees their local references: every function of
 * this library deletes each one it obtains.
 */
#include "runtime.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "gate.h"

static JavaVM *vm;
static atomic_bool forked;
static pthread_key_t detach_key;
static _Thread_local JNIEnv *attached_env;

typedef struct bb_deferred {
    struct bb_deferred *next;
    bb_deferred_action action;
    void *data;
} bb_deferred;

/* A stack: pushed by any thread, emptied as a whole by one that has a JNIEnv. */
static _Atomic(bb_deferred *) deferred;

static void detach_ending_thread(void *attached)
{
    (void)attached;
    /* In a forked child the JVM's threads are gone and detaching would wait for them for ever. */
    if (!atomic_load_explicit(&forked, memory_order_relaxed)) {
        (*vm)->DetachCurrentThread(vm);
    }
}

static void note_fork(void)
{
    atomic_store(&forked, true);
}

void bb_runtime_set_vm(JavaVM *running)
{
    pthread_key_create(&detach_key, detach_ending_thread);
    pthread_atfork(NULL, NULL, note_fork);
    vm = running;
}

void bb_runtime_own_thread(JNIEnv *env)
{
    /* Any non-NULL value makes the destructor run when the thread ends. */
    pthread_setspecific(detach_key, vm);
    attached_env = env;
}

bool bb_runtime_is_running(void)
{
    return vm != NULL;
}

static void run_deferred(JNIEnv *env)
{
    if (atomic_load_explicit(&deferred, memory_order_relaxed) == NULL) {
        return;
    }
    bb_deferred *entry = atomic_exchange_explicit(&deferred, NULL, memory_order_acquire);
    while (entry != NULL) {
        bb_deferred *next = entry->next;
        entry->action(env, entry->data);
        free(entry);
        entry = next;
    }
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
    bb_runtime_own_thread(env);
    return env;
}

JNIEnv *bb_env(void)
{
    if (vm == NULL) {
        PyErr_SetString(PyExc_RuntimeError,
                        "no JVM is running in this process; call bufferbridge.start() first");
        return NULL;
    }
    if (atomic_load_explicit(&forked, memory_order_relaxed)) {
        PyErr_SetString(PyExc_RuntimeError,
                        "the JVM does not survive a fork: this is a forked child, and the JVM "
                        "runs in its parent");
        return NULL;
    }
    JNIEnv *env = attached_env;
    if (env == NULL && (*vm)->GetEnv(vm, (void **)&env, JNI_VERSION_10) != JNI_OK) {
        env = attach();
    }
    if (env != NULL) {
        run_deferred(env);
        bb_run_deferred_to_python();
    }
    return env;
}

JNIEnv *bb_env_if_attached(void)
{
    JNIEnv *env = attached_env;
    if (vm == NULL || atomic_load_explicit(&forked, memory_order_relaxed)) {
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

void bb_defer(bb_deferred_action action, void *data)
{
    JNIEnv *env = bb_env_if_attached();
    if (env != NULL) {
        action(env, data);
        return;
    }
    if (atomic_load_explicit(&forked, memory_order_relaxed)) {
        return;
    }
    bb_deferred *entry = malloc(sizeof *entry);
    if (entry == NULL) {
        return; /* memory is exhausted, and something of Java's that stays is the least harm */
    }
    *entry = (bb_deferred){.action = action, .data = data};
    entry->next = atomic_load_explicit(&deferred, memory_order_relaxed);
    while (!atomic_compare_exchange_weak_explicit(&deferred, &entry->next, entry, memory_order_release,
                                                  memory_order_relaxed)) {
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

bool bb_discard_thrown(JNIEnv *env)
{
    bool thrown = (*env)->ExceptionCheck(env);
    if (thrown) {
        (*env)->ExceptionClear(env);
    }
    return thrown;
}
