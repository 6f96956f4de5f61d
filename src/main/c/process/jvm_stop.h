/* Stopping the JVM that this library created, before the process's exit destroys what it runs on. */
#ifndef BB_JVM_STOP_H
#define BB_JVM_STOP_H

#include "base/bb.h"

/* From now on, exit() stops this JVM first. 0, or -1 with MemoryError set. */
int bb_jvm_stop_at_exit(JavaVM *vm);

/*
 * The JVM calls this when all of its threads stand still and it would end the process. If exit() caused the stop,
 * this does not return: exit() continues and ends the process with its own code.
 */
void bb_jvm_has_stopped(void);

#endif
