/*
 * Carriers of virtual threads: their scheduler is told that one of them waits in native code.
 *
 * A virtual thread that waits for the GIL, or is in Python, cannot leave its carrier. With all carriers gone so, a
 * virtual thread that could run would not: also one that is to have a lock next, such as the JDK's own of its Cleaner,
 * for which a thread that has the GIL waits. Carriers.java has the scheduler replace the carrier meanwhile.
 *
 * A carrier runs virtual threads only, so a thread is asked once. Where anything fails here (memory), the carrier is
 * just not replaced.
 *
 * Owns nothing. Threads: each of them for itself.
 */
#include "carrier.h"

#include "errors.h"
#include "java_ids.h"

BB_THREAD_LOCAL enum bb_carrier bb_carrier;

static bool is_carrier(JNIEnv *env)
{
    if (bb_carrier == BB_CARRIER_UNKNOWN) {
        jboolean found = (*env)->CallStaticBooleanMethod(env, bb_java.carriers.class, bb_java.carriers.is_carrier);
        if (bb_discard_thrown(env)) {
            return false; /* asked again */
        }
        bb_carrier = found ? BB_CARRIER : BB_NO_CARRIER;
    }
    return bb_carrier == BB_CARRIER;
}

jobject bb_carrier_begin(void)
{
    JNIEnv *env = bb_env_if_attached();
    if (env == NULL || !is_carrier(env)) {
        return NULL;
    }
    jobject begun = (*env)->CallStaticObjectMethod(env, bb_java.carriers.class, bb_java.carriers.begin);
    return bb_discard_thrown(env) ? NULL : begun;
}

void bb_carrier_end(jobject begun)
{
    JNIEnv *env = bb_env_if_attached();
    if (env == NULL) {
        return; /* the JVM ends, its carriers too */
    }
    jthrowable thrown = bb_thrown(env);
    (*env)->CallStaticVoidMethod(env, bb_java.carriers.class, bb_java.carriers.end, begun);
    bb_discard_thrown(env);
    (*env)->DeleteLocalRef(env, begun);
    if (thrown != NULL) {
        (*env)->Throw(env, thrown);
        (*env)->DeleteLocalRef(env, thrown);
    }
}
