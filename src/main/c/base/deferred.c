/*
 * Work that a thread defers because it cannot do it itself. A thread that can do it runs it later.
 *
 * Owns: the two queues, and the entries it allocates, until they have run.
 *
 * Threads. Each queue is a lock-free stack. Any thread pushes. A thread that pops takes the whole stack. So no entry is
 * taken twice. An entry that comes back to the same address is not mistaken for the one before. The thread pushes all
 * entries but one back before it runs that one. The action may be user code. If it never returns, other threads run the
 * rest. Entries that were pushed meanwhile stay before the rest, so the order is a stack's.
 */
#include "base/bb.h"

#include "base/deferred.h"

#include <stdlib.h>

#include "base/thread_local.h"

/* An action may call Java or Python, and so come here itself. Then nothing runs, because it would run in the action. */
static BB_THREAD_LOCAL bool is_running;
static BB_THREAD_LOCAL bool was_asked_meanwhile;

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

static bb_deferred *take_all(bb_deferrals *of)
{
    return atomic_exchange_explicit(&of->first, NULL, memory_order_acquire);
}

/* What is left of a chain that was taken. What was pushed since then is put before it, and is all that is walked. */
static void push_back(bb_deferrals *to, bb_deferred *rest)
{
    bb_deferred *none = NULL;
    while (
        !atomic_compare_exchange_strong_explicit(&to->first, &none, rest, memory_order_release, memory_order_relaxed)) {
        bb_deferred *newer = take_all(to);
        if (newer != NULL) {
            bb_deferred *last = newer;
            while (last->next != NULL) {
                last = last->next;
            }
            last->next = rest;
            rest = newer;
        }
        none = NULL;
    }
}

static size_t chain_length(const bb_deferred *chain)
{
    size_t count = 0;
    for (; chain != NULL; chain = chain->next) {
        count++;
    }
    return count;
}

/* Runs no more entries than there are at the beginning. So an action that always defers another does not go on here. */
static void run_what_is_there(bb_deferrals *of, JNIEnv *env)
{
    bb_deferred *entry = take_all(of);
    for (size_t left = chain_length(entry); entry != NULL; entry = --left > 0 ? take_all(of) : NULL) {
        if (entry->next != NULL) {
            push_back(of, entry->next);
        }
        bb_deferred *own = entry->is_own ? entry : NULL; /* any other entry is part of `data` */
        entry->action(env, entry->data);
        free_entry(of, own);
    }
}

void bb_deferrals_run_all(bb_deferrals *of, JNIEnv *env)
{
    was_asked_meanwhile = is_running;
    if (is_running) {
        return;
    }
    is_running = true;
    run_what_is_there(of, env);
    if (was_asked_meanwhile) {
        run_what_is_there(of, env);
    }
    is_running = false;
}
