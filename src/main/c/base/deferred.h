/* Work that a thread could not do itself, left to one that can. */
#ifndef BB_DEFERRED_H
#define BB_DEFERRED_H

#include "base/bb.h"

/* Runs with the GIL, and must not raise. `env` is that of the thread that runs it if the work is Java's, else NULL. */
typedef void (*bb_deferred_action)(JNIEnv *env, void *data);

typedef struct bb_deferred {
    struct bb_deferred *next;
    bb_deferred_action action;
    void *data;
    bool is_own; /* allocated for itself, not part of `data` */
} bb_deferred;

/* While memory is exhausted this many entries are at hand. */
enum { BB_DEFERRED_RESERVE = 256 };

/* All that is put off for one language; zeroed at the beginning. */
typedef struct bb_deferrals {
    _Atomic(bb_deferred *) first;
    bb_deferred reserve[BB_DEFERRED_RESERVE];
    atomic_bool is_used[BB_DEFERRED_RESERVE];
} bb_deferrals;

/* The two queues: work that needs a thread attached to the JVM, and work that needs the GIL. */
BB_SHARED bb_deferrals bb_for_java;
BB_SHARED bb_deferrals bb_for_python;

/*
 * Adds work, on any thread. `entry` is part of `data`, so that this cannot fail; or NULL, and then one is allocated:
 * false where memory is exhausted and the reserve is in use, and the work is never done.
 */
bool bb_deferrals_add(bb_deferrals *to, bb_deferred *entry, bb_deferred_action action, void *data);

void bb_deferrals_run_all(bb_deferrals *of, JNIEnv *env);

/* Does all that is there, each once, whoever else is at it. Asked on every call, so nothing is looked at twice. */
static inline void bb_deferrals_run(bb_deferrals *of, JNIEnv *env)
{
    if (atomic_load_explicit(&of->first, memory_order_relaxed) != NULL) {
        bb_deferrals_run_all(of, env);
    }
}

#endif
