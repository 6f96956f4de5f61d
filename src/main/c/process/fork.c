/*
 * Forks: what they leave in the child.
 *
 * The JVM's threads do not survive a fork. In the child the JVM cannot answer, and reach.c refuses calls. Exports,
 * holdings and leases that are out stay out. The memory is the child's own copy, and their records are there.
 *
 * Owns: nothing. Another thread might change a list during the fork. Then the child would get a half-changed list,
 * under a lock that no thread unlocks. So the locks are taken before the fork and unlocked on both sides of it.
 *
 * Threads: the C library calls these functions on the forking thread. Elsewhere the locks are held for pointer
 * operations only, and no thread takes two.
 */
#include "base/bb.h"

#include "process/fork.h"

#include "exports/export_record.h"
#include "exports/holding_list.h"
#include "leases/lease.h"
#include "runtimes/reach.h"
#include "runtimes/thread_state.h"
#include "tracing/trace.h"

static bb_ring *(*const rings[])(void) = {bb_exports_ring, bb_holdings_ring, bb_leases_ring, bb_traces_ring};
enum { RINGS = sizeof rings / sizeof *rings };

static void before_fork(void)
{
    for (int i = 0; i < RINGS; i++) {
        pthread_mutex_lock(&rings[i]()->lock);
    }
}

static void after_fork(void)
{
    for (int i = RINGS - 1; i >= 0; i--) {
        pthread_mutex_unlock(&rings[i]()->lock);
    }
}

static void in_child(void)
{
    after_fork();
    bb_thread_state_note_fork();
    bb_reach_note_fork();
}

void bb_fork_watch(void)
{
    pthread_atfork(before_fork, after_fork, in_child);
}
