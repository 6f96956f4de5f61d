/* Upcalls to Export.java. Each export by upcall makes these two. */
#ifndef BB_UPCALL_H
#define BB_UPCALL_H

#include "base/bb.h"

/* The answer of Export.acquire and Export.release if nothing was thrown. */
enum { BB_UPCALL_DONE = 0 };

/* The outcome of an upcall. */
typedef struct bb_upcall {
    /* BB_NOT_REACHED: too little stack was left to enter Java, and nothing has happened there. */
    enum { BB_REACHED, BB_NOT_REACHED, BB_NO_MEMORY } reach;
    jthrowable thrown; /* a local reference that the caller owns; NULL: granted or released */
} bb_upcall;

/*
 * Export.acquire. Writes the granted view's descriptor to `block`, or only its size if it is larger than `capacity`.
 * Like all functions here, called between bb_before_java() and bb_after_java().
 */
bb_upcall bb_upcall_acquire(JNIEnv *env, jint number, int flags, void *block, jint capacity);

/* Export.release. Ends the export, unless Java was not reached. */
bb_upcall bb_upcall_release(JNIEnv *env, jint number);

/* Native method of Natives.java. */
void JNICALL bb_use_stubs(JNIEnv *env, jclass class, jlong acquire, jlong release);

#endif
