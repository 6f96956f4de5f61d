/* The native methods that Java calls, bound with RegisterNatives. */
#ifndef BB_NATIVES_H
#define BB_NATIVES_H

#include "base/bb.h"

/*
 * Checks the ABI version of Natives.java, then binds its native methods and those of PythonCalls.
 * Call it after bb_java_ids_load(). 0, or -1 with RuntimeError set. Needs the GIL.
 */
int bb_natives_register(JNIEnv *env);

#endif
