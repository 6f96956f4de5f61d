/*
 * The state of Java classes.
 *
 * No public method of the JDK says whether a class is initialised: each waits for a thread that just initialises it.
 * jdk.internal.misc.Unsafe says it. JNI calls it without regard to modules. A JDK without the method is an answer: not
 * known.
 *
 * Owns: global references to that class and its object, for the life of the process. Threads: any. One thread writes
 * them, before any other can reach the JVM through this library; afterwards they are read-only.
 */
#include "base/bb.h"

#include "runtimes/class_state.h"

#include "runtimes/class_loader.h"
#include "runtimes/java_door.h"

static jobject unsafe; /* NULL: not known */
static bb_method should_be_initialized;

/* A global reference to the Unsafe. NULL, perhaps with the JVM's exception pending. */
static jobject find_unsafe(JNIEnv *env, jclass class)
{
    bb_method get_unsafe;
    if (!bb_find_method(env, &should_be_initialized, class, false, "shouldBeInitialized", "(Ljava/lang/Class;)Z") ||
        !bb_find_method(env, &get_unsafe, class, true, "getUnsafe", "()Ljdk/internal/misc/Unsafe;")) {
        return NULL;
    }
    bb_outcome got = bb_call_java_with_gil(env, &get_unsafe, NULL, NULL);
    if (bb_discard(env, got)) {
        return NULL;
    }
    jobject global = (*env)->NewGlobalRef(env, got.value.l);
    (*env)->DeleteLocalRef(env, got.value.l);
    return global;
}

void bb_class_state_load(JNIEnv *env)
{
    jclass class = unsafe == NULL ? bb_find_class(env, "jdk/internal/misc/Unsafe") : NULL;
    if (class != NULL) {
        unsafe = find_unsafe(env, class);
        (*env)->DeleteLocalRef(env, class);
    }
    (*env)->ExceptionClear(env);
}

bool bb_class_is_initialized(JNIEnv *env, jclass class)
{
    if (unsafe == NULL) {
        return false;
    }
    bb_outcome should = bb_call_java_with_gil(env, &should_be_initialized, unsafe, BB_ARGUMENTS({.l = class}));
    return !bb_discard(env, should) && !should.value.z;
}
