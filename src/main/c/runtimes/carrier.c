/*
 * Carriers of virtual threads: tells their scheduler when a carrier waits in native code.
 *
 * A virtual thread that waits for the GIL, or is in Python, cannot leave its carrier. If all carriers are occupied in
 * this way, no other virtual thread runs. That includes a virtual thread that is next to get a lock, such as a lock
 * inside the JDK's Cleaner. If a thread that has the GIL waits for that lock, there is a deadlock. Carriers.java
 * therefore has the scheduler replace the carrier during the wait.
 *
 * A carrier runs only virtual threads, so each thread is asked once. If anything fails here (memory), the carrier is
 * not replaced.
 *
 * Owns nothing. Threads: each thread acts for itself.
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
            return false; /* a later call asks again */
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
        return; /* the JVM ends, and its carriers with it */
    }
    bb_discard(env, bb_call_java_outside(env, &bb_java.carriers.end, NULL, BB_ARGUMENTS({.l = begun})));
    (*env)->DeleteLocalRef(env, begun);
}
