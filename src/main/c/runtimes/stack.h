/* How deep Python may go on a thread whose stack is not that of a program's main thread. */
#ifndef BB_STACK_H
#define BB_STACK_H

#include "base/bb.h"

#include "base/thread_local.h"

enum {
    /* A thread that cannot make so many calls is not let in: too little for an exception and what it passes. */
    BB_LEAST_CALLS = 32,
    BB_MOST_BYTES_OF_A_CALL = 3072,
};

/* Where a thread state counts the calls that are left, and by how many they were lowered. */
typedef struct bb_recursion {
    int *counter; /* NULL: nothing was done */
    int lowered_by;
    int lowered_to;
    uintptr_t stack; /* the address of the stack for which that was done */
} bb_recursion;

/*
 * Lowers the recursion limit of a thread state to what is left of the calling thread's stack. Needs the GIL, and
 * `state` to be current.
 */
void bb_stack_limit_recursion(PyThreadState *state, bb_recursion *recursion);

/* Undoes it, when all calls made since have returned. */
static inline void bb_stack_put_back(const bb_recursion *recursion)
{
    if (recursion->counter != NULL) {
        *recursion->counter += recursion->lowered_by;
    }
}

/*
 * Whether the limit that was lowered, and not put back, is right for this entry too: nobody calls in between, the stack is
 * about as deep as it was then, and sys.setrecursionlimit() has not changed the counter.
 */
static inline bool bb_stack_is_limited(const bb_recursion *recursion)
{
    enum { SAME_BYTES = 4096 };
    uintptr_t deeper = recursion->stack - (uintptr_t)__builtin_frame_address(0) + SAME_BYTES / 2;
    return recursion->counter != NULL && *recursion->counter == recursion->lowered_to && deeper < SAME_BYTES;
}

/* The lowest address of the calling thread's stack that may be used, 0 when it is not known. Not fast. */
uintptr_t bb_stack_end(void);

/* The lowest address Python may reach on this thread; 0 until it is known. */
BB_SHARED BB_THREAD_LOCAL uintptr_t bb_stack_floor;

void bb_stack_find_floor(void);

/* Whether too little of the calling thread's stack is left for Python. Needs no GIL. */
static inline bool bb_stack_is_short(void)
{
    if (bb_stack_floor == 0) {
        bb_stack_find_floor();
    }
    return (intptr_t)((uintptr_t)__builtin_frame_address(0) - bb_stack_floor) <
           BB_LEAST_CALLS * BB_MOST_BYTES_OF_A_CALL;
}

#endif
