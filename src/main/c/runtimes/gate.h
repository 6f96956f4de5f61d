/* The gate between Java threads and the interpreter: open until Python ends. */
#ifndef BB_GATE_H
#define BB_GATE_H

#include "base/bb.h"

#include "base/deferred.h"
#include "runtimes/stack.h"

/* How a thread came in; it leaves the same way. */
typedef struct bb_entry {
    enum { BB_OUTSIDE, BB_WITH_THE_GIL, BB_WITH_THE_KEPT_STATE, BB_WITH_PYGILSTATE } how;
    PyGILState_STATE state;
    bb_recursion recursion; /* what is put back when the thread leaves */
    jobject waiting;        /* of a carrier of virtual threads: what its scheduler was told */
} bb_entry;

/* Stops the calling thread for good; without the GIL, which others need. */
_Noreturn void bb_python_stay(void);

/*
 * Of a local variable in the function that enters. Up to 3.13 CPython ends a thread that wants the GIL of an interpreter
 * that is finalised, by pthread_exit(), which unwinds the stack. Java's frames below would be gone and the JVM would
 * not know; so the unwinding stops here, and the thread with it (needs -fexceptions).
 */
#define BB_ENTRY __attribute__((cleanup(bb_python_stop_unwinding))) bb_entry

static inline void bb_python_stop_unwinding(bb_entry *entry)
{
    if (entry->how != BB_OUTSIDE) {
        bb_python_stay();
    }
}

/*
 * Takes the GIL on any thread, and makes the recursion limit fit what is left of its stack: at each entry, because a
 * thread that came in high up may come again from far below. False, with nothing taken, once the interpreter has begun to
 * end: taking the GIL then could end or hang the calling thread. Every true is matched by one bb_python_leave(). Only
 * python_door.c calls these two.
 */
bool bb_python_enter(bb_entry *entry);
void bb_python_leave(bb_entry *entry);

/* This is a forked child: who held locks in the parent is not here. */
void bb_gate_note_fork(void);

/*
 * Work for Python from a thread that must not wait for the GIL: done with the GIL by the main thread, or
 * by the next call into Java, whichever comes first. Dropped once the interpreter has begun to end.
 * `entry` is part of `data`, so that this cannot fail; or NULL, and then one is allocated.
 */
void bb_defer_to_python(bb_deferred *entry, bb_deferred_action action, void *data);

/* Does what was deferred. Needs the GIL. */
void bb_run_deferred_to_python(void);

/* The same at the end of a release, where an exception may be on its way: that survives. Needs the GIL. */
void bb_run_deferred_beside_exception(void);

/*
 * Whether the calling thread is in a call from Python, or entered here: then it cannot wait for the gate to
 * be closed. Needs no GIL.
 */
bool bb_python_is_inside(void);

enum { BB_FOR_EVER = -1 };

/*
 * Refuses what comes, and waits for what is inside, at most so long. How many are inside still. Without the GIL,
 * which those need to leave.
 */
int64_t bb_gate_close(int patience_milliseconds);

/* Takes bb_gate_close() back. */
void bb_gate_open(void);

/* Module function: bb_gate_close(), for a moment. */
PyObject *bb_close_gate(PyObject *module, PyObject *unused);

#endif
