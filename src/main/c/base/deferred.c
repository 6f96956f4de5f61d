/*
 * Work that a thread defers because it cannot do it itself. A thread that can do it runs it later.
 *
 * Owns: the two queues, and the entries it allocates, until they have run.
 *
 * Threads. A lock-free stack: pushed by any thread, and only ever emptied as a whole, so no entry can be taken twice,
 * and none that comes back to the same place is mistaken for what was there before.
 */
#include "base/bb.h"

#include "base/deferred.h"

#include <stdlib.h>

bb_deferrals bb_for_java;
bb_deferrals bb_for_python;

/* NULL if memory is exhausted and the reserve is in use. */
static bb_deferred *new_entry(bb_deferrals *of)
{
    bb_deferred *entry = malloc(sizeof *entry);
    for (int i = 0; entry == NULL && i < BB_DEFERRED_RESERVE; i++) {
        entry = atomic_exchange(&of->is_used[i], true) ? NULL : &of->reserve[i];
    }
    return entry;
}

static void free_entry(bb_deferrals *of, bb_deferred *entry)
{
    /* Compared as numbers: comparing the addresses of different objects is undefined. */
    uintptr_t address = (uintptr_t)entry;
    if (address >= (uintptr_t)of->reserve && address < (uintptr_t)(of->reserve + BB_DEFERRED_RESERVE)) {
        atomic_store(&of->is_used[entry - of->reserve], false);
    } else {
        free(entry);
    }
}

static void push(bb_deferrals *to, bb_deferred *entry)
{
    entry->next = atomic_load_explicit(&to->first, memory_order_relaxed);
    while (!atomic_compare_exchange_weak_explicit(&to->first, &entry->next, entry, memory_order_release,
                                                  memory_order_relaxed)) {
    }
}

bool bb_deferrals_add(bb_deferrals *to, bb_deferred *entry, bb_deferred_action action, void *data)
{
    bool is_own = entry == NULL;
    if (is_own && (entry = new_entry(to)) == NULL) {
        return false;
    }
    *entry = (bb_deferred){.action = action, .data = data, .is_own = is_own};
    push(to, entry);
    return true;
}

void bb_deferrals_run_all(bb_deferrals *of, JNIEnv *env)
{
    bb_deferred *entry = atomic_exchange_explicit(&of->first, NULL, memory_order_acquire);
    while (entry != NULL) {
        bb_deferred *next = entry->next;
        bb_deferred *own = entry->is_own ? entry : NULL; /* else it goes with `data` */
        entry->action(env, entry->data);
        free_entry(of, own);
        entry = next;
    }
}
