/* Forks: what they leave of this library in the child. */
#ifndef BB_FORK_H
#define BB_FORK_H

#include "base/bb.h"

/* From now on, a forked child has whole lists, and its reach.c knows that it is a child. Call it once. */
void bb_fork_watch(void);

#endif
