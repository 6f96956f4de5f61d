/* A thread's entry into Python: through the gate, with the GIL, with a recursion limit that fits its stack. */
#ifndef BB_ENTRY_H
#define BB_ENTRY_H

#include "base/bb.h"

#include "base/stop.h"
#include "runtimes/stack.h"
#include "runtimes/thread_state.h"

/* How a thread entered; it leaves the same way. */
typedef struct bb_entry {
    bb_gil gil;
    bb_recursion recursion; /* what is put back when the thread leaves */
    jobject waiting;        /* on a carrier of virtual threads: the result of bb_carrier_begin() */
} bb_entry;

/*
 * Declares the local variable of the function that enters, and stops an unwinding of its stack. Up to 3.13, CPython
 * ends a thread that wants the GIL of a finalised interpreter. It calls pthread_exit(), which unwinds the stack. The
 * Java frames below would be lost without the JVM knowing. So the unwinding stops here, and the thread with it (needs
 * -fexceptions).
 */
#define BB_ENTRY __attribute__((cleanup(bb_entry_stop_unwinding))) bb_entry

static inline void bb_entry_stop_unwinding(bb_entry *entry)
{
    if (entry->gil.how != BB_OUTSIDE) {
        bb_stop_for_ever();
    }
}

/*
 * Takes the GIL on any thread, and makes the recursion limit fit the rest of its stack. It does so at each entry,
 * because a thread may enter high on its stack and later from far below. False, with nothing taken, once the
 * interpreter has begun to end. Taking the GIL could then end or hang the calling thread. One bb_python_leave() follows
 * each true. Only python_door.c calls these two functions.
 */
bool bb_python_enter(bb_entry *entry);
void bb_python_leave(bb_entry *entry);

/*
 * Whether the calling thread is in a call from Python, or has entered Python here. Such a thread cannot wait for the
 * gate to close. Needs no GIL.
 */
bool bb_python_is_inside(void);

#endif
