/* Holdings: memory the library knows, kept in place for one JavaBuffer. */
#ifndef BB_HOLDING_H
#define BB_HOLDING_H

#include "base/bb.h"

#include "exports/holdings.h"

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

#endif
