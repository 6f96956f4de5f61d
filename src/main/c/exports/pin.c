/*
 * Pins: heap arrays stay in place by GetPrimitiveArrayCritical, for as long as Python has the address.
 *
 * JNI's manual allows that call for short stretches only. G1 (from JDK 22, JEP 423) and Shenandoah pin the array's
 * region and collect all other regions. They accept the release on any thread. Pins.java decides whether
 * this JVM is such a JVM. In any other JVM, nothing is pinned.
 *
 * A pin costs the collector a whole region, even for a small array. Several arrays in one region cost it once.
 * Therefore the library counts and limits regions. Collectors place regions at multiples of their size.
 *
 * Owns: the table of regions that have a pinned array. Threads: any that is attached. A mutex guards the table, and a
 * thread holds it for the table only.
 */
#include "base/bb.h"

#include "exports/pin.h"

#include <pthread.h>
#include <stdlib.h>

#include "runtimes/java_door.h"
#include "runtimes/java_ids.h"

/* ------------------------------------------------------------------------------------ accounts -- */

enum {
    BUCKETS = 256,
    HEADER = 16 /* bytes of an array before its items */
};

/* A heap region that the collector has to leave in place. */
typedef struct region {
    struct region *next; /* next region in the same bucket */
    uintptr_t number;    /* address divided by region size */
    int64_t arrays;      /* how many are pinned in it; a large array begins in it */
    int64_t bytes;       /* of the whole regions that stay for these arrays */
    bool is_large;       /* holds one array with regions of its own, which the collector never moves */
} region;

typedef struct limits {
    int64_t region_size;
    int64_t sharing; /* bytes of an array, with its header, that may share a region */
    int64_t arrays;
    int64_t regions; /* of arrays that are not large */
    int64_t bytes;
} limits;

static pthread_mutex_t pins_lock = PTHREAD_MUTEX_INITIALIZER;
static region *buckets[BUCKETS];
static limits most = {1, 0, INT64_MAX, INT64_MAX, INT64_MAX};
static limits pinned; /* what is pinned now; the sizes are unused */

void JNICALL bb_limit_pins(JNIEnv *env, jclass class, jlong region_size, jlong max_sharing, jlong max_arrays,
                           jlong max_regions, jlong max_bytes)
{
    (void)env;
    (void)class;
    pthread_mutex_lock(&pins_lock);
    /* Region numbers depend on the region size: set once, before the first pin; racing threads set the same. */
    most = (limits){region_size, max_sharing, max_arrays, max_regions, max_bytes};
    pthread_mutex_unlock(&pins_lock);
}

static region **place_of(uintptr_t number)
{
    region **place = &buckets[number % BUCKETS];
    while (*place != NULL && (*place)->number != number) {
        place = &(*place)->next;
    }
    return place;
}

/* The caller holds the lock. */
static enum bb_pinning add_region(region **place, uintptr_t number, int64_t byte_size)
{
    int64_t object_size = byte_size + HEADER;
    bool is_large = object_size > most.sharing;
    int64_t regions = is_large ? object_size / most.region_size + (object_size % most.region_size != 0) : 1;
    int64_t bytes = regions * most.region_size;
    if (bytes > most.bytes - pinned.bytes || (!is_large && pinned.regions >= most.regions)) {
        return BB_PIN_NO_ROOM;
    }
    region *added = malloc(sizeof *added);
    if (added == NULL) {
        return BB_PIN_NO_MEMORY;
    }
    *added = (region){.number = number, .bytes = bytes, .is_large = is_large};
    *place = added;
    pinned.bytes += bytes;
    pinned.regions += !is_large;
    return BB_PINNED;
}

static enum bb_pinning count_in(const void *address, int64_t byte_size)
{
    enum bb_pinning outcome = BB_PIN_NO_ROOM;
    pthread_mutex_lock(&pins_lock);
    if (pinned.arrays < most.arrays) {
        uintptr_t number = (uintptr_t)address / (uintptr_t)most.region_size;
        region **place = place_of(number);
        outcome = *place != NULL ? BB_PINNED : add_region(place, number, byte_size);
        if (outcome == BB_PINNED) {
            (*place)->arrays++;
            pinned.arrays++;
        }
    }
    pthread_mutex_unlock(&pins_lock);
    return outcome;
}

static void count_out(const void *address)
{
    pthread_mutex_lock(&pins_lock);
    region **place = place_of((uintptr_t)address / (uintptr_t)most.region_size);
    region *found = *place;
    pinned.arrays--;
    if (--found->arrays == 0) {
        *place = found->next;
        pinned.bytes -= found->bytes;
        pinned.regions -= !found->is_large;
        free(found);
    }
    pthread_mutex_unlock(&pins_lock);
}

/* ---------------------------------------------------------------------------------------- pins -- */

/* -1 if Java has no memory for the answer. */
static int64_t byte_size_of(JNIEnv *env, jarray array)
{
    bb_outcome size = bb_call_java_outside(env, &bb_java.pins.byte_size, NULL, BB_ARGUMENTS({.l = array}));
    return bb_discard(env, size) ? -1 : size.value.j;
}

enum bb_pinning bb_pin_array(JNIEnv *env, jarray array, bb_descriptor *descriptor, bb_pin *pin)
{
    *pin = (bb_pin){NULL, NULL};
    if (!(descriptor->flags & BB_HEAP)) {
        return BB_PINNED;
    }
    int64_t byte_size = byte_size_of(env, array);
    jarray global = byte_size < 0 ? NULL : (*env)->NewGlobalRef(env, array);
    if (global == NULL) {
        return BB_PIN_NO_MEMORY;
    }
    void *address = (*env)->GetPrimitiveArrayCritical(env, global, NULL);
    if (address == NULL) {
        (*env)->ExceptionClear(env);
        (*env)->DeleteGlobalRef(env, global);
        return BB_PIN_NO_MEMORY;
    }
    /* From here on the array stays in place, so only now its region is known. */
    enum bb_pinning outcome = count_in(address, byte_size);
    if (outcome != BB_PINNED) {
        (*env)->ReleasePrimitiveArrayCritical(env, global, address, 0);
        (*env)->DeleteGlobalRef(env, global);
        return outcome;
    }
    *pin = (bb_pin){global, address};
    descriptor->buf = (char *)address + (intptr_t)descriptor->buf;
    return BB_PINNED;
}

jthrowable bb_pin_refusal(JNIEnv *env, jarray array)
{
    pthread_mutex_lock(&pins_lock);
    limits now = pinned;
    pthread_mutex_unlock(&pins_lock);
    const jvalue *given = BB_ARGUMENTS({.l = array}, {.j = now.arrays}, {.j = now.regions}, {.j = now.bytes});
    return bb_call_java_outside(env, &bb_java.pins.refuse, NULL, given).thrown;
}

void bb_unpin(JNIEnv *env, bb_pin *pin)
{
    if (pin->array == NULL) {
        return;
    }
    count_out(pin->address);
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
        return JNI_FALSE; /* OutOfMemoryError is pending; nothing was found out */
    }
    address[index] = value;
    /* Read back before the release, because the release would write a copy back. `isCopy` is not reliable. */
    (*env)->GetByteArrayRegion(env, array, index, 1, &seen);
    (*env)->ReleasePrimitiveArrayCritical(env, array, address, 0);
    return !(*env)->ExceptionCheck(env) && seen == value;
}
