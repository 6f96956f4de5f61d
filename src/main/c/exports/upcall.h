/* Upcalls to org.bufferbridge.Export: the two that each export by upcall makes. */
#ifndef BB_UPCALL_H
#define BB_UPCALL_H

#include "base/bb.h"

/* What Export.acquire and Export.release answer when nothing was thrown. */
enum { BB_UPCALL_DONE = 0 };

/* What an upcall came to. */
typedef struct bb_upcall {
    /* BB_NOT_REACHED: too little stack was left to enter Java, and nothing has happened there. */
    enum { BB_REACHED, BB_NOT_REACHED, BB_NO_MEMORY } reach;
    jthrowable thrown; /* a local reference, the caller's; NULL: granted, or released */
} bb_upcall;

/*
 * Export.acquire: the granted view's descriptor goes to `block`, or only its size where that is larger than
 * `capacity`. Called between bb_leave_python() and bb_come_back(), as all functions here.
 */
bb_upcall bb_upcall_acquire(JNIEnv *env, jint number, int flags, void *block, jint capacity);

/* Export.release. The export is over unless Java was not reached. */
bb_upcall bb_upcall_release(JNIEnv *env, jint number);

/* Native method of org.bufferbridge.NativeLibrary. */
void JNICALL bb_use_stubs(JNIEnv *env, jclass class, jlong acquire, jlong release);

#endif
