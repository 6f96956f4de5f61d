/* The JVM's reach: whether calls into Java are possible, and why not. */
#ifndef BB_REACH_H
#define BB_REACH_H

#include "base/bb.h"

/* See reach.c. From BB_LEFT on, nothing enters the JVM any more. */
enum bb_reach { BB_NO_JVM, BB_OPEN, BB_PYTHON_ENDS, BB_LEFT, BB_JVM_ENDED, BB_FORKED };

BB_SHARED _Atomic(int) bb_reach;

/* Whether any thread may call Java. This is the case that has to be fast. */
static inline bool bb_java_is_open(void)
{
    return atomic_load_explicit(&bb_reach, memory_order_acquire) == BB_OPEN;
}

/*
 * Whether the JVM cannot be reached any more. This is a forked child, or the JVM has ended or was left. Every call into
 * Java is then refused, and released objects stay in C.
 */
static inline bool bb_java_is_gone(void)
{
    return atomic_load_explicit(&bb_reach, memory_order_relaxed) >= BB_LEFT;
}

/* Whether a JVM was joined and can still be reached, at least by releases. */
static inline bool bb_java_is_running(void)
{
    int found = atomic_load_explicit(&bb_reach, memory_order_acquire);
    return found == BB_OPEN || found == BB_PYTHON_ENDS;
}

/* Whether calls into Java are refused on this thread. If so, the reason is set as RuntimeError. Needs the GIL. */
bool bb_java_is_refused(void);

/* The JVM has been joined. */
void bb_reach_open(void);

/*
 * The calling thread ends Python: from now on its calls into Java are refused; its releases still reach Java. Daemon
 * threads go on until the interpreter stops them. An exception would only make them write tracebacks. A thread that is
 * stopped while it writes leaves a lock behind.
 */
void bb_reach_close(void);

/*
 * The same, for a foreign JVM, which may end at once. From now on nothing enters it, not even releases; other threads
 * that would enter it stop. Needs the GIL, so no thread that has the GIL is in Java.
 */
void bb_reach_leave(void);

/* The JVM ends now, or will end without further notice. */
void bb_reach_note_jvm_end(void);

/* This is a forked child. */
void bb_reach_note_fork(void);

/* Module function: if the JVM cannot be reached any more, raises the exception that a call into Java raises then. */
PyObject *bb_refuse_gone(PyObject *module, PyObject *unused);

#endif
