/* Heap arrays that stay in place. */
#ifndef BB_PIN_H
#define BB_PIN_H

#include <jni.h>
#include <stdbool.h>

#include "bufferbridge.h"

/* An array that is pinned, or nothing when `array` is NULL. */
typedef struct bb_pin {
    jarray array; /* global reference */
    void *address;
} bb_pin;

/*
 * If `descriptor` describes heap memory, pins `array` (a local reference, not deleted) and turns the
 * descriptor's offset into an address. Java has made sure that this JVM can pin. False when there is
 * no memory; nothing is pinned then. Needs no GIL.
 */
bool bb_pin_array(JNIEnv *env, jarray array, bb_descriptor *descriptor, bb_pin *pin);

/* Undoes it, on any thread. Needs no GIL. */
void bb_unpin(JNIEnv *env, bb_pin *pin);

/*
 * Native method: whether a byte written to a pinned array is there while it is pinned. Only for JVMs
 * whose collector pins, because it calls JNI in between.
 */
jboolean JNICALL bb_poke_pinned(JNIEnv *env, jclass class, jbyteArray array, jint index, jbyte value);

#endif
