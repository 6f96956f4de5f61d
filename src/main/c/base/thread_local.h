/* Thread-local variables that are read often. */
#ifndef BB_THREAD_LOCAL_H
#define BB_THREAD_LOCAL_H

#include "base/bb.h"

/*
 * Marks thread-local variables that every export reads. The GNU C library has room for a few of them at a fixed place,
 * even if the library is loaded later. That saves a call for each read. Other C libraries have no such room.
 */
#ifdef __GLIBC__
#define BB_THREAD_LOCAL _Thread_local __attribute__((tls_model("initial-exec")))
#else
#define BB_THREAD_LOCAL _Thread_local
#endif

#endif
