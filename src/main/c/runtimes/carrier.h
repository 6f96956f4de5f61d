/* Carriers of virtual threads: tells their scheduler when a carrier waits in native code. */
#ifndef BB_CARRIER_H
#define BB_CARRIER_H

#include "base/bb.h"

#include "base/thread_local.h"

/* Whether the calling operating system thread is a carrier. */
enum bb_carrier { BB_CARRIER_UNKNOWN, BB_CARRIER, BB_NO_CARRIER };
BB_SHARED BB_THREAD_LOCAL enum bb_carrier bb_carrier;

/*
 * From here on this thread may wait, for the GIL or in Python. The same thread passes the result to bb_carrier_end().
 * Needs no GIL; no Java exception may be pending. NULL, with nothing begun, on a thread that is not a carrier.
 */
jobject bb_carrier_begin(void);

/* Ends what bb_carrier_begin() began; `begun` is not NULL. */
void bb_carrier_end(jobject begun);

#endif
