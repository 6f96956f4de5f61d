/* Holdings: each keeps memory that the library knows in place for one JavaBuffer. */
#ifndef BB_HOLDING_WORD_H
#define BB_HOLDING_WORD_H

#include "base/bb.h"

#include "exports/holding_list.h"
#include "exports/holding_memory.h"

/*
 * Adds `difference`, one export more or less, to the word of memory that is held. False, with nothing done, if the
 * memory is not held. Where there is a GIL, every change of the word needs it. There, a load and a store cost less
 * than a locked instruction. Java threads without the GIL only read the word.
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

/*
 * Counts one export in. If the memory is not held, holds it first, as `opening` says. Waits for a thread that changes
 * the word. -1 with an exception set. Needs the GIL, and may give it up.
 */
int bb_holding_take_for(JNIEnv *env, bb_java_buffer *buffer, const bb_opening *opening);

/* bb_holding_acquire() for the first export, or for an export that meets a change. */
const bb_descriptor *bb_holding_take(bb_java_buffer *buffer, bool is_for_question);

/*
 * Counts one export in, and returns the descriptor that answers it. If the memory is not held, holds it first. NULL
 * with an exception set. Needs the GIL; a first export may give it up.
 */
static inline const bb_descriptor *bb_holding_acquire(bb_java_buffer *buffer)
{
    return bb_holding_count(buffer, 1) ? &buffer->holding->descriptor : bb_holding_take(buffer, false);
}

/* Counts one export out. */
static inline void bb_holding_release(bb_java_buffer *buffer)
{
    bb_holding_count(buffer, -1);
}

/*
 * Lets go of the memory, if it is held. False if an export is out. A thread that is not attached to the JVM defers
 * the Java part (bb_do_in_java).
 */
bool bb_holding_let_go(bb_java_buffer *buffer);

/*
 * Lets go of a holding that describes the exporter's memory as it was before a change, if no export is out. Keeps that
 * memory reachable if a consumer may have its address.
 */
void bb_holding_drop_outdated(JNIEnv *env, bb_java_buffer *buffer);

/*
 * bb_holding_acquire() for a question, which needs an export only for a moment. After that export's release,
 * bb_holding_end_question() lets go of memory that was held for questions alone. Memory stays held if an export is
 * out, or if a consumer may have kept its address in the meantime.
 */
const bb_descriptor *bb_holding_acquire_for_question(bb_java_buffer *buffer);
void bb_holding_end_question(bb_java_buffer *buffer);

/*
 * bb_holding_let_go() for a buffer that has a block of its own. Also sets `freed`: after that no export begins. For all
 * other threads this is one step.
 */
bool bb_holding_end(bb_java_buffer *buffer);

/*
 * Notes a request that is no question, for memory that is let go of before its JavaBuffer dies. Such memory is a
 * pinned array, or a question made the library hold it.
 *
 * Some consumers take the address, release the buffer at once and keep only the object. np.ndarray(buffer=x) requests
 * ANY_CONTIGUOUS. torch.frombuffer requests plain WRITABLE, and SIMPLE if the memory is read-only. After such a
 * request the memory stays held until the JavaBuffer dies or is released.
 */
void bb_holding_note_request(bb_holding *holding, int flags);

#endif
