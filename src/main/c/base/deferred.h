/* Work that a thread defers because it cannot do it itself. */
#ifndef BB_DEFERRED_H
#define BB_DEFERRED_H

#include "base/bb.h"

/*
 * Runs with the GIL, and must not raise. For Java work, `env` is the JNIEnv of the thread that runs it; otherwise it
 * is NULL.
 */
typedef void (*bb_deferred_action)(JNIEnv *env, void *data);

typedef struct bb_deferred {
    struct bb_deferred *next;
    bb_deferred_action action;
    void *data;
    bool is_own; /* allocated alone, not part of `data` */
} bb_deferred;

/* The number of entries that are available while memory is exhausted. */
enum { BB_DEFERRED_RESERVE = 256 };

/* All the work deferred for one language; zeroed at the beginning. */
typedef struct bb_deferrals {
    _Atomic(bb_deferred *) first;
    bb_deferred reserve[BB_DEFERRED_RESERVE];
    atomic_bool is_used[BB_DEFERRED_RESERVE];
} bb_deferrals;

/* The two queues: work that needs a thread attached to the JVM, and work that needs the GIL. */
BB_SHARED bb_deferrals bb_for_java;
BB_SHARED bb_deferrals bb_for_python;

/*
 * Adds work, on any thread. If `entry` is not NULL, it is part of `data`, and this cannot fail. If it is NULL, an
 * entry is allocated. False if memory is exhausted and the reserve is in use; the work is then never done.
 */
bool bb_deferrals_add(bb_deferrals *to, bb_deferred *entry, bb_deferred_action action, void *data);

void bb_deferrals_run_all(bb_deferrals *of, JNIEnv *env);

/*
 * Does the queued work, each entry once, even if other threads do the same. Runs on every call, so it reads nothing
 * twice.
 */
static inline void bb_deferrals_run(bb_deferrals *of, JNIEnv *env)
{
    if (atomic_load_explicit(&of->first, memory_order_relaxed) != NULL) {
        bb_deferrals_run_all(of, env);
    }
}

#endif
