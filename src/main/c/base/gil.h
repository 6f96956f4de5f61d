/*
 * What needs a lock, or a locked instruction, only where there is no GIL. Everything guarded this way is
 * touched by threads that have the GIL, and by no others; on a free-threaded CPython the lock takes its place.
 * A fork that leaves Python running is made with the GIL too.
 */
#ifndef BB_GIL_H
#define BB_GIL_H

#include "base/bb.h"

#include <pthread.h>

static inline void bb_lock_without_gil(pthread_mutex_t *lock)
{
#ifdef Py_GIL_DISABLED
    pthread_mutex_lock(lock);
#else
    (void)lock;
#endif
}

static inline void bb_unlock_without_gil(pthread_mutex_t *lock)
{
#ifdef Py_GIL_DISABLED
    pthread_mutex_unlock(lock);
#else
    (void)lock;
#endif
}

#endif
