/* How deep Python may go on a thread whose stack is smaller than CPython takes it to be. */
#ifndef BB_STACK_H
#define BB_STACK_H

#include "base/bb.h"

#include "base/thread_local.h"

enum {
    /* A thread that cannot make this many calls is not admitted: an exception and its handlers would not fit. */
    BB_MIN_CALLS = 32,
    BB_MAX_BYTES_OF_A_CALL = 3072,
};

/* Where a thread state counts the remaining calls, and by how many they were lowered. */
typedef struct bb_recursion {
    int *counter; /* NULL: nothing was done */
    int lowered_by;
    int lowered_to;
    uintptr_t stack; /* the stack address at which that was done */
} bb_recursion;

/*
 * Lowers the recursion limit of a thread state to what is left of the calling thread's stack. Needs the GIL, and
 * `state` to be current.
 */
void bb_stack_limit_recursion(PyThreadState *state, bb_recursion *recursion);

/* Undoes it, once all calls made since have returned. */
static inline void bb_stack_put_back(const bb_recursion *recursion)
{
    if (recursion->counter != NULL) {
        *recursion->counter += recursion->lowered_by;
    }
}

/*
 * Whether a limit that was lowered and not put back fits this entry too. It fits if no other call is in between and the
 * stack is about as deep as then. Also, sys.setrecursionlimit() must not have changed the counter.
 */
static inline bool bb_stack_is_limited(const bb_recursion *recursion)
{
    enum { SAME_BYTES = 4096 };
    uintptr_t deeper = recursion->stack - (uintptr_t)__builtin_frame_address(0) + SAME_BYTES / 2;
    return recursion->counter != NULL && *recursion->counter == recursion->lowered_to && deeper < SAME_BYTES;
}

/* The lowest usable address of the calling thread's stack, or 0 if it is not known. Slow. */
uintptr_t bb_stack_end(void);

/* The lowest address that Python may reach on this thread; 0 until it is known. */
BB_SHARED BB_THREAD_LOCAL uintptr_t bb_stack_floor;

void bb_stack_find_floor(void);

/*
 * Tells CPython how much of the calling thread's stack the JVM leaves. CPython 3.14 and later are told on every thread;
 * 3.12 and 3.13 on the process's first thread only. Call this once the thread is attached to the JVM. Needs the GIL. A
 * pending exception stays pending.
 */
void bb_stack_tell_python(void);

/*
 * Makes the JVM's guard pages in the calling thread's stack usable again. Call this once the ending thread is detached
 * from the JVM, which leaves the pages untouchable.
 */
void bb_stack_reopen(void);

/* Whether the rest of the calling thread's stack is too small for Python. Needs no GIL. */
static inline bool bb_stack_is_short(void)
{
    if (bb_stack_floor == 0) {
        bb_stack_find_floor();
    }
    return (intptr_t)((uintptr_t)__builtin_frame_address(0) - bb_stack_floor) < BB_MIN_CALLS * BB_MAX_BYTES_OF_A_CALL;
}

/*
 * Whether the calling thread's stack holds all steps of an end that Java makes. They need some kilobytes; the JVM keeps
 * about 100 to itself, so there are 20 more below the floor. Needs no GIL.
 */
static inline bool bb_stack_holds_an_end(void)
{
    enum { BYTES_OF_AN_END = 8 * 1024 };
    if (bb_stack_floor == 0) {
        bb_stack_find_floor();
    }
    return (intptr_t)((uintptr_t)__builtin_frame_address(0) - bb_stack_floor) >= BYTES_OF_AN_END;
}

#endif
