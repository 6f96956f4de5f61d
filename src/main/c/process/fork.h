/* What a fork leaves of this library in the child. */
#ifndef BB_FORK_H
#define BB_FORK_H

#include "base/bb.h"

/* From now on the lists are whole in a forked child, and reach.c knows where it is. Called once. */
void bb_fork_watch(void);

#endif
