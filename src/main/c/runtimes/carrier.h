/* Carriers of virtual threads: their scheduler is told that one of them waits in native code. */
#ifndef BB_CARRIER_H
#define BB_CARRIER_H

#include "base/bb.h"

#include "base/thread_local.h"

/* Of the calling thread of the operating system. */
enum bb_carrier { BB_CARRIER_UNKNOWN, BB_CARRIER, BB_NO_CARRIER };
BB_SHARED BB_THREAD_LOCAL enum bb_carrier bb_carrier;

/*
 * From here on this thread may wait, for the GIL or in Python. To be ended with what it returns, by the same thread.
 * Needs no GIL; no Java exception may be pending. NULL, with nothing begun, on a thread that is no carrier.
 */
jobject bb_carrier_begin(void);

/* `begun` is not NULL. */
void bb_carrier_end(jobject begun);

#endif
