/*
 * Holdings: each keeps memory that the library knows in place for one JavaBuffer.
 *
 * The flow: a JavaBuffer's first export -> Holding.open (Java: keeps the arena open, asks whether arrays can be
 * pinned) -> descriptor in C. Every further export is one increment and one decrement. It does not call the JVM; this
 * is the fast path. When the JavaBuffer dies or is released, the library lets go of the memory. An idle pin goes
 * earlier where other arrays need its room.
 *
 * Owns: through each JavaBuffer its holding.
 *
 * The word `exports` of a JavaBuffer, and who may move it:
 *
 *     NOT_HELD --first acquire--> CHANGING --opened--> 1 <--acquire/release--> n
 *     CHANGING --refused--> NOT_HELD
 *     0 --let go, by the owner, by the end of a question, or of a pin by a thread that needs room--> CHANGING
 *     CHANGING --closed--> NOT_HELD
 *     CHANGING --a consumer may have kept the address since the question began--> 0
 *     0 or NOT_HELD --end--> CHANGING, `freed` is set --> NOT_HELD, permanently
 *
 * An acquire increments only from a value >= 0. Letting go starts only from 0. For all other threads each of the two
 * is one step. Therefore no export begins on memory that a thread is letting go of. While the word is positive,
 * `holding` is stable.
 *
 * Threads. A thread that sees CHANGING waits without the GIL. The thread that changes the word runs no user code before
 * the word is settled. It raises nothing, reports nothing and keeps the GIL. Thus no thread waits for a word whose
 * changing thread waits for that thread.
 */
#include "base/bb.h"

#include "exports/holding_word.h"

#include <sched.h>

#include "base/description.h"
#include "exports/holding_memory.h"
#include "runtimes/attachment.h"
#include "runtimes/python_work.h"
#include "runtimes/reach.h"

void bb_holding_note_request(bb_holding *holding, int flags)
{
    bool is_reader = holding->guard.is_exclusive && !(flags & PyBUF_WRITABLE);
    if (bb_may_keep_address(flags, is_reader || (holding->descriptor.flags & BB_READONLY) != 0)) {
        atomic_store_explicit(&holding->keeps_address, true, memory_order_relaxed);
        if (holding->guard.word != NULL && atomic_load(&holding->buffer->kept_view) != NULL) {
            /* The exporter's memory before a change. One such memory is kept, as for exports by upcall. */
            bb_global_ref_release(atomic_exchange(&holding->buffer->kept_view, NULL));
        }
    }
}

/* Takes stacks if they are wanted. Called after the word is settled, because taking stacks may give up the GIL. */
static void trace_hold(bb_holding *holding)
{
    PyObject *acquisition = bb_trace_held();
    if (acquisition != NULL) {
        pthread_mutex_lock(&bb_holdings_ring()->lock);
        holding->origin.acquisition = acquisition;
        pthread_mutex_unlock(&bb_holdings_ring()->lock);
    }
}

/* Moves the word from CHANGING to 1, held with one export, or back to NOT_HELD with an exception set. */
static int take_hold(JNIEnv *env, bb_java_buffer *buffer, const bb_opening *opening)
{
    bb_refusal refusal = {NULL, {NULL, NULL}};
    bool freed = atomic_load(&buffer->freed);
    bb_holding *holding = freed ? NULL : bb_holding_open(env, buffer, opening->object, &refusal);
    if (holding != NULL) {
        holding->buffer = buffer;
#ifdef Py_GIL_DISABLED
        holding->weak_owner = PyWeakref_NewRef((PyObject *)buffer, NULL);
        PyErr_Clear(); /* memory ran out */
#endif
        holding->guard = opening->guard;
        holding->is_for_question = opening->is_for_question;
        holding->notes_requests = opening->is_for_question || opening->guard.word != NULL ||
                                  (holding->descriptor.flags & BB_HEAP) != 0;
        bb_origin_begin(&holding->origin);
        buffer->holding = holding;
        bb_ring_add(bb_holdings_ring(), &holding->link);
        atomic_store_explicit(&buffer->exports, 1, memory_order_release);
        if (bb_traced()) {
            trace_hold(holding);
        }
        return 0;
    }
    atomic_store_explicit(&buffer->exports, BB_NOT_HELD, memory_order_release);
    if (freed) {
        PyErr_SetString(PyExc_BufferError, BB_FREED);
    } else {
        bb_holding_raise_refusal(env, &refusal);
    }
    return -1;
}

/*
 * Waits without the GIL, which the changing thread may need. False if the JVM cannot be reached, because then the
 * changing thread is gone. It does not exist in a forked child, and does not come back from a JVM that has ended.
 */
static bool wait_for_change(void)
{
    if (bb_java_is_gone()) {
        return false;
    }
    Py_BEGIN_ALLOW_THREADS;
    sched_yield();
    Py_END_ALLOW_THREADS;
    return true;
}

int bb_holding_take_for(JNIEnv *env, bb_java_buffer *buffer, const bb_opening *opening)
{
    while (env != NULL) {
        int64_t exports = BB_NOT_HELD;
        if (bb_holding_count(buffer, 1)) {
            return 0;
        }
        if (atomic_compare_exchange_strong(&buffer->exports, &exports, BB_CHANGING)) {
            return take_hold(env, buffer, opening);
        }
        if (exports == BB_CHANGING && !wait_for_change()) {
            env = bb_enter_java(); /* raises the reason why the JVM cannot be reached any more */
        }
    }
    return -1;
}

const bb_descriptor *bb_holding_take(bb_java_buffer *buffer, bool is_for_question)
{
    /* May give up the GIL to attach this thread, so the word is read afterwards. */
    JNIEnv *env = bb_enter_java();
    bb_opening opening = {.object = buffer->base.object, .is_for_question = is_for_question};
    return env == NULL || bb_holding_take_for(env, buffer, &opening) < 0 ? NULL : &buffer->holding->descriptor;
}

/*
 * Moves the word from 0, or if `ends` also from NOT_HELD, to CHANGING. Returns the value that the word had. Any other
 * value stays.
 */
static int64_t begin_letting_go(bb_java_buffer *buffer, bool ends)
{
    for (;;) {
        int64_t exports = 0;
        if (atomic_compare_exchange_strong(&buffer->exports, &exports, BB_CHANGING)) {
            return 0;
        }
        if (ends && exports == BB_NOT_HELD && atomic_compare_exchange_strong(&buffer->exports, &exports, BB_CHANGING)) {
            return BB_NOT_HELD;
        }
        if (exports > 0 || (exports == BB_NOT_HELD && !ends)) {
            return exports;
        }
        if (exports == BB_CHANGING && !wait_for_change()) {
            return BB_CHANGING;
        }
    }
}

/* Moves the word from CHANGING to NOT_HELD. */
static void discard_holding(bb_java_buffer *buffer)
{
    bb_holding *holding = buffer->holding;
    buffer->holding = NULL;
    bb_ring_remove(bb_holdings_ring(), &holding->link);
    atomic_store_explicit(&buffer->exports, BB_NOT_HELD, memory_order_release);
    bb_do_in_java(bb_holding_discard, holding); /* may report what Java throws, which runs user code */
    /* If the memory is a Python object's, this unlocks it now, not at some later pending call. */
    bb_do_python_work_keeping_exception();
}

bool bb_holding_let_go(bb_java_buffer *buffer)
{
    int64_t exports = begin_letting_go(buffer, false);
    if (exports == 0) {
        discard_holding(buffer);
    }
    return exports <= 0;
}

void bb_holding_drop_outdated(JNIEnv *env, bb_java_buffer *buffer)
{
    if (begin_letting_go(buffer, false) == 0) {
        if (atomic_load(&buffer->holding->keeps_address)) {
            bb_keep_reachable(env, buffer, buffer->holding->holding);
        }
        discard_holding(buffer);
    }
}

const bb_descriptor *bb_holding_acquire_for_question(bb_java_buffer *buffer)
{
    return bb_holding_count(buffer, 1) ? &buffer->holding->descriptor : bb_holding_take(buffer, true);
}

/*
 * Looks at the holding only while the word is CHANGING. So the holding is the one that goes, and no request of it is
 * under way.
 */
void bb_holding_end_question(bb_java_buffer *buffer)
{
    if (begin_letting_go(buffer, false) != 0) {
        return;
    }
    if (buffer->holding->is_for_question && !atomic_load(&buffer->holding->keeps_address)) {
        discard_holding(buffer);
    } else {
        atomic_store_explicit(&buffer->exports, 0, memory_order_release);
    }
}

bool bb_holding_end(bb_java_buffer *buffer)
{
    int64_t exports = begin_letting_go(buffer, true);
    if (exports > 0) {
        return false;
    }
    atomic_store(&buffer->freed, true);
    if (exports == 0) {
        discard_holding(buffer);
    } else if (exports == BB_NOT_HELD) {
        atomic_store_explicit(&buffer->exports, BB_NOT_HELD, memory_order_release);
    }
    return true;
}
