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
#include "base/bb.h"

#include "runtimes/carrier.h"

#include "runtimes/attachment.h"
#include "runtimes/java_door.h"
#include "runtimes/java_ids.h"

BB_THREAD_LOCAL enum bb_carrier bb_carrier;

static bool is_carrier(JNIEnv *env)
{
    if (bb_carrier == BB_CARRIER_UNKNOWN) {
        bb_outcome asked = bb_call_java_outside(env, &bb_java.carriers.is_carrier, NULL, NULL);
        if (bb_discard(env, asked)) {
            return false; /* asked again */
        }
        bb_carrier = asked.value.z ? BB_CARRIER : BB_NO_CARRIER;
    }
    return bb_carrier == BB_CARRIER;
}

jobject bb_carrier_begin(void)
{
    JNIEnv *env = bb_attached_env();
    if (env == NULL || !is_carrier(env)) {
        return NULL;
    }
    bb_outcome begun = bb_call_java_outside(env, &bb_java.carriers.begin, NULL, NULL);
    bb_discard(env, begun);
    return begun.value.l;
}

void bb_carrier_end(jobject begun)
{
    JNIEnv *env = bb_attached_env();
    if (env == NULL) {
        return; /* the JVM ends, its carriers too */
    }
    bb_discard(env, bb_call_java_outside(env, &bb_java.carriers.end, NULL, BB_ARGUMENTS({.l = begun})));
    (*env)->DeleteLocalRef(env, begun);
}
