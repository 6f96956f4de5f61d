/* Heap arrays that stay in place, and how many there may be. */
#ifndef BB_PIN_H
#define BB_PIN_H

#include "base/bb.h"

#include "bufferbridge.h"

/* An array that is pinned, or nothing when `array` is NULL. */
typedef struct bb_pin {
    jarray array; /* global reference */
    void *address;
} bb_pin;

enum bb_pinning {
    BB_PINNED, /* also where there is nothing to pin */
    BB_PIN_NO_MEMORY,
    BB_PIN_NO_ROOM, /* more is pinned than is allowed; bb_pin_refusal says what */
};

/*
 * If `descriptor` describes heap memory, pins `array` (a local reference, not deleted) and turns the
 * descriptor's offset into an address. Java has made sure that this JVM can pin. Unless it answers
 * BB_PINNED nothing is pinned. Called between bb_leave_python() and bb_come_back(), as bb_pin_refusal().
 */
enum bb_pinning bb_pin_array(JNIEnv *env, jarray array, bb_descriptor *descriptor, bb_pin *pin);

/* The BufferException for an array that got BB_PIN_NO_ROOM: a local reference. */
jthrowable bb_pin_refusal(JNIEnv *env, jarray array);

/* Undoes it, on any thread. Needs no GIL. */
void bb_unpin(JNIEnv *env, bb_pin *pin);

/*
 * Native method: whether a byte written to a pinned array is there while it is pinned. Only for JVMs
 * whose collector pins, because it calls JNI in between.
 */
jboolean JNICALL bb_poke_pinned(JNIEnv *env, jclass class, jbyteArray array, jint index, jbyte value);

/* Native method: sizes of a heap region and of the largest array that shares one, bytes, and the most that may be pinned. */
void JNICALL bb_limit_pins(JNIEnv *env, jclass class, jlong region_size, jlong most_sharing, jlong most_arrays,
                           jlong most_regions, jlong most_bytes);

#endif
