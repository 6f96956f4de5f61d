/*
 * The GIL on Java threads, and the Python thread state that each of them keeps.
 *
 * Owns: the thread states of Java threads, one per thread, from its first entry to its end. A virtual thread uses the
 * thread state of its carrier. It cannot move to another carrier while it is inside (carrier.c).
 *
 * Threads: any; each thread uses its own.
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
 * The turnstile: one entering Java thread waits for the GIL, and the others wait for that thread. A thread that is
 * alone does not use it. Without it, each waiting thread would wake up every five milliseconds and make the holder
 * give up the GIL. A hundred threads with calls of a microsecond each then got a twentieth of the work done.
 *
 * No thread takes this lock while it has the GIL. So a thread that waits for the lock has nothing that its holder
 * waits for. A thread that CPython stops at Python's end while it waits keeps the lock. The threads behind it would
 * be stopped as well.
 */
static pthread_mutex_t turnstile = PTHREAD_MUTEX_INITIALIZER;

PyThreadState *(*bb_current_state)(void);

/*
 * Ends, at the thread's end, what bb_thread_state_keep began. After Python's end there is nothing to end. Does not
 * use PyGILState_Release: the C library may have cleared the thread's slot that it reads.
 */
static void drop_thread_state(void *kept)
{
    bb_kept_state = NULL;
    if (bb_gate_enter() != BB_GATE_IS_CLOSED) {
        PyEval_RestoreThread(kept);
        bb_recursion recursion; /* the destructors of the thread's objects may be user code */
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
 * Keeps one thread state per Java thread. Otherwise PyGILState makes and deletes one for each entry, which costs ten
 * times as much as the entry itself. One more Ensure keeps the state; the thread's end undoes it.
 */
void bb_thread_state_keep(void)
{
    if (PyGILState_GetThisThreadState() == NULL) {
        pthread_once(&key_made, make_key);
        PyGILState_STATE state = PyGILState_Ensure();
        bb_stack_tell_python();
        PyThreadState *kept = PyEval_SaveThread();
        if (key_exists && pthread_setspecific(kept_states, kept) == 0) {
            bb_kept_state = kept;
        } else {
            /* No destructor would end it: each entry makes its own state. */
            PyEval_RestoreThread(kept);
            PyGILState_Release(state);
        }
    }
}

bool bb_gil_is_held(void)
{
    pthread_once(&key_made, make_key);
    PyThreadState *own = PyGILState_GetThisThreadState();
    /* Up to 3.11 the current state is that of the thread that has the GIL, whichever it is. */
    return own != NULL && bb_current_state != NULL && bb_current_state() == own;
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
