/*
 * How deep Python may go on a thread whose stack is not that of a program's main thread.
 *
 * CPython before 3.14 counts calls and knows nothing of stacks: its limits are made for the 8 MiB of a main thread,
 * and on a Java thread, which has 1 MiB or less, recursion through C code (sorting with a key that sorts, say) would
 * end the process before it ends in a RecursionError. 3.14 asks for the thread's bounds itself.
 *
 * The counter of a thread state is in no API. It has had one place in each of the three versions, which is checked
 * against the limit beside it before it is touched; where that does not agree, nothing is changed.
 *
 * Threads: each looks at its own stack only.
 */
#include "stack.h"

#include <pthread.h>
#include <stdint.h>
#include <string.h>

#include "runtime.h"

enum {
    /* The JVM's guard pages, and what a signal handler or an error message needs. */
    RESERVE_BYTES = 160 * 1024,
    /* Calls that any program needs, an import in an import in an import. */
    LEAST_CALLS = 64,
};

/* In bytes from a thread state's beginning. */
typedef struct bb_counter_place {
    int minor;
    size_t remaining; /* of the calls through C; in 3.11 of all calls */
    size_t limit;     /* what sys.getrecursionlimit() answers */
    size_t bytes;     /* of stack for one call that is counted: what sorting in a key of sorting needs */
} bb_counter_place;

static const bb_counter_place places[] = {
    {.minor = 11, .remaining = 32, .limit = 36, .bytes = 1536},
    {.minor = 12, .remaining = 36, .limit = 32, .bytes = 2304},
    {.minor = 13, .remaining = 52, .limit = 48, .bytes = 2304},
};

/* The lowest address Python may reach on this thread; 0 until it is known. */
static BB_THREAD_LOCAL uintptr_t floor_address;

static uintptr_t here(void)
{
    return (uintptr_t)__builtin_frame_address(0);
}

/* The lowest address of the calling thread's stack; 0 when it is not known. */
static uintptr_t stack_end(void)
{
#ifdef __APPLE__
    pthread_t self = pthread_self();
    return (uintptr_t)pthread_get_stackaddr_np(self) - pthread_get_stacksize_np(self);
#else
    pthread_attr_t attributes;
    void *end = NULL;
    size_t size;
    if (pthread_getattr_np(pthread_self(), &attributes) == 0) {
        pthread_attr_getstack(&attributes, &end, &size);
        pthread_attr_destroy(&attributes);
    }
    return (uintptr_t)end;
#endif
}

bool bb_stack_is_short(void)
{
    if (floor_address == 0) {
        uintptr_t end = stack_end();
        floor_address = end == 0 ? 1 : end + RESERVE_BYTES;
    }
    return here() < floor_address;
}

static const bb_counter_place *counter_place(const char *state)
{
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        int limit;
        memcpy(&limit, state + places[i].limit, sizeof limit);
        if ((int)(Py_Version >> 16) == (3 << 8 | places[i].minor) && limit == Py_GetRecursionLimit()) {
            return &places[i];
        }
    }
    return NULL;
}

void bb_stack_limit_recursion(PyThreadState *state)
{
    const bb_counter_place *place = counter_place((const char *)state);
    if (place == NULL || bb_stack_is_short()) {
        return;
    }
    char *counter = (char *)state + place->remaining;
    int remaining;
    memcpy(&remaining, counter, sizeof remaining);
    uintptr_t affordable = (here() - floor_address) / place->bytes;
    if (affordable < LEAST_CALLS) {
        affordable = LEAST_CALLS;
    }
    if ((uintptr_t)remaining > affordable) {
        remaining = (int)affordable;
        memcpy(counter, &remaining, sizeof remaining);
    }
}
