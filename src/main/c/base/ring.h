/* Lists of exports, holdings and leases that are out: rings under a mutex. */
#ifndef BB_RING_H
#define BB_RING_H

#include "base/bb.h"

#include <pthread.h>

/* The first member of every listed struct, so that the entry and its link have the same address. */
typedef struct bb_link {
    struct bb_link *previous;
    struct bb_link *next;
} bb_link;

/* Oldest first. The lock is held for pointer operations only, never across a call into a runtime. */
typedef struct bb_ring {
    pthread_mutex_t lock;
    bb_link ends; /* sentinel: next is the oldest */
} bb_ring;

#define BB_RING_INITIALIZER(ring)                                                                                      \
    {                                                                                                                  \
        .lock = PTHREAD_MUTEX_INITIALIZER, .ends = {&(ring).ends, &(ring).ends}                                        \
    }

/* bb_ring_link and bb_ring_unlink do not lock. */
static inline void bb_ring_link(bb_ring *ring, bb_link *link)
{
    link->next = &ring->ends;
    link->previous = ring->ends.previous;
    link->previous->next = link;
    ring->ends.previous = link;
}

static inline void bb_ring_unlink(bb_link *link)
{
    link->previous->next = link->next;
    link->next->previous = link->previous;
}

static inline void bb_ring_add(bb_ring *ring, bb_link *link)
{
    pthread_mutex_lock(&ring->lock);
    bb_ring_link(ring, link);
    pthread_mutex_unlock(&ring->lock);
}

static inline void bb_ring_remove(bb_ring *ring, bb_link *link)
{
    pthread_mutex_lock(&ring->lock);
    bb_ring_unlink(link);
    pthread_mutex_unlock(&ring->lock);
}

#endif
