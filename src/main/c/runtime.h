/* The JVM of this process, and each thread's way into it. */
#ifndef BB_RUNTIME_H
#define BB_RUNTIME_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <jni.h>
#include <stdbool.h>

/* Takes note of the process's one JVM. Called once, before any other function here. */
void bb_runtime_set_vm(JavaVM *vm);

/* The calling thread, which was just attached to the JVM, is detached when it ends. */
void bb_runtime_own_thread(JNIEnv *env);

bool bb_runtime_is_running(void);

/*
 * The calling thread's JNIEnv; the thread is attached as a daemon on first use and detached when
 * it ends. Needs the GIL; gives it up for the attachment, because attaching may wait for a
 * garbage collection. NULL with RuntimeError set: no JVM, or this is a forked child.
 */
JNIEnv *bb_env(void);

/* The same, but never attaches and never gives up the GIL: NULL, with no exception, where that would be needed. */
JNIEnv *bb_env_if_attached(void);

/* Work for Java that a thread could not do itself. Runs with the GIL, must not raise, frees `data`. */
typedef void (*bb_deferred_action)(JNIEnv *env, void *data);

/*
 * Runs `action` with the calling thread's JNIEnv; on a thread that was never attached, leaves it to the
 * next bb_env() of any thread, so that no deallocation gives up the GIL. In a forked child nothing
 * runs: Java's side belongs to the parent.
 */
void bb_defer(bb_deferred_action action, void *data);

/* Lets go of a global reference, from any thread. */
void bb_global_ref_release(jobject global);

/* A new global reference, or NULL with MemoryError set. */
jobject bb_global_ref(JNIEnv *env, jobject local);

/*
 * For the accessors of our own Java classes, which throw nothing but what any Java may (stack overflow,
 * no memory): clears a pending exception. True if there was one.
 */
bool bb_discard_thrown(JNIEnv *env);

#endif
