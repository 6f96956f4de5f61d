/* The JVM of this process, and each thread's way into it. */
#ifndef BB_RUNTIME_H
#define BB_RUNTIME_H

#include "base/bb.h"

#include "base/deferred.h"
#include "base/thread_local.h"

/*
 * Takes note of the process's one JVM, and whether somebody else created it. Called before any other function here. -1 with RuntimeError set when the
 * process has no room for thread-specific data.
 */
int bb_runtime_set_vm(JavaVM *vm, bool is_foreign);

/*
 * The calling thread, which was just attached to the JVM, is detached when it ends. False when that could not be
 * arranged, for want of memory.
 */
bool bb_runtime_own_thread(JNIEnv *env);

/* Detaches the calling thread, which calls Java no more. Not one that is in Java, or is Java's own. */
void bb_runtime_detach(void);

/* Whether the JVM of this process was joined, and can still be called. */
bool bb_runtime_is_running(void);

/*
 * Whether the JVM cannot be reached any more, for good: this is a forked child of the process it runs in, or it has
 * ended or was left. Then every call into Java is refused, and what is released stays in C.
 */
bool bb_runtime_is_gone(void);

/* This is a forked child. */
void bb_runtime_note_fork(void);

/* The JVM, which somebody else created, ends, or will without further notice. */
void bb_runtime_note_jvm_end(void);

/*
 * The calling thread ends Python: from now on its calls into Java are refused; releases still reach it. Daemon
 * threads go on until the interpreter stops them: an exception then would only have them write tracebacks, and
 * a thread that is stopped while it writes leaves a lock behind.
 */
void bb_runtime_close(void);

/*
 * The same, of a JVM that somebody else created and may end at once: nothing enters it from now on, releases neither;
 * other threads that would stop for good. Needs the GIL: so no thread that has it is in Java.
 */
void bb_runtime_leave(void);

/*
 * The calling thread's JNIEnv; the thread is attached as a daemon on first use and detached when
 * it ends. Needs the GIL; gives it up for the attachment, because attaching may wait for a
 * garbage collection. NULL with RuntimeError set: no JVM, it cannot be reached any more, or Python ends.
 */
JNIEnv *bb_env(void);

/*
 * The same for a release, which is let through while Python ends: what was granted goes back. NULL with
 * no exception where Java cannot be reached.
 */
JNIEnv *bb_env_for_release(void);

/* The same, but never attaches and never gives up the GIL: NULL, with no exception, where that would be needed. */
JNIEnv *bb_env_if_attached(void);

/* Module function: raises, where the JVM cannot be reached any more, what bb_env() raises there. */
PyObject *bb_refuse_gone(PyObject *module, PyObject *unused);

/*
 * Runs `action` with the calling thread's JNIEnv; on a thread that was never attached, leaves it to the
 * next bb_env() of any thread, so that no deallocation gives up the GIL. Where the JVM cannot be reached
 * nothing runs.
 */
void bb_defer(bb_deferred_action action, void *data);

/*
 * Leaves an action to the next bb_env() of any thread, also where this thread is attached. `entry` is part of
 * `data`, so that this cannot fail; or NULL, and then one is allocated. Dropped where the JVM cannot be reached.
 */
void bb_defer_to_next(bb_deferred *entry, bb_deferred_action action, void *data);

/* Lets go of a global reference, from any thread. */
void bb_global_ref_release(jobject global);

/* A new global reference, or NULL with MemoryError set. */
jobject bb_global_ref(JNIEnv *env, jobject local);

#endif
