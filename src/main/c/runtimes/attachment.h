/* Each thread's way into the JVM of this process, and work for Java that was put off. */
#ifndef BB_ATTACHMENT_H
#define BB_ATTACHMENT_H

#include "base/bb.h"

#include "base/deferred.h"

/*
 * Takes note of the process's one JVM, and whether somebody else created it; from now on it can be reached. Called before
 * any other function here. -1 with RuntimeError set when the process has no room for thread-specific data.
 */
int bb_attachment_begin(JavaVM *vm, bool is_foreign);

/*
 * The calling thread, which was just attached to the JVM, is detached when it ends. False when that could not be
 * arranged, for want of memory.
 */
bool bb_attachment_own(JNIEnv *env);

/* Detaches the calling thread, which calls Java no more. Not one that is in Java, or is a Java thread. */
void bb_attachment_end(void);

/*
 * The calling thread's JNIEnv; the thread is attached as a daemon on first use and detached when
 * it ends. Needs the GIL; gives it up for the attachment, because attaching may wait for a
 * garbage collection; runs what was put off. NULL with RuntimeError set: no JVM, it cannot be reached any more, or Python
 * ends.
 */
JNIEnv *bb_enter_java(void);

/*
 * The same for a release, which is let through while Python ends: what was granted goes back. NULL with
 * no exception where Java cannot be reached.
 */
JNIEnv *bb_enter_java_to_release(void);

/* The same, but never attaches and never gives up the GIL: NULL, with no exception, where that would be needed. */
JNIEnv *bb_attached_env(void);

/*
 * Runs `action` with the calling thread's JNIEnv; on a thread that was never attached, leaves it to the
 * next bb_enter_java() of any thread, so that no deallocation gives up the GIL. Where the JVM cannot be reached
 * nothing runs.
 */
void bb_do_in_java(bb_deferred_action action, void *data);

/*
 * Leaves an action to the next bb_enter_java() of any thread, also where this thread is attached. `entry` is part of
 * `data`, so that this cannot fail; or NULL, and then one is allocated. Dropped where the JVM cannot be reached.
 */
void bb_do_in_java_later(bb_deferred *entry, bb_deferred_action action, void *data);

/* Lets go of a global reference, from any thread. */
void bb_global_ref_release(jobject global);

/* A new global reference, or NULL with MemoryError set. */
jobject bb_global_ref(JNIEnv *env, jobject local);

#endif
