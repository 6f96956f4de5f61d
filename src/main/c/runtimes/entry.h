/* A thread's entry into Python: through the gate, with the GIL, with a recursion limit that fits its stack. */
#ifndef BB_ENTRY_H
#define BB_ENTRY_H

#include "base/bb.h"

#include "base/stop.h"
#include "runtimes/stack.h"
#include "runtimes/thread_state.h"

/* How a thread came in; it leaves the same way. */
typedef struct bb_entry {
    bb_gil gil;
    bb_recursion recursion; /* what is put back when the thread leaves */
    jobject waiting;        /* on a carrier of virtual threads: what its scheduler was told */
} bb_entry;

/*
 * For a local variable in the function that enters. Up to 3.13 CPython ends a thread that wants the GIL of an interpreter
 * that is finalised, by pthread_exit(), which unwinds the stack. The Java frames below would be gone and the JVM would
 * not know; so the unwinding stops here, and the thread with it (needs -fexceptions).
 */
#define BB_ENTRY __attribute__((cleanup(bb_entry_stop_unwinding))) bb_entry

static inline void bb_entry_stop_unwinding(bb_entry *entry)
{
    if (entry->gil.how != BB_OUTSIDE) {
        bb_stop_for_ever();
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

/*
 * Whether the calling thread is in a call from Python, or entered here: then it cannot wait for the gate to
 * be closed. Needs no GIL.
 */
bool bb_python_is_inside(void);

#endif
