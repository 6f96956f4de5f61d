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

/* The thread state of a Java thread that has been inside. NULL on a Java thread that has not, and on Python threads. */
BB_SHARED BB_THREAD_LOCAL PyThreadState *bb_kept_state;

/* Makes the thread state that a Java thread keeps until its end. Takes and gives up the GIL. */
void bb_thread_state_keep(void);

/*
 * Returns the thread state that has the GIL, or NULL. Every libpython has it, no limited API does. NULL if it is
 * missing.
 */
BB_SHARED PyThreadState *(*bb_current_state)(void);

/* Whether the calling thread has the GIL. Any thread may ask, also after Python's end. */
bool bb_gil_is_held(void);

/* Waits for the GIL behind the other waiting Java threads. */
void bb_gil_take_in_turn(void);

/*
 * Takes the GIL, inside the gate. `is_alone`: no other thread is inside. It does what PyGILState does, for a kept
 * thread state: without a lookup, and without counting entries. If the thread has the GIL already (Python.run), its
 * state is the current one.
 */
static inline void bb_gil_take(bb_gil *gil, bool is_alone)
{
    if (bb_kept_state == NULL || bb_current_state == NULL) {
        gil->how = BB_WITH_PYGILSTATE;
        gil->state = PyGILState_Ensure();
    } else if (bb_current_state() == bb_kept_state) {
        gil->how = BB_WITH_THE_GIL;
    } else {
#ifdef Py_GIL_DISABLED
        is_alone = true; /* no thread waits for another one */
#endif
        is_alone ? PyEval_RestoreThread(bb_kept_state) : bb_gil_take_in_turn();
        gil->how = BB_WITH_THE_KEPT_STATE;
    }
}

/* Gives the GIL up. */
static inline void bb_gil_give_up(bb_gil *gil)
{
    switch (gil->how) {
    case BB_OUTSIDE:
    case BB_WITH_THE_GIL:
        break;
    case BB_WITH_THE_KEPT_STATE:
        PyEval_SaveThread();
        break;
    case BB_WITH_PYGILSTATE:
        PyGILState_Release(gil->state);
        break;
    }
    gil->how = BB_OUTSIDE;
}

/* The current thread state, after bb_gil_take(). */
static inline PyThreadState *bb_gil_state(const bb_gil *gil)
{
    return gil->how == BB_WITH_PYGILSTATE ? PyThreadState_Get() : bb_kept_state;
}

/* In a forked child: resets the lock, because a parent thread that held it does not exist here. */
void bb_thread_state_note_fork(void);

#endif
