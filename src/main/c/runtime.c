/*
 * The JVM of this process, and each thread's way into it.
 *
 * Owns: the JavaVM pointer (never freed, a process has one JVM for good), each thread's cached
 * JNIEnv, and the global references that wait to be deleted.
 *
 * Threads. `vm` is written once, under the GIL, before anything can read it. The JNIEnv cache is
 * thread-local and is only filled for threads whose attachment lasts as long as they do: another bridge may detach
 * a thread that it attached itself. Waiting references are guarded by a mutex that is never held
 * across a JNI call or a change of the GIL.
 *
 * Native threads never return to Java, so nothing frees their local references: every function of
 * this library deletes each one it obtains.
 */
#include "runtime.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

static JavaVM *vm;
static atomic_bool forked;
static pthread_key_t detach_key;
static _Thread_local JNIEnv *attached_env;

static struct {
    pthread_mutex_t lock;
    jobject *refs;
    size_t count;
    size_t capacity;
    atomic_bool any;
} waiting = {.lock = PTHREAD_MUTEX_INITIALIZER};

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

void bb_runtime_set_vm(JavaVM *running, JNIEnv *env)
{
    pthread_key_create(&detach_key, detach_ending_thread);
    pthread_atfork(NULL, NULL, note_fork);
    vm = running;
    attached_env = env;
}

bool bb_runtime_is_running(void)
{
    return vm != NULL;
}

static void delete_waiting_refs(JNIEnv *env)
{
    while (atomic_load_explicit(&waiting.any, memory_order_acquire)) {
        jobject batch[32];
        size_t taken = 0;
        pthread_mutex_lock(&waiting.lock);
        while (waiting.count > 0 && taken < sizeof batch / sizeof *batch) {
            batch[taken++] = waiting.refs[--waiting.count];
        }
        atomic_store_explicit(&waiting.any, waiting.count > 0, memory_order_release);
        pthread_mutex_unlock(&waiting.lock);
        while (taken > 0) {
            (*env)->DeleteGlobalRef(env, batch[--taken]);
        }
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
    /* Any non-NULL value makes the destructor run when the thread ends. */
    pthread_setspecific(detach_key, vm);
    attached_env = env;
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
        delete_waiting_refs(env);
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

void bb_global_ref_release(jobject global)
{
    if (global == NULL || atomic_load_explicit(&forked, memory_order_relaxed)) {
        return;
    }
    JNIEnv *env = attached_env;
    if (env != NULL || (*vm)->GetEnv(vm, (void **)&env, JNI_VERSION_10) == JNI_OK) {
        (*env)->DeleteGlobalRef(env, global);
        return;
    }
    pthread_mutex_lock(&waiting.lock);
    if (waiting.count == waiting.capacity) {
        size_t capacity = waiting.capacity ? 2 * waiting.capacity : 64;
        jobject *refs = realloc(waiting.refs, capacity * sizeof *refs);
        if (refs != NULL) {
            waiting.refs = refs;
            waiting.capacity = capacity;
        }
    }
    if (waiting.count < waiting.capacity) {
        waiting.refs[waiting.count++] = global;
        atomic_store_explicit(&waiting.any, true, memory_order_release);
    }
    /* Else memory is exhausted, and one leaked Java object is the least harm. */
    pthread_mutex_unlock(&waiting.lock);
}
