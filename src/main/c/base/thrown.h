/* Takes a Java exception off the thread. */
#ifndef BB_THROWN_H
#define BB_THROWN_H

#include "base/bb.h"

/*
 * Takes the pending Java exception off the thread. Returns a local reference that the caller owns, or NULL if nothing
 * was thrown. Needs no GIL. Call it after every JNI function that can throw.
 */
static inline jthrowable bb_thrown(JNIEnv *env)
{
    if (!(*env)->ExceptionCheck(env)) {
        return NULL;
    }
    jthrowable thrown = (*env)->ExceptionOccurred(env);
    (*env)->ExceptionClear(env);
    return thrown;
}

#endif
