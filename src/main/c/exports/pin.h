/* Pins: heap arrays that stay in place, and how many there may be. */
#ifndef BB_PIN_H
#define BB_PIN_H

#include "base/bb.h"

#include "bufferbridge.h"

/* A pinned array. If `array` is NULL, nothing is pinned. */
typedef struct bb_pin {
    jarray array; /* global reference */
    void *address;
} bb_pin;

enum bb_pinning {
    BB_PINNED, /* also if there is nothing to pin */
    BB_PIN_NO_MEMORY,
    BB_PIN_NO_ROOM, /* more would be pinned than is allowed; bb_pin_refusal() says what */
};

/*
 * If `descriptor` describes heap memory, pins `array` and turns the descriptor's offset into an address. `array` is a
 * local reference, which stays. Java has made sure that this JVM can pin. Unless the answer is BB_PINNED, nothing is
 * pinned. Like bb_pin_refusal(), called between bb_before_java() and bb_after_java().
 */
enum bb_pinning bb_pin_array(JNIEnv *env, jarray array, bb_descriptor *descriptor, bb_pin *pin);

/* The BufferException for an array that got BB_PIN_NO_ROOM: a local reference. */
jthrowable bb_pin_refusal(JNIEnv *env, jarray array);

/* Undoes bb_pin_array(), on any thread. Needs no GIL. */
void bb_unpin(JNIEnv *env, bb_pin *pin);

/*
 * Native method: whether a byte that was written to a pinned array is there while the array is pinned. Only for JVMs
 * whose collector pins, because it calls JNI in between.
 */
jboolean JNICALL bb_poke_pinned(JNIEnv *env, jclass class, jbyteArray array, jint index, jbyte value);

/*
 * Native method. Sets the limits of pins: the most arrays, regions and bytes that may be pinned. Also sets the size of
 * a heap region, and the largest size of an array that shares one, in bytes.
 */
void JNICALL bb_limit_pins(JNIEnv *env, jclass class, jlong region_size, jlong max_sharing, jlong max_arrays,
                           jlong max_regions, jlong max_bytes);

#endif
