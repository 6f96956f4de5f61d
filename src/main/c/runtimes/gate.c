/*
 * The gate between Java threads and the interpreter.
 *
 * PyGILState_Ensure on a thread of Java's during or after finalisation kills the process or hangs the
 * thread. So each entry is counted, and at exit (atexit, while the interpreter is whole) the gate is
 * closed: entries that come later are refused, and those inside are waited for without the GIL, which
 * they need to leave.
 *
 * One atomic word: the number of threads inside, and one bit that says closed. An entry adds first and
 * looks afterwards, the closer sets the bit first and looks afterwards; so either the entry sees the bit
 * or the closer sees the entry. Calls nest; of a thread's, the outermost is counted.
 *
 * Owns: the work for Python that was put off, and the thread states of Java's threads, one per thread, from
 * its first entry to its end. A virtual thread enters on its carrier's, and cannot be moved to another
 * carrier while it is inside (carrier.c).
 */
#include "base/bb.h"

#include "runtimes/gate.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/pending.h"
#include "runtimes/carrier.h"
#include "runtimes/runtime.h"
#include "runtimes/stack.h"

#define CLOSED ((int64_t)1 << 62)

static _Atomic(int64_t) inside;

/* The thread that ends Python, once only daemon threads are left beside it; written before the flag. */
static pthread_t ender;
static atomic_bool ends;

/* How often the calling thread is inside: calls nest. */
static BB_THREAD_LOCAL int depth;

/* Of a thread of Java's that has been inside; NULL: of one that has not, and of Python's threads. */
static BB_THREAD_LOCAL PyThreadState *kept_state;

/* What the thread's last outermost entry has done to the limit of that state. */
static BB_THREAD_LOCAL bb_recursion kept_recursion;

static pthread_once_t key_made = PTHREAD_ONCE_INIT;
static pthread_key_t kept_states;

/*
 * Of Java's threads that come in, one waits for the GIL, and the others for that one; who is alone goes by. Each thread
 * that waits for the GIL wakes up every five milliseconds and has its holder give it up: a hundred of them, with calls of
 * a microsecond, got a twentieth done of what they do so.
 *
 * Nobody takes it with the GIL, so it cannot be waited for by one that has what its holder waits for. A thread that
 * CPython stops while it waits, at Python's end, keeps it: those behind would be stopped as well.
 */
static pthread_mutex_t turnstile = PTHREAD_MUTEX_INITIALIZER;

/* The thread state that has the GIL, or NULL: in each libpython, and in no limited API. NULL where it is missing. */
static PyThreadState *(*current_state)(void);

enum { REFUSED = -1 };

/* How many others are inside, or REFUSED. */
static int64_t enter(void)
{
    int64_t others = atomic_fetch_add(&inside, 1);
    if (others & CLOSED) {
        atomic_fetch_sub(&inside, 1);
        return REFUSED;
    }
    return others;
}

static void leave(void)
{
    atomic_fetch_sub(&inside, 1);
}

/*
 * Ends what keep_thread_state began, when the thread ends; after Python's end there is nothing to end.
 * Not with PyGILState_Release: the C library may have cleared the thread's slot that it looks at.
 */
static void drop_thread_state(void *kept)
{
    kept_state = NULL;
    if (enter() != REFUSED) {
        PyEval_RestoreThread(kept);
        bb_recursion recursion; /* what the thread leaves behind may be anybody's code */
        bb_stack_limit_recursion(kept, &recursion);
        PyThreadState_Clear(kept);
        PyEval_SaveThread();
        PyThreadState_Delete(kept);
        leave();
    }
}

static bool key_exists;

static void make_key(void)
{
    void *found = dlsym(RTLD_DEFAULT, "PyThreadState_GetUnchecked");
    *(void **)&current_state = found != NULL ? found : dlsym(RTLD_DEFAULT, "_PyThreadState_UncheckedGet");
    key_exists = pthread_key_create(&kept_states, drop_thread_state) == 0;
}

/*
 * A thread of Java's has no thread state, and PyGILState makes and deletes one for each entry, which
 * costs ten times what the entry itself does. One more Ensure, ended by the thread's end, keeps it.
 */
static void keep_thread_state(void)
{
    if (PyGILState_GetThisThreadState() == NULL) {
        pthread_once(&key_made, make_key);
        PyGILState_STATE state = PyGILState_Ensure();
        PyThreadState *kept = PyEval_SaveThread();
        if (key_exists && pthread_setspecific(kept_states, kept) == 0) {
            kept_state = kept;
        } else {
            /* Nobody would end it: each entry makes one of its own. */
            PyEval_RestoreThread(kept);
            PyGILState_Release(state);
        }
    }
}

/*
 * A daemon thread of Python's that is in Java, and would come back, when Python ends. It has no future: refused,
 * it would raise in Python, where CPython stops it at any point, also while it writes its traceback; the lock of
 * stderr that it then holds is a fatal error to the interpreter's end. So it stops here, without the GIL and
 * without a lock of Python's, as CPython itself stops such threads from 3.14 on.
 */
static void stop_if_abandoned(void)
{
    bool is_pythons = depth == 0 && PyGILState_GetThisThreadState() != NULL && kept_state == NULL;
    while (is_pythons && atomic_load(&ends) && !pthread_equal(ender, pthread_self())) {
        pause();
    }
}

static void restore_in_turn(void)
{
    pthread_mutex_lock(&turnstile);
    PyEval_RestoreThread(kept_state);
    pthread_mutex_unlock(&turnstile);
}

/*
 * What PyGILState does, for a thread state that is kept: without looking it up, and without counting how often it is
 * entered. Whether this thread has the GIL already (Python.run) is seen by that state's being the current one.
 */
static void take_gil(bb_entry *entry, bool alone)
{
    if (kept_state == NULL || current_state == NULL) {
        entry->how = BB_WITH_PYGILSTATE;
        entry->state = PyGILState_Ensure();
    } else if (current_state() == kept_state) {
        entry->how = BB_WITH_THE_GIL;
    } else {
        alone ? PyEval_RestoreThread(kept_state) : restore_in_turn();
        entry->how = BB_WITH_THE_KEPT_STATE;
    }
}

/*
 * The outermost entries of a Java thread leave its limit lowered: most come from the same place of its stack as the last
 * one. All others put back what they found, which calls further up have set.
 */
static void limit_recursion(bb_entry *entry)
{
    entry->recursion.counter = NULL;
    if (entry->how != BB_WITH_THE_KEPT_STATE || depth > 0) {
        bb_stack_limit_recursion(entry->how == BB_WITH_PYGILSTATE ? PyThreadState_Get() : kept_state, &entry->recursion);
    } else if (!bb_stack_is_limited(&kept_recursion)) {
        bb_stack_put_back(&kept_recursion);
        bb_stack_limit_recursion(kept_state, &kept_recursion);
    }
}

/* Who is inside is counted, and waited for, already; a nested call only looks whether the gate is open. */
static int64_t enter_nested(void)
{
    int64_t found = atomic_load_explicit(&inside, memory_order_relaxed);
    return found & CLOSED ? REFUSED : found - 1;
}

bool bb_python_enter(bb_entry *entry)
{
    int64_t others = depth > 0 ? enter_nested() : enter();
    if (others == REFUSED) {
        stop_if_abandoned();
        return false;
    }
    entry->waiting = bb_carrier != BB_NO_CARRIER && depth == 0 ? bb_carrier_begin() : NULL;
    entry->how = BB_WITH_PYGILSTATE; /* not outside any more, while the GIL is waited for */
    if (kept_state == NULL) {
        keep_thread_state();
    }
    take_gil(entry, others == 0);
    limit_recursion(entry);
    depth++;
    return true;
}

void bb_gate_note_fork(void)
{
    turnstile = (pthread_mutex_t)PTHREAD_MUTEX_INITIALIZER;
}

void bb_python_stay(void)
{
    for (;;) {
        pause();
    }
}

void bb_python_leave(bb_entry *entry)
{
    depth--;
    bb_stack_put_back(&entry->recursion);
    switch (entry->how) {
    case BB_OUTSIDE:
    case BB_WITH_THE_GIL:
        break;
    case BB_WITH_THE_KEPT_STATE:
        PyEval_SaveThread();
        break;
    case BB_WITH_PYGILSTATE:
        PyGILState_Release(entry->state);
        break;
    }
    entry->how = BB_OUTSIDE;
    if (depth == 0) {
        if (entry->waiting != NULL) {
            bb_carrier_end(entry->waiting);
        }
        leave();
    }
}

/* ---------------------------------------------------------------------------------- deferred -- */

static bb_deferrals deferred;

void bb_run_deferred_to_python(void)
{
    bb_deferrals_run(&deferred, NULL);
}

void bb_run_deferred_beside_exception(void)
{
    if (atomic_load_explicit(&deferred.first, memory_order_relaxed) == NULL) {
        return;
    }
    bb_pending pending;
    bb_pending_set_aside(&pending);
    bb_run_deferred_to_python();
    bb_pending_put_back(&pending);
}

static int run_pending(void *unused)
{
    (void)unused;
    bb_run_deferred_to_python();
    return 0;
}

void bb_defer_to_python(bb_deferred *entry, bb_deferred_action action, void *data)
{
    if (enter() == REFUSED) {
        return; /* without Python, something of Python's stays for good */
    }
    if (bb_deferrals_add(&deferred, entry, action, data)) {
        /* Fails when many are pending already; those, or the next call into Java, do this one as well. */
        Py_AddPendingCall(run_pending, NULL);
    }
    leave();
}

/* -------------------------------------------------------------------------------------- exit -- */

int64_t bb_gate_close(int patience_milliseconds)
{
    enum { NANOSECONDS = 100 * 1000, PER_MILLISECOND = 10 };
    const struct timespec moment = {.tv_nsec = NANOSECONDS};
    atomic_fetch_or(&inside, CLOSED);
    int64_t left;
    for (int64_t moments = 0; (left = atomic_load(&inside) & ~CLOSED) != 0; moments++) {
        if (patience_milliseconds != BB_FOR_EVER && moments >= (int64_t)patience_milliseconds * PER_MILLISECOND) {
            break;
        }
        nanosleep(&moment, NULL);
    }
    return left;
}

void bb_gate_open(void)
{
    atomic_fetch_and(&inside, ~CLOSED);
}

bool bb_python_is_inside(void)
{
    return depth > 0 || (PyGILState_GetThisThreadState() != NULL && kept_state == NULL);
}

PyObject *bb_close_gate(PyObject *module, PyObject *unused)
{
    enum { MOMENT_MILLISECONDS = 50 };
    (void)module;
    (void)unused;
    ender = pthread_self();
    atomic_store(&ends, true);
    PyThreadState *state = PyEval_SaveThread();
    int64_t left = bb_gate_close(MOMENT_MILLISECONDS);
    PyEval_RestoreThread(state);
    return PyLong_FromLongLong(left);
}
