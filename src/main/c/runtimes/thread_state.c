/*
 * The GIL on Java threads, and the Python thread state that each of them keeps.
 *
 * Owns: the thread states of Java threads, one per thread, from its first entry to its end. A virtual thread enters on
 * the state of its carrier, and cannot be moved to another carrier while it is inside (carrier.c).
 *
 * Threads: any; each sees its own.
 */
#include "base/bb.h"

#include "runtimes/thread_state.h"

#include <dlfcn.h>
#include <pthread.h>

#include "runtimes/gate.h"
#include "runtimes/stack.h"

BB_THREAD_LOCAL PyThreadState *bb_kept_state;

static pthread_once_t key_made = PTHREAD_ONCE_INIT;
static pthread_key_t kept_states;
static bool key_exists;

/*
 * One of the Java threads that come in waits for the GIL, and the others wait for that one; a thread that is alone goes
 * by. Without this each of them would wake up every five milliseconds and make the holder give the GIL up: a hundred
 * threads with calls of a microsecond each got a twentieth of the work done.
 *
 * No thread takes this lock with the GIL. So a thread that waits for it has nothing that its holder waits for. A thread
 * that CPython stops at Python's end while it waits keeps the lock: those behind would be stopped as well.
 */
static pthread_mutex_t turnstile = PTHREAD_MUTEX_INITIALIZER;

PyThreadState *(*bb_current_state)(void);

/*
 * Ends what bb_thread_state_keep began, when the thread ends; after Python's end there is nothing to end.
 * Not with PyGILState_Release: the C library may have cleared the thread's slot that it looks at.
 */
static void drop_thread_state(void *kept)
{
    bb_kept_state = NULL;
    if (bb_gate_enter() != BB_GATE_IS_CLOSED) {
        PyEval_RestoreThread(kept);
        bb_recursion recursion; /* what the thread leaves behind may be anybody's code */
        bb_stack_limit_recursion(kept, &recursion);
        PyThreadState_Clear(kept);
        PyEval_SaveThread();
        PyThreadState_Delete(kept);
        bb_gate_leave();
    }
}

static void make_key(void)
{
    void *found = dlsym(RTLD_DEFAULT, "PyThreadState_GetUnchecked");
    *(void **)&bb_current_state = found != NULL ? found : dlsym(RTLD_DEFAULT, "_PyThreadState_UncheckedGet");
    key_exists = pthread_key_create(&kept_states, drop_thread_state) == 0;
}

/*
 * A Java thread has no thread state, and PyGILState makes and deletes one for each entry, which
 * costs ten times what the entry itself does. One more Ensure, ended by the thread's end, keeps it.
 */
void bb_thread_state_keep(void)
{
    if (PyGILState_GetThisThreadState() == NULL) {
        pthread_once(&key_made, make_key);
        PyGILState_STATE state = PyGILState_Ensure();
        PyThreadState *kept = PyEval_SaveThread();
        if (key_exists && pthread_setspecific(kept_states, kept) == 0) {
            bb_kept_state = kept;
        } else {
            /* Nobody would end it: each entry makes one of its own. */
            PyEval_RestoreThread(kept);
            PyGILState_Release(state);
        }
    }
}

void bb_gil_take_in_turn(void)
{
    pthread_mutex_lock(&turnstile);
    PyEval_RestoreThread(bb_kept_state);
    pthread_mutex_unlock(&turnstile);
}

void bb_thread_state_note_fork(void)
{
    turnstile = (pthread_mutex_t)PTHREAD_MUTEX_INITIALIZER;
}
