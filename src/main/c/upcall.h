/* Upcalls to org.bufferbridge.Export: the two that each export by upcall makes. */
#ifndef BB_UPCALL_H
#define BB_UPCALL_H

#include <jni.h>
#include <stdbool.h>

/* What Export.acquire and Export.release answer when nothing was thrown. */
enum { BB_UPCALL_DONE = 0 };

/*
 * Export.acquire: the granted view's descriptor goes to `block`, or only its size where that is larger than
 * `capacity`. A local reference to what was thrown, or NULL when it was granted. Needs no GIL.
 */
jthrowable bb_upcall_acquire(JNIEnv *env, jint number, int flags, void *block, jint capacity);

/*
 * Export.release. A local reference to what was thrown, or NULL. `reached` is false when Java was not
 * reached, for want of stack, and the export is not over.
 */
jthrowable bb_upcall_release(JNIEnv *env, jint number, bool *reached);

/* Native method of org.bufferbridge.NativeLibrary. */
void JNICALL bb_use_stubs(JNIEnv *env, jclass class, jlong acquire, jlong release, jlong stack_size);

#endif
