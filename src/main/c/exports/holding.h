/* Holdings: memory the library knows, kept in place for one JavaBuffer. */
#ifndef BB_HOLDING_H
#define BB_HOLDING_H

#include "base/bb.h"

#include "base/ring.h"
#include "bufferbridge.h"
#include "exports/pin.h"
#include "base/java_objects.h"
#include "tracing/trace.h"

struct bb_holding {
    bb_link link;
    bb_java_buffer *buffer; /* which owns this */
    jobject holding;        /* Holding; global reference */
    bb_pin pin;
    atomic_bool keeps_address; /* somebody may have the address of a pinned array without an export */
    bb_origin origin; /* of the first export, which took hold */
    bb_descriptor descriptor; /* the block goes on behind the structure */
};

/*
 * One export more or less of memory that is held; false, with nothing done, when it is not. Where there is a
 * GIL, every change of the word is made with it, and a load and a store cost less than a locked
 * instruction; Java's threads, which have no GIL, only read.
 */
static inline bool bb_holding_count(bb_java_buffer *buffer, int64_t difference)
{
    int64_t exports = atomic_load_explicit(&buffer->exports, memory_order_relaxed);
#ifdef Py_GIL_DISABLED
    while (exports >= 0 && !atomic_compare_exchange_weak_explicit(&buffer->exports, &exports, exports + difference,
                                                                  memory_order_acq_rel, memory_order_relaxed)) {
    }
#else
    if (exports >= 0) {
        atomic_store_explicit(&buffer->exports, exports + difference, memory_order_release);
    }
#endif
    return exports >= 0;
}

/* bb_holding_acquire for the first export, or for one that meets a change. */
const bb_descriptor *bb_holding_take(bb_java_buffer *buffer);

/*
 * Counts one export in and returns the descriptor it is answered from; takes hold of the memory
 * if it is not held. NULL with an exception set. Needs the GIL; a first export may give it up.
 */
static inline const bb_descriptor *bb_holding_acquire(bb_java_buffer *buffer)
{
    return bb_holding_count(buffer, 1) ? &buffer->holding->descriptor : bb_holding_take(buffer);
}

/* Counts one export out. */
static inline void bb_holding_release(bb_java_buffer *buffer)
{
    bb_holding_count(buffer, -1);
}

/* The holdings, with and without exports out. */
bb_ring *bb_holdings_ring(void);

/*
 * Lets go of the memory, if it is held. False when an export is out. From a thread that is not
 * attached to the JVM, Java's part is deferred (bb_do_in_java).
 */
bool bb_holding_let_go(bb_java_buffer *buffer);

/*
 * The same for a buffer with a block of its own, and sets `freed`: no export begins any more. In one step for all
 * other threads.
 */
bool bb_holding_end(bb_java_buffer *buffer);

/*
 * Notes what was asked of a pinned array: the requests of consumers that take the address, release the buffer at once
 * and keep the object only (np.ndarray(buffer=x) asks ANY_CONTIGUOUS, torch.frombuffer plain WRITABLE, and of read-only
 * memory SIMPLE). Such an array stays pinned until the JavaBuffer dies or is released.
 */
void bb_holding_note_request(bb_holding *holding, int flags);

/*
 * Lets go of pinned arrays of which no export is out. Whether there was one. Needs the GIL, which it may give up for a
 * moment.
 */
bool bb_holdings_make_room(JNIEnv *env);

/* Calls `visit` for each holding, with its exports, often 0; under the list's lock, so it must not call out. */
typedef void (*bb_holding_visitor)(const bb_holding *holding, int64_t exports, void *data);
void bb_holdings_visit(bb_holding_visitor visit, void *data);

/* Native method of org.bufferbridge.NativeLibrary: exports out, of one JavaBuffer or (0) of all. */
jlong JNICALL bb_held_exports(JNIEnv *env, jclass class, jlong buffer);

#endif
