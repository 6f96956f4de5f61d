/*
 * Forks. The JVM's threads do not survive one: in the child the JVM can answer nothing, and reach.c
 * refuses. What is out stays: memory is the child's own copy, records, holdings and leases are there.
 *
 * Owns: nothing. A thread that is changing a list while another one forks would leave the child a list
 * that is half changed under a lock that nobody opens; so the locks are taken before the fork, and
 * opened on both sides of it.
 *
 * Threads: called by the C library on the thread that forks. The locks are held elsewhere for pointer
 * operations only, and nobody takes two.
 */
#include "base/bb.h"

#include "process/fork.h"

#include "exports/export_record.h"
#include "exports/holdings.h"
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
