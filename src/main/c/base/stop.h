/* The end of a thread that must not come back. */
#ifndef BB_STOP_H
#define BB_STOP_H

#include "base/bb.h"

#include <unistd.h>

/* Stops the calling thread permanently. It must not hold the GIL, which others need. */
_Noreturn static inline void bb_stop_for_ever(void)
{
    for (;;) {
        pause();
    }
}

#endif
