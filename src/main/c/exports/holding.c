/*
 * Holdings: memory the library knows, kept in place for one JavaBuffer.
 *
 * The flow: a JavaBuffer's first export -> Holding.open (Java: keeps the arena open, accounts for a
 * pin) -> descriptor in C. Every further export is one increment and one decrement, with no call into the
 * JVM: the fast path. The memory is let go when the JavaBuffer dies or is released.
 *
 * Owns: the list of holdings, and through each JavaBuffer its holding.
 *
 * The word `exports` of a JavaBuffer, and who may move it:
 *
 *     NOT_HELD --first acquire--> CHANGING --opened--> 1 <--acquire/release--> n
 *     CHANGING --refused--> NOT_HELD
 *     0 --let go, by its owner or, of a pin, by a thread that needs room--> CHANGING --closed--> NOT_HELD
 *     0 or NOT_HELD --end--> CHANGING, `freed` is set --> NOT_HELD, which stays
 *
 * An acquire increments only from a value >= 0, letting go starts only from 0, both as one step for all
 * other threads: so no export begins on memory that is being let go, and `holding` is stable as long as
 * the word is positive.
 *
 * Threads. A thread that sees CHANGING waits without the GIL. The thread that changes runs no code but the library's
 * own before the word is settled: it raises nothing, reports nothing and keeps the GIL, so that nobody waits for a word
 * that waits for them. The list has a mutex, held for pointer operations only.
 */
#include "base/bb.h"

#include "exports/holding.h"

#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "base/description.h"
#include "errors/errors.h"
#include "runtimes/attachment.h"
#include "runtimes/java_door.h"
#include "runtimes/java_ids.h"
#include "runtimes/python_work.h"
#include "runtimes/reach.h"

static bb_ring held = BB_RING_INITIALIZER(held);

bb_ring *bb_holdings_ring(void)
{
    return &held;
}

/* ----------------------------------------------------------------------------------- list -- */

void bb_holdings_visit(bb_holding_visitor visit, void *data)
{
    pthread_mutex_lock(&held.lock);
    for (bb_link *link = held.ends.next; link != &held.ends; link = link->next) {
        bb_holding *holding = (bb_holding *)link;
        int64_t exports = atomic_load_explicit(&holding->buffer->exports, memory_order_relaxed);
        if (exports >= 0) {
            visit(holding, exports, data);
        }
    }
    pthread_mutex_unlock(&held.lock);
}

typedef struct bb_sum {
    const bb_java_buffer *only; /* NULL: of all */
    int64_t exports;
} bb_sum;

static void add_exports(const bb_holding *holding, int64_t exports, void *data)
{
    bb_sum *sum = data;
    if (sum->only == NULL || sum->only == holding->buffer) {
        sum->exports += exports;
    }
}

/* Java names a JavaBuffer by its address: looked up in the list, never followed. */
jlong JNICALL bb_held_exports(JNIEnv *env, jclass class, jlong buffer)
{
    (void)env;
    (void)class;
    bb_sum sum = {.only = (const bb_java_buffer *)(intptr_t)buffer};
    bb_holdings_visit(add_exports, &sum);
    return sum.exports;
}

/* ----------------------------------------------------------------------- taking hold ------ */

typedef union bb_descriptor_buffer {
    bb_descriptor descriptor;
    char bytes[512];
} bb_descriptor_buffer;

/* What is left of a holding after it was closed. */
typedef struct bb_remains {
    jthrowable thrown; /* a local reference, or NULL */
    jobject holding;   /* Holding, whose finish() is to be called: the reference that was given; or NULL */
} bb_remains;

/* Closes Java's half. Runs no code of anybody's. */
static bb_remains close_java_half(JNIEnv *env, jobject holding)
{
    bb_outcome closed = bb_call_java_with_gil(env, &bb_java.holding.close, holding, NULL);
    return (bb_remains){closed.thrown, closed.value.z ? holding : NULL};
}

/*
 * Frees what is complete of a holding, in reverse. It is not listed, and its JavaBuffer may be gone. What remains has
 * the global reference.
 */
static bb_remains free_holding(JNIEnv *env, bb_holding *holding)
{
    bb_unpin(env, &holding->pin);
    bb_remains remains = close_java_half(env, holding->holding);
    if (remains.holding == NULL) {
        (*env)->DeleteGlobalRef(env, holding->holding);
    }
    Py_XDECREF(holding->origin.acquisition);
    free(holding);
    return remains;
}

/* Closes the arenas that have waited for a holding: that may run anybody's code, so the GIL is given up. */
static void finish(JNIEnv *env, jobject holding)
{
    bb_outcome finished = bb_call_java(env, &bb_java.holding.finish, holding, NULL);
    bb_report_unraisable(env, finished.thrown, NULL);
}

static void finish_global(JNIEnv *env, void *holding)
{
    finish(env, holding);
    (*env)->DeleteGlobalRef(env, holding);
}

static void discard(JNIEnv *env, void *holding)
{
    bb_remains remains = free_holding(env, holding);
    if (remains.holding != NULL) {
        finish_global(env, remains.holding);
    }
    bb_report_unraisable(env, remains.thrown, NULL);
}

/* The structure with a copy of the descriptor and a reference to the Java half, which it owns. NULL: no memory. */
static bb_holding *new_holding(JNIEnv *env, jobject java_holding, const bb_descriptor_buffer *buffer)
{
    size_t size = (size_t)buffer->descriptor.size;
    bb_holding *holding = calloc(1, offsetof(bb_holding, descriptor) + size);
    if (holding == NULL) {
        return NULL;
    }
    holding->holding = java_holding;
    if (size <= sizeof *buffer) {
        memcpy(&holding->descriptor, buffer, size);
        return holding;
    }
    const jvalue *given = BB_ARGUMENTS({.j = (jlong)(intptr_t)&holding->descriptor});
    if (bb_discard(env, bb_call_java_with_gil(env, &bb_java.holding.describe, java_holding, given))) {
        free(holding);
        return NULL;
    }
    return holding;
}

/* What could not be told when it was thrown, because a word was CHANGING. */
static void report_thrown(JNIEnv *env, void *global)
{
    jthrowable thrown = (*env)->NewLocalRef(env, global);
    (*env)->DeleteGlobalRef(env, global);
    bb_report_unraisable(env, thrown, NULL);
}

/* Where nobody's code must run: what is left, and what Java throws, are left to the next call into Java. */
static void put_off(JNIEnv *env, bb_remains remains)
{
    jobject thrown = remains.thrown == NULL ? NULL : (*env)->NewGlobalRef(env, remains.thrown);
    (*env)->DeleteLocalRef(env, remains.thrown);
    if (thrown != NULL) {
        bb_do_in_java_later(NULL, report_thrown, thrown);
    }
    if (remains.holding != NULL) {
        bb_do_in_java_later(NULL, finish_global, remains.holding);
    }
}

/*
 * Lets go of the pins of which no export is out, so that there is room for others. False if there are none. Those stay
 * of which somebody may have kept the address without an export (bb_holding_note_request).
 *
 * Each goes through CHANGING, as in bb_holding_let_go(). As long as a holding is listed its JavaBuffer is there: the
 * deallocation lets go first, which takes the word from 0 to CHANGING and then the list's lock. If this thread has made
 * it CHANGING, the deallocation waits until the word is NOT_HELD; then this thread does not touch the JavaBuffer.
 * So the word is changed with the lock held, and Java is entered, which might wait, when it is free again. Needs the
 * GIL, as all changes of the word do where there is one.
 */
bool bb_holdings_make_room(JNIEnv *env)
{
    bb_ring idle = BB_RING_INITIALIZER(idle); /* this thread's own */
    pthread_mutex_lock(&held.lock);
    for (bb_link *link = held.ends.next, *next; link != &held.ends; link = next) {
        bb_holding *holding = (bb_holding *)link;
        int64_t exports = 0;
        next = link->next;
        if (holding->pin.array != NULL && !atomic_load_explicit(&holding->keeps_address, memory_order_relaxed) &&
            atomic_compare_exchange_strong(&holding->buffer->exports, &exports, BB_CHANGING)) {
            bb_ring_unlink(link);
            bb_ring_link(&idle, link);
        }
    }
    pthread_mutex_unlock(&held.lock);
    bool any = false;
    for (bb_link *link = idle.ends.next, *next; link != &idle.ends; link = next) {
        bb_holding *holding = (bb_holding *)link;
        bb_java_buffer *buffer = holding->buffer;
        next = link->next;
        any = true;
        buffer->holding = NULL;
        put_off(env, free_holding(env, holding));
        atomic_store_explicit(&buffer->exports, BB_NOT_HELD, memory_order_release);
    }
    return any;
}

void bb_holding_note_request(bb_holding *holding, int flags)
{
    if (bb_may_keep_address(flags, (holding->descriptor.flags & BB_READONLY) != 0)) {
        atomic_store_explicit(&holding->keeps_address, true, memory_order_relaxed);
    }
}

/* With `thrown` where there is no room. */
static enum bb_pinning pin_array(JNIEnv *env, bb_holding *holding, jarray array, jthrowable *thrown)
{
    bb_away away;
    bb_leave_python(&away, true);
    enum bb_pinning pinned = bb_pin_array(env, array, &holding->descriptor, &holding->pin);
    if (pinned == BB_PIN_NO_ROOM && bb_holdings_make_room(env)) {
        pinned = bb_pin_array(env, array, &holding->descriptor, &holding->pin);
    }
    if (pinned == BB_PIN_NO_ROOM) {
        *thrown = bb_pin_refusal(env, array);
    }
    bb_come_back(&away);
    return pinned;
}

/* With `thrown` where there is no room. */
static enum bb_pinning pin_memory(JNIEnv *env, bb_holding *holding, jthrowable *thrown)
{
    if (!(holding->descriptor.flags & BB_HEAP)) {
        return BB_PINNED;
    }
    bb_outcome array = bb_call_java_with_gil(env, &bb_java.holding.heap_array, holding->holding, NULL);
    if (bb_discard(env, array)) {
        return BB_PIN_NO_MEMORY;
    }
    enum bb_pinning pinned = pin_array(env, holding, array.value.l, thrown);
    (*env)->DeleteLocalRef(env, array.value.l);
    return pinned;
}

/* Why there is no holding, and what is left of one that was begun. */
typedef struct bb_refusal {
    jthrowable thrown; /* a local reference; NULL for want of memory */
    bb_remains remains;
} bb_refusal;

/* What open_holding() has begun, of which Java's half is there. `java_holding` is a global reference. */
static bb_holding *complete_holding(JNIEnv *env, jobject java_holding, const bb_descriptor_buffer *block,
                                    bb_refusal *refusal)
{
    bb_holding *holding = new_holding(env, java_holding, block);
    if (holding == NULL) {
        refusal->remains = close_java_half(env, java_holding);
        if (refusal->remains.holding == NULL) {
            (*env)->DeleteGlobalRef(env, java_holding);
        }
    } else if (pin_memory(env, holding, &refusal->thrown) != BB_PINNED) {
        refusal->remains = free_holding(env, holding);
        holding = NULL;
    } else if (holding->descriptor.buf == NULL) {
        holding->descriptor.buf = &holding->descriptor; /* "buf is never NULL", also when len is 0 */
    }
    return holding;
}

/*
 * NULL: then there is a refusal. Raises nothing, because making an exception may give up the GIL. Keeps the GIL:
 * nothing here runs user code.
 */
static bb_holding *open_holding(JNIEnv *env, bb_java_buffer *buffer, bb_refusal *refusal)
{
    bb_descriptor_buffer block;
    const jvalue *given = BB_ARGUMENTS({.l = buffer->base.object}, {.j = (jlong)(intptr_t)buffer},
                                       {.j = (jlong)(intptr_t)&block}, {.i = (jint)sizeof block});
    bb_outcome opened = bb_call_java_with_gil(env, &bb_java.holding.open, NULL, given);
    refusal->thrown = opened.thrown;
    if (opened.thrown != NULL) {
        return NULL;
    }
    jobject java_holding = (*env)->NewGlobalRef(env, opened.value.l);
    if (java_holding == NULL) {
        refusal->remains = close_java_half(env, opened.value.l);
        return NULL;
    }
    (*env)->DeleteLocalRef(env, opened.value.l);
    return complete_holding(env, java_holding, &block, refusal);
}

/* The word is settled, so anybody's code may run. */
static void raise_hold_refusal(JNIEnv *env, const bb_refusal *refusal)
{
    jobject unfinished = refusal->remains.holding;
    if (unfinished != NULL) {
        finish(env, unfinished);
        if ((*env)->GetObjectRefType(env, unfinished) == JNIGlobalRefType) {
            (*env)->DeleteGlobalRef(env, unfinished);
        }
    }
    bb_report_unraisable(env, refusal->remains.thrown, NULL);
    if (refusal->thrown != NULL) {
        bb_raise(env, refusal->thrown);
    } else {
        PyErr_NoMemory();
    }
}

/* Stacks, if they are wanted; after the word is settled, because taking them may give up the GIL. */
static void trace_hold(bb_holding *holding)
{
    PyObject *acquisition = bb_trace_held();
    if (acquisition != NULL) {
        pthread_mutex_lock(&held.lock);
        holding->origin.acquisition = acquisition;
        pthread_mutex_unlock(&held.lock);
    }
}

/* From CHANGING to held with one export, or back to NOT_HELD with an exception set. */
static int take_hold(JNIEnv *env, bb_java_buffer *buffer)
{
    bb_refusal refusal = {NULL, {NULL, NULL}};
    bool freed = atomic_load(&buffer->freed);
    bb_holding *holding = freed ? NULL : open_holding(env, buffer, &refusal);
    if (holding != NULL) {
        holding->buffer = buffer;
        bb_origin_begin(&holding->origin);
        buffer->holding = holding;
        bb_ring_add(&held, &holding->link);
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
        raise_hold_refusal(env, &refusal);
    }
    return -1;
}

/*
 * Without the GIL, which whoever is changing may need. False where the JVM cannot be reached: a thread that was
 * changing it does not exist in a forked child, and does not come back from a JVM that has ended.
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

const bb_descriptor *bb_holding_take(bb_java_buffer *buffer)
{
    /* May give up the GIL to attach this thread, so the state is looked at afterwards. */
    JNIEnv *env = bb_enter_java();
    while (env != NULL) {
        int64_t exports = BB_NOT_HELD;
        if (bb_holding_count(buffer, 1)) {
            return &buffer->holding->descriptor;
        }
        if (atomic_compare_exchange_strong(&buffer->exports, &exports, BB_CHANGING)) {
            return take_hold(env, buffer) < 0 ? NULL : &buffer->holding->descriptor;
        }
        if (exports == BB_CHANGING && !wait_for_change()) {
            env = bb_enter_java(); /* raises why the JVM cannot be reached any more */
        }
    }
    return NULL;
}

/* From 0, or from NOT_HELD if `ends`, to CHANGING. The value that the word had, where it is neither. */
static int64_t begin_letting_go(bb_java_buffer *buffer, bool ends)
{
    for (;;) {
        int64_t exports = 0;
        if (atomic_compare_exchange_strong(&buffer->exports, &exports, BB_CHANGING)) {
            return 0;
        }
        if (ends && exports == BB_NOT_HELD &&
            atomic_compare_exchange_strong(&buffer->exports, &exports, BB_CHANGING)) {
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

/* From CHANGING to NOT_HELD. */
static void discard_holding(bb_java_buffer *buffer)
{
    bb_holding *holding = buffer->holding;
    buffer->holding = NULL;
    bb_ring_remove(&held, &holding->link);
    atomic_store_explicit(&buffer->exports, BB_NOT_HELD, memory_order_release);
    bb_do_in_java(discard, holding); /* may report what Java throws, which is anybody's code */
    /* The memory may have been a Python object's: it is unlocked now, not when a pending call comes by. */
    bb_do_python_work_beside_exception();
}

bool bb_holding_let_go(bb_java_buffer *buffer)
{
    int64_t exports = begin_letting_go(buffer, false);
    if (exports == 0) {
        discard_holding(buffer);
    }
    return exports <= 0;
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
