/*
 * Locks that only a CPython without a GIL needs. Only threads that have the GIL touch what these locks guard. On a
 * free-threaded CPython the lock takes the GIL's place. A thread that forks and keeps Python running has the GIL too.
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
