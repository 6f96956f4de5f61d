/* The JVM of this process, and each thread's way into it. */
#ifndef BB_RUNTIME_H
#define BB_RUNTIME_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <jni.h>
#include <stdbool.h>

/*
 * Thread-local variables that every export looks at. The GNU C library has room for a few at a fixed place also
 * in libraries that are loaded later, which spares a call for each look; others have none.
 */
#ifdef __GLIBC__
#define BB_THREAD_LOCAL _Thread_local __attribute__((tls_model("initial-exec")))
#else
#define BB_THREAD_LOCAL _Thread_local
#endif

/*
 * Takes note of the process's one JVM. Called before any other function here. -1 with RuntimeError set when the
 * process has no room for thread-specific data.
 */
int bb_runtime_set_vm(JavaVM *vm);

/*
 * The calling thread, which was just attached to the JVM, is detached when it ends. False when that could not be
 * arranged, for want of memory.
 */
bool bb_runtime_own_thread(JNIEnv *env);

/* Whether calls into the JVM are possible from this process: false in a forked child too. */
bool bb_runtime_is_running(void);

/* Whether this process is a forked child of the one that the JVM runs in. */
bool bb_runtime_is_forked(void);

/* In a forked child: from now on every call into Java is refused, and what is released stays in C. */
void bb_runtime_note_fork(void);

/*
 * The calling thread ends Python: from now on its calls into Java are refused; releases still reach it. Daemon
 * threads go on until the interpreter stops them: an exception then would only have them write tracebacks, and
 * a thread that is stopped while it writes leaves a lock behind.
 */
void bb_runtime_close(void);

/*
 * The calling thread's JNIEnv; the thread is attached as a daemon on first use and detached when
 * it ends. Needs the GIL; gives it up for the attachment, because attaching may wait for a
 * garbage collection. NULL with RuntimeError set: no JVM, this is a forked child, or Python ends.
 */
JNIEnv *bb_env(void);

/*
 * The same for a release, which is let through while Python ends: what was granted goes back. NULL with
 * no exception where Java cannot be reached.
 */
JNIEnv *bb_env_for_release(void);

/* The same, but never attaches and never gives up the GIL: NULL, with no exception, where that would be needed. */
JNIEnv *bb_env_if_attached(void);

/* Module function: raises in a forked child what bb_env() raises there. */
PyObject *bb_refuse_fork(PyObject *module, PyObject *unused);

/* Work for Java that a thread could not do itself. Runs with the GIL, must not raise, frees `data`. */
typedef void (*bb_deferred_action)(JNIEnv *env, void *data);

/*
 * Runs `action` with the calling thread's JNIEnv; on a thread that was never attached, leaves it to the
 * next bb_env() of any thread, so that no deallocation gives up the GIL. In a forked child nothing
 * runs: Java's side belongs to the parent.
 */
void bb_defer(bb_deferred_action action, void *data);

/* Work that was put off. */
typedef struct bb_deferred {
    struct bb_deferred *next;
    bb_deferred_action action;
    void *data;
    bool is_own; /* allocated for itself, not part of `data` */
} bb_deferred;

/*
 * Leaves an action to the next bb_env() of any thread, also where this thread is attached. `entry` is part of
 * `data`, so that this cannot fail. Dropped in a forked child.
 */
void bb_defer_to_next(bb_deferred *entry, bb_deferred_action action, void *data);

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
