/* Thread-local variables that are looked at often. */
#ifndef BB_THREAD_LOCAL_H
#define BB_THREAD_LOCAL_H

#include "base/bb.h"

/*
 * Thread-local variables that every export looks at. The GNU C library has room for a few at a fixed place also
 * in libraries that are loaded later, which spares a call for each look; others have none.
 */
#ifdef __GLIBC__
#define BB_THREAD_LOCAL _Thread_local __attribute__((tls_model("initial-exec")))
#else
#define BB_THREAD_LOCAL _Thread_local
#endif

#endif
