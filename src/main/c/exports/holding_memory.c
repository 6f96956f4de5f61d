/*
 * The memory that a holding holds: its Java half, the descriptor, and possibly a pin. The first export opens a
 * holding; letting go of the memory closes it.
 *
 * Owns nothing: a holding belongs to its JavaBuffer.
 *
 * Threads. Opening and closing happen with the GIL, while the JavaBuffer's word is BB_CHANGING. Until the word is
 * settled they run no user code: what may run user code is deferred.
 */
#include "base/bb.h"

#include "exports/holding_memory.h"

#include <stdlib.h>
#include <string.h>

#include "errors/errors.h"
#include "runtimes/attachment.h"
#include "runtimes/java_door.h"
#include "runtimes/java_ids.h"

typedef union bb_descriptor_buffer {
    bb_descriptor descriptor;
    char bytes[512];
} bb_descriptor_buffer;

/* Closes the Java half. Runs no user code. */
static bb_remains close_java_half(JNIEnv *env, jobject holding)
{
    bb_outcome closed = bb_call_java_with_gil(env, &bb_java.holding.close, holding, NULL);
    return (bb_remains){closed.thrown, closed.value.z ? holding : NULL};
}

/*
 * Frees the parts of a holding that are complete, in reverse order. The holding is not listed, and its JavaBuffer may
 * be gone. If something remains, it owns the global reference.
 */
static bb_remains free_holding(JNIEnv *env, bb_holding *holding)
{
    bb_unpin(env, &holding->pin);
    bb_remains remains = close_java_half(env, holding->holding);
    if (remains.holding == NULL) {
        (*env)->DeleteGlobalRef(env, holding->holding);
    }
    Py_XDECREF(holding->origin.acquisition);
#ifdef Py_GIL_DISABLED
    Py_XDECREF(holding->weak_owner);
#endif
    free(holding);
    return remains;
}

/* Closes the arenas that waited for a holding. This may run user code, so the GIL is given up. */
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

void bb_holding_discard(JNIEnv *env, void *holding)
{
    bb_remains remains = free_holding(env, holding);
    if (remains.holding != NULL) {
        finish_global(env, remains.holding);
    }
    bb_report_unraisable(env, remains.thrown, NULL);
}

/* A structure with a copy of the descriptor. It owns its reference to the Java half. NULL if memory ran out. */
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

/* Reports an exception that could not be reported when it was thrown, because a word was CHANGING. */
static void report_thrown(JNIEnv *env, void *global)
{
    jthrowable thrown = (*env)->NewLocalRef(env, global);
    (*env)->DeleteGlobalRef(env, global);
    bb_report_unraisable(env, thrown, NULL);
}

/*
 * Defers what remains, and the report of what Java threw, to the next call into Java. For places that must not run
 * user code.
 */
static void defer_remains(JNIEnv *env, bb_remains remains)
{
    jobject thrown = remains.thrown == NULL ? NULL : (*env)->NewGlobalRef(env, remains.thrown);
    (*env)->DeleteLocalRef(env, remains.thrown);
    if (thrown != NULL) {
        bb_defer_to_java(NULL, report_thrown, thrown);
    }
    if (remains.holding != NULL) {
        bb_defer_to_java(NULL, finish_global, remains.holding);
    }
}

/*
 * Lets go of the pins that no export uses, so that there is room for others. False if there are none. A pin stays if
 * a consumer may have kept its address without an export (bb_holding_note_request).
 *
 * Each holding goes through CHANGING, as in bb_holding_let_go(). While a holding is listed, its JavaBuffer exists,
 * because the deallocation lets go first. It takes the word from 0 to CHANGING, and then the list's lock. If this
 * thread has set the word to CHANGING, the deallocation waits until the word is NOT_HELD. After that, this thread does
 * not touch the JavaBuffer.
 *
 * Therefore this thread changes the word with the lock held. It enters Java, which might wait, after it has given up
 * the lock. Needs the GIL, as every change of the word does where there is a GIL.
 */
bool bb_holdings_make_room(JNIEnv *env)
{
    bb_ring idle = BB_RING_INITIALIZER(idle); /* belongs to this thread alone */
    pthread_mutex_lock(&bb_holdings_ring()->lock);
    for (bb_link *link = bb_holdings_ring()->ends.next, *next; link != &bb_holdings_ring()->ends; link = next) {
        bb_holding *holding = (bb_holding *)link;
        int64_t exports = 0;
        next = link->next;
        if (holding->pin.array != NULL && !atomic_load_explicit(&holding->keeps_address, memory_order_relaxed) &&
            atomic_compare_exchange_strong(&holding->buffer->exports, &exports, BB_CHANGING)) {
            bb_ring_unlink(link);
            bb_ring_link(&idle, link);
        }
    }
    pthread_mutex_unlock(&bb_holdings_ring()->lock);
    bool any = false;
    for (bb_link *link = idle.ends.next, *next; link != &idle.ends; link = next) {
        bb_holding *holding = (bb_holding *)link;
        bb_java_buffer *buffer = holding->buffer;
        next = link->next;
        any = true;
        buffer->holding = NULL;
        defer_remains(env, free_holding(env, holding));
        atomic_store_explicit(&buffer->exports, BB_NOT_HELD, memory_order_release);
    }
    return any;
}

void bb_keep_reachable(JNIEnv *env, bb_java_buffer *buffer, jobject keeper)
{
    jobject global = (*env)->NewGlobalRef(env, keeper);
    if (global != NULL) {
        jobject previous = atomic_exchange(&buffer->kept_view, global);
        if (previous != NULL) {
            (*env)->DeleteGlobalRef(env, previous);
        }
    }
}

/* If there is no room, sets `thrown`. */
static enum bb_pinning pin_array(JNIEnv *env, bb_holding *holding, jarray array, jthrowable *thrown)
{
    bb_away away;
    bb_before_java(&away, true);
    enum bb_pinning pinned = bb_pin_array(env, array, &holding->descriptor, &holding->pin);
    if (pinned == BB_PIN_NO_ROOM && bb_holdings_make_room(env)) {
        pinned = bb_pin_array(env, array, &holding->descriptor, &holding->pin);
    }
    if (pinned == BB_PIN_NO_ROOM) {
        *thrown = bb_pin_refusal(env, array);
    }
    bb_after_java(&away);
    return pinned;
}

/* If there is no room, sets `thrown`. */
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

/* Completes a holding whose Java half bb_holding_open() has opened. `java_holding` is a global reference. */
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
        holding->descriptor.buf = &holding->descriptor; /* "buf is never NULL", even if len is 0 */
    }
    return holding;
}

bb_holding *bb_holding_open(JNIEnv *env, bb_java_buffer *buffer, jobject object, bb_refusal *refusal)
{
    bb_descriptor_buffer block;
    const jvalue *given = BB_ARGUMENTS({.l = object}, {.j = (jlong)(intptr_t)buffer}, {.j = (jlong)(intptr_t)&block},
                                       {.i = (jint)sizeof block});
    bb_outcome opened = bb_call_java_with_gil(env, &bb_java.holding.open, NULL, given);
    refusal->thrown = opened.thrown;
    if (opened.thrown != NULL) {
        return NULL;
    }
    jobject java_holding = (*env)->NewGlobalRef(env, opened.value.l);
    if (java_holding == NULL) {
        refusal->remains = close_java_half(env, opened.value.l);
        if (refusal->remains.holding == NULL) {
            (*env)->DeleteLocalRef(env, opened.value.l);
        }
        return NULL;
    }
    (*env)->DeleteLocalRef(env, opened.value.l);
    return complete_holding(env, java_holding, &block, refusal);
}

void bb_holding_raise_refusal(JNIEnv *env, const bb_refusal *refusal)
{
    jobject unfinished = refusal->remains.holding;
    if (unfinished != NULL) {
        finish(env, unfinished);
        if ((*env)->GetObjectRefType(env, unfinished) == JNIGlobalRefType) {
            (*env)->DeleteGlobalRef(env, unfinished);
        } else {
            (*env)->DeleteLocalRef(env, unfinished);
        }
    }
    bb_report_unraisable(env, refusal->remains.thrown, NULL);
    if (refusal->thrown != NULL) {
        bb_raise(env, refusal->thrown);
    } else {
        PyErr_NoMemory();
    }
}
