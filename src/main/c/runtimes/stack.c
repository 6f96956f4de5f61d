/*
 * How deep Python may go on a thread whose stack is smaller than CPython takes it to be.
 *
 * CPython before 3.14 counts calls and does not look at stacks. Its limits suit the 8 MiB of a main thread. A Java
 * thread has 1 MiB or less. There, recursion through C code would end the process before it raises a RecursionError.
 * Sorting with a key that sorts is such a recursion. 3.14 asks the system for the bounds of each thread's stack.
 *
 * It does not know that the JVM has guard pages of its own in the stack of each attached thread. They are at the lower
 * end, but in the process's first thread 1 MiB below the top (ThreadStackSize). So this file tells CPython smaller
 * bounds. 3.14.0 has no function for that; docs/reference/guarantees.md says what to do. CPython 3.12 and 3.13 take the
 * first thread's stack for one of 8 MiB. So this file lowers its counter for as long as the process lasts. 3.11 counts
 * calls of Python code too, which need none of this stack, so its counter stays.
 *
 * The counter of a thread state is in no API. It has had one place in each of the three versions. That place is
 * checked against the limit next to it before it is touched. If the two do not agree, nothing is changed.
 *
 * Owns nothing. Threads: each thread reads only its own stack.
 */
#include "base/bb.h"

#include "runtimes/stack.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#ifndef __APPLE__
#include <sys/syscall.h>
#endif

#include "base/pending.h"

enum {
    /* Room for the JVM's guard pages, and for a signal handler or an error message. */
    RESERVE_BYTES = 128 * 1024,
    /* CPython 3.12 and 3.13 let a main thread, which has 8 MiB, make 10,000 calls through C. */
    BYTES_OF_A_FIRST_THREADS_CALL = 8 * 1024 * 1024 / 10000,
};

/* Offsets are in bytes from the beginning of a thread state. */
typedef struct bb_counter_place {
    int minor;
    size_t remaining; /* calls left through C; in 3.11 all calls left */
    size_t limit;     /* the value of sys.getrecursionlimit() */
    int bytes;        /* stack bytes for one counted call, see below */
} bb_counter_place;

/*
 * The bytes are what the largest of the common recursions needs. Those are sorting in a sort key, and numpy's ufuncs
 * over objects whose operators call ufuncs. 3.11 counts one call where the others count two. So on 3.11 two
 * recursions exceed the bytes: list.sort() in __lt__ (4,900 bytes) and numpy's reduce() in __add__ (4,200).
 */
static const bb_counter_place places[] = {
    {.minor = 11, .remaining = 32, .limit = 36, .bytes = BB_MAX_BYTES_OF_A_CALL},
    {.minor = 12, .remaining = 36, .limit = 32, .bytes = 2560},
    {.minor = 13, .remaining = 52, .limit = 48, .bytes = 2560},
};

/* Stands for a Python version whose counter is not known. */
static const bb_counter_place unknown;

BB_THREAD_LOCAL uintptr_t bb_stack_floor;

static uintptr_t here(void)
{
    return (uintptr_t)__builtin_frame_address(0);
}

/* The lowest usable address of a stack, and the first address above the stack. 0 and 0 if they are not known. */
typedef struct bb_bounds {
    uintptr_t end;
    uintptr_t top;
} bb_bounds;

#ifdef __APPLE__
static bool is_first_thread(void)
{
    return pthread_main_np() != 0;
}

static bb_bounds find_bounds(void)
{
    pthread_t self = pthread_self();
    uintptr_t top = (uintptr_t)pthread_get_stackaddr_np(self);
    return (bb_bounds){top - pthread_get_stacksize_np(self), top};
}
#else
static bool is_first_thread(void)
{
    return getpid() == (pid_t)syscall(SYS_gettid);
}

/*
 * Where the guard pages of the process's first thread end; `end` if there are none. The JVM gives the first thread as
 * much stack as its own threads, and puts untouchable pages below that.
 */
static uintptr_t end_of_guard(uintptr_t end)
{
    char line[512];
    FILE *maps = fopen("/proc/self/maps", "re");
    while (maps != NULL && fgets(line, sizeof line, maps) != NULL) {
        unsigned long long first, behind;
        char access[5];
        if (sscanf(line, "%llx-%llx %4s", &first, &behind, access) == 3 && strncmp(access, "---", 3) == 0 &&
            behind > end && behind <= here()) {
            end = (uintptr_t)behind;
        }
    }
    if (maps != NULL) {
        fclose(maps);
    }
    return end;
}

static bb_bounds find_bounds(void)
{
    pthread_attr_t attributes;
    void *start = NULL;
    size_t size = 0;
    if (pthread_getattr_np(pthread_self(), &attributes) == 0) {
        pthread_attr_getstack(&attributes, &start, &size);
        pthread_attr_destroy(&attributes);
    }
    uintptr_t end = (uintptr_t)start;
    return (bb_bounds){end != 0 && is_first_thread() ? end_of_guard(end) : end, end + size};
}
#endif

uintptr_t bb_stack_end(void)
{
    return find_bounds().end;
}

void bb_stack_find_floor(void)
{
    uintptr_t end = bb_stack_end();
    bb_stack_floor = end == 0 ? 1 : end + RESERVE_BYTES;
}

/*
 * Searched once, because the Python version decides it. `unknown` if the counter is not at its known place, and from
 * 3.14 on.
 */
static const bb_counter_place *find_place(const char *state)
{
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        int limit;
        memcpy(&limit, state + places[i].limit, sizeof limit);
        if ((int)(Py_Version >> 16) == (3 << 8 | places[i].minor) && limit == Py_GetRecursionLimit()) {
            return &places[i];
        }
    }
    return &unknown;
}

static const bb_counter_place *place_in(const PyThreadState *state)
{
    static _Atomic(const bb_counter_place *) found;
    const bb_counter_place *place = atomic_load_explicit(&found, memory_order_relaxed);
    if (place == NULL) {
        place = find_place((const char *)state);
        atomic_store_explicit(&found, place, memory_order_relaxed);
    }
    return place;
}

static int *counter_of(PyThreadState *state, const bb_counter_place *place)
{
    return (int *)(void *)((char *)state + place->remaining);
}

void bb_stack_limit_recursion(PyThreadState *state, bb_recursion *recursion)
{
    const bb_counter_place *place = place_in(state);
    recursion->counter = NULL;
    if (place == &unknown) {
        return;
    }
    int *counter = counter_of(state, place);
    uintptr_t fitting = BB_MIN_CALLS;
    if (!bb_stack_is_short()) {
        /* If the floor is not known, this is more than an int holds, and nothing is changed. */
        fitting = (here() - bb_stack_floor) / (uintptr_t)place->bytes;
    }
    if (*counter > 0 && (uintptr_t)*counter > fitting) {
        int lowered_to = (int)fitting;
        *recursion = (bb_recursion){counter, *counter - lowered_to, lowered_to, here()};
        *counter = lowered_to;
    }
}

/* ------------------------------------------------------------------- what Python is told -- */

static uintptr_t stack_for_python(const bb_bounds *bounds)
{
    uintptr_t size = bounds->top - bounds->end;
    return size - (size / 4 < RESERVE_BYTES ? size / 4 : RESERVE_BYTES);
}

/* Tells CPython 3.14 and later. */
static void set_bounds(int (*set_protection)(PyThreadState *, void *, size_t), const bb_bounds *bounds)
{
    bb_pending pending;
    bb_pending_set_aside(&pending);
    uintptr_t size = stack_for_python(bounds);
    if (set_protection(PyThreadState_Get(), (void *)(bounds->top - size), size) < 0) {
        PyErr_Clear(); /* ValueError: so small a stack stays as CPython takes it to be */
    }
    bb_pending_put_back(&pending);
}

/* Lowers the counter of CPython 3.12 and 3.13. */
static void lower_counter(PyThreadState *state, const bb_bounds *bounds)
{
    const bb_counter_place *place = place_in(state);
    uintptr_t floor = bounds->top - stack_for_python(bounds);
    uintptr_t fitting = here() > floor ? (here() - floor) / BYTES_OF_A_FIRST_THREADS_CALL : 0;
    if (place->minor >= 12) {
        int *counter = counter_of(state, place);
        *counter = *counter > 0 && (uintptr_t)*counter > fitting ? (int)fitting : *counter;
    }
}

void bb_stack_tell_python(void)
{
    int (*set_protection)(PyThreadState *, void *, size_t);
    *(void **)&set_protection = dlsym(RTLD_DEFAULT, "PyUnstable_ThreadState_SetStackProtection");
    if (set_protection == NULL && !is_first_thread()) {
        return;
    }
    bb_bounds bounds = find_bounds();
    if (bounds.end != 0 && set_protection != NULL) {
        set_bounds(set_protection, &bounds);
    } else if (bounds.end != 0) {
        lower_counter(PyThreadState_Get(), &bounds);
    }
}

/* ------------------------------------------------------------------- a thread that ends -- */

/*
 * The C library keeps the stack of a thread that has ended, and gives it to a new one. If that is a Java thread, it has
 * guard pages of its own, which begin at another page. An untouchable page above them is no stack overflow to the JVM,
 * and ends the process.
 */
void bb_stack_reopen(void)
{
    bb_bounds bounds = find_bounds();
    if (bounds.end != 0 && !is_first_thread()) {
        uintptr_t size = bounds.top - bounds.end - stack_for_python(&bounds);
        (void)mprotect((void *)bounds.end, size, PROT_READ | PROT_WRITE); /* if it fails, the pages stay as they are */
    }
}
