/* The word in which Java's ExportGuard and C count the exports of guarded memory. Its twin is GuardWord.java. */
#ifndef BB_GUARD_WORD_H
#define BB_GUARD_WORD_H

#include "base/bb.h"

/* Bit 63: a change runs. Bits 31 to 62: the epoch. Bit 30: a writer, alone. Bits 0 to 29: the exports that are out. */
#define BB_GUARD_EPOCH (INT64_C(1) << 31)
#define BB_GUARD_WRITER (INT64_C(1) << 30)
#define BB_GUARD_MAX_EXPORTS (BB_GUARD_WRITER - 1)

/* Where to count the exports of memory that one grant described. */
typedef struct bb_guard {
    _Atomic(int64_t) *word; /* the Granted in Java keeps it; NULL for memory that is not guarded */
    int64_t epoch;          /* the epoch's bits, in place */
    int64_t is_exclusive;   /* the policy: any number of readers, or one writer */
} bb_guard;

/*
 * Counts an export in. False, with nothing done, if the memory is that of an earlier epoch or just changes, or if the
 * policy refuses: Java's guard then waits, or says why. One step for Java, which closes the word only where no export
 * is out.
 */
static inline bool bb_guard_enter(const bb_guard *guard, bool writes)
{
    bool is_writer = guard->is_exclusive && writes;
    int64_t word = atomic_load_explicit(guard->word, memory_order_relaxed);
    int64_t next;
    do {
        int64_t exports = word ^ guard->epoch; /* in another epoch too large; while closed negative */
        int64_t most = is_writer ? 0 : BB_GUARD_MAX_EXPORTS - 1;
        if (exports < 0 || exports > most) {
            return false;
        }
        next = word + 1 + (is_writer ? BB_GUARD_WRITER : 0);
    } while (
        !atomic_compare_exchange_weak_explicit(guard->word, &word, next, memory_order_acquire, memory_order_relaxed));
    return true;
}

/* Counts an export out. A writer is alone, so it is the one that leaves. */
static inline void bb_guard_leave(const bb_guard *guard)
{
    if (!guard->is_exclusive) {
        atomic_fetch_sub_explicit(guard->word, 1, memory_order_release);
        return;
    }
    int64_t word = atomic_load_explicit(guard->word, memory_order_relaxed);
    while (!atomic_compare_exchange_weak_explicit(guard->word, &word, (word & ~BB_GUARD_WRITER) - 1,
                                                  memory_order_release, memory_order_relaxed)) {
    }
}

/* Whether the memory is still that of the guard's epoch, at this moment. */
static inline bool bb_guard_is_current(const bb_guard *guard)
{
    return (atomic_load_explicit(guard->word, memory_order_acquire) & -BB_GUARD_EPOCH) == guard->epoch;
}

#endif
