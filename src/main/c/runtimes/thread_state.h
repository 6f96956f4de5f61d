/* The GIL on Java threads, and the Python thread state that each of them keeps. */
#ifndef BB_THREAD_STATE_H
#define BB_THREAD_STATE_H

#include "base/bb.h"

#include "base/thread_local.h"

/* How a thread has taken the GIL; it gives it up the same way. */
typedef struct bb_gil {
    enum bb_gil_way { BB_OUTSIDE, BB_WITH_THE_GIL, BB_WITH_THE_KEPT_STATE, BB_WITH_PYGILSTATE } how;
    PyGILState_STATE state;
} bb_gil;

/* The thread state of a Java thread that has been inside. NULL on one that has not, and on Python threads. */
extern BB_THREAD_LOCAL PyThreadState *bb_kept_state;

/* From its first entry to its end a Java thread keeps one. Takes and gives up the GIL. */
void bb_thread_state_keep(void);

/* Takes the GIL, inside the gate. `is_alone`: no other thread is inside. */
void bb_gil_take(bb_gil *gil, bool is_alone);

/* Gives the GIL up. */
void bb_gil_give_up(bb_gil *gil);

/* The current thread state, after bb_gil_take(). */
PyThreadState *bb_gil_state(const bb_gil *gil);

/* This is a forked child: a thread that held the lock in the parent is not here. */
void bb_thread_state_note_fork(void);

#endif
