/* Each thread's way into the JVM of this process, and work deferred for Java. */
#ifndef BB_ATTACHMENT_H
#define BB_ATTACHMENT_H

#include "base/bb.h"

#include "base/deferred.h"

/*
 * Notes the process's one JVM and whether it is foreign, that is, created by other code. From now on the JVM can be
 * reached. Call this before any other function here. -1 with RuntimeError set if the process has no room for
 * thread-specific data.
 */
int bb_attachment_begin(JavaVM *vm, bool is_foreign);

/*
 * Call this on a thread that was just attached to the JVM: the thread is then detached when it ends. False if memory
 * was too short to arrange that.
 */
bool bb_attachment_own(JNIEnv *env);

/* Detaches the calling thread, which must not call Java again. Not for a thread that is in Java, or a Java thread. */
void bb_attachment_end(void);

/*
 * The calling thread's JNIEnv. The first use attaches the thread as a daemon; the thread is detached when it ends.
 * Needs the GIL, and gives it up while it attaches, because attaching may wait for a garbage collection. Runs
 * deferred work. NULL with RuntimeError set if there is no JVM, the JVM cannot be reached any more, or Python is
 * ending.
 */
JNIEnv *bb_enter_java(void);

/*
 * bb_enter_java() for a release. It is also admitted while Python ends, so that exports and leases still go back. NULL
 * with no exception if Java cannot be reached.
 */
JNIEnv *bb_enter_java_to_release(void);

/*
 * The JNIEnv of a thread that is attached already. Never gives up the GIL, and runs no deferred work. NULL, with no
 * exception, if the thread is not attached or the JVM cannot be reached.
 */
JNIEnv *bb_attached_env(void);

/*
 * Runs `action` with the calling thread's JNIEnv. On a thread that is not attached, it defers the action to the next
 * bb_enter_java() of any thread. So no deallocation gives up the GIL. If the JVM cannot be reached, the action does not
 * run.
 */
void bb_do_in_java(bb_deferred_action action, void *data);

/*
 * Defers an action to the next bb_enter_java() of any thread, even if this thread is attached. If `entry` is not
 * NULL, it is part of `data`, and this cannot fail. If it is NULL, an entry is allocated. The action is dropped if
 * the JVM cannot be reached.
 */
void bb_defer_to_java(bb_deferred *entry, bb_deferred_action action, void *data);

/* Deletes a global reference, on any thread. */
void bb_global_ref_release(jobject global);

/* A new global reference, or NULL with MemoryError set. */
jobject bb_global_ref(JNIEnv *env, jobject local);

#endif
