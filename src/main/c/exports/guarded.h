/* Exports of a GuardedExporter: held as known memory is, and counted in the word of the exporter's guard, too. */
#ifndef BB_GUARDED_H
#define BB_GUARDED_H

#include "base/bb.h"

#include "exports/guard_word.h"
#include "exports/holding_word.h"

/* bb_guarded_acquire() for the first export, and for one that meets a change or is refused. */
const bb_descriptor *bb_guarded_take(bb_java_buffer *buffer, int flags, bool is_for_question);

/*
 * Counts one export in, in the word of the JavaBuffer and in that of the guard, and returns the descriptor that answers
 * it. Asks the exporter for its view before the first export and after each change. NULL with an exception set. Needs
 * the GIL; asking gives it up.
 */
static inline const bb_descriptor *bb_guarded_acquire(bb_java_buffer *buffer, int flags, bool is_for_question)
{
    if (bb_holding_count(buffer, 1)) {
        if (bb_guard_enter(&buffer->holding->guard, (flags & PyBUF_WRITABLE) != 0)) {
            return &buffer->holding->descriptor;
        }
        bb_holding_count(buffer, -1);
    }
    return bb_guarded_take(buffer, flags, is_for_question);
}

/* Counts one export out, first for the guard: while the JavaBuffer counts it, the holding stays. */
static inline void bb_guarded_release(bb_java_buffer *buffer)
{
    bb_guard_leave(&buffer->holding->guard);
    bb_holding_release(buffer);
}

/*
 * bb_holding_acquire_for_question() for guarded memory, which needs no export: counted for the JavaBuffer alone, so the
 * descriptor stays. The description is that of the memory at a moment during this call.
 */
const bb_descriptor *bb_guarded_acquire_for_question(bb_java_buffer *buffer);

/* The same for all memory that is held. bb_holding_release() and bb_holding_end_question() follow. */
static inline const bb_descriptor *bb_held_acquire_for_question(bb_java_buffer *buffer)
{
    return bb_exports_guarded_memory(buffer) ? bb_guarded_acquire_for_question(buffer)
                                             : bb_holding_acquire_for_question(buffer);
}

#endif
