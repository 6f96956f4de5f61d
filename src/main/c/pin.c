/*
 * Heap arrays that stay in place: GetPrimitiveArrayCritical, held for as long as Python has the
 * address.
 *
 * JNI's manual allows that for short stretches only. G1 (from JDK 22, JEP 423) and Shenandoah pin
 * the array's region and collect all others, and take the release on any thread; whether the JVM at
 * hand is such a one, org.bufferbridge.Pins decides, and nothing is pinned elsewhere.
 */
#include "pin.h"

#include <stddef.h>

bool bb_pin_array(JNIEnv *env, jarray array, bb_descriptor *descriptor, bb_pin *pin)
{
    *pin = (bb_pin){NULL, NULL};
    if (!(descriptor->flags & BB_HEAP)) {
        return true;
    }
    jarray global = (*env)->NewGlobalRef(env, array);
    if (global == NULL) {
        return false;
    }
    void *address = (*env)->GetPrimitiveArrayCritical(env, global, NULL);
    if (address == NULL) {
        (*env)->ExceptionClear(env);
        (*env)->DeleteGlobalRef(env, global);
        return false;
    }
    *pin = (bb_pin){global, address};
    descriptor->buf = (char *)address + (intptr_t)descriptor->buf;
    return true;
}

void bb_unpin(JNIEnv *env, bb_pin *pin)
{
    if (pin->array == NULL) {
        return;
    }
    (*env)->ReleasePrimitiveArrayCritical(env, pin->array, pin->address, 0);
    (*env)->DeleteGlobalRef(env, pin->array);
    *pin = (bb_pin){NULL, NULL};
}

jboolean JNICALL bb_poke_pinned(JNIEnv *env, jclass class, jbyteArray array, jint index, jbyte value)
{
    (void)class;
    jbyte seen = (jbyte)~value;
    jbyte *address = (*env)->GetPrimitiveArrayCritical(env, array, NULL);
    if (address == NULL) {
        return JNI_FALSE; /* with OutOfMemoryError pending: nothing was found out */
    }
    address[index] = value;
    /* Read back before the release, which would write a copy back; `isCopy` is not to be relied on. */
    (*env)->GetByteArrayRegion(env, array, index, 1, &seen);
    (*env)->ReleasePrimitiveArrayCritical(env, array, address, 0);
    return !(*env)->ExceptionCheck(env) && seen == value;
}
