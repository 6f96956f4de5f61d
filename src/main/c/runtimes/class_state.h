/* Whether a Java class is initialised, asked without waiting for its initialiser. */
#ifndef BB_CLASS_STATE_H
#define BB_CLASS_STATE_H

#include "base/bb.h"

/* Finds the JDK's method. Where there is none, no class is known to be initialised. Needs the GIL. */
void bb_class_state_load(JNIEnv *env);

/* False, too, while the initialiser runs, on any thread, after it has failed, and where the JVM cannot say. */
bool bb_class_is_initialized(JNIEnv *env, jclass class);

#endif
