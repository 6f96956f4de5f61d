/*
 * The list of holdings.
 *
 * Owns: the list. Each holding belongs to its JavaBuffer.
 *
 * Threads: any. A mutex guards the list. A thread holds it for pointer operations only.
 */
#include "base/bb.h"

#include "exports/holding_list.h"

static bb_ring held = BB_RING_INITIALIZER(held);

bb_ring *bb_holdings_ring(void)
{
    return &held;
}

void bb_holdings_visit(bb_holding_visitor visit, void *data)
{
    pthread_mutex_lock(&held.lock);
    for (bb_link *link = held.ends.next; link != &held.ends; link = link->next) {
        bb_holding *holding = (bb_holding *)link;
        int64_t exports = atomic_load_explicit(&holding->buffer->exports, memory_order_relaxed);
        if (exports >= 0) {
            visit(holding, exports, data);
        }
    }
    pthread_mutex_unlock(&held.lock);
}

typedef struct bb_sum {
    const bb_java_buffer *only; /* NULL: count all */
    int64_t exports;
    bool keeps_address;
} bb_sum;

static void add_exports(const bb_holding *holding, int64_t exports, void *data)
{
    bb_sum *sum = data;
    if (sum->only == NULL || sum->only == holding->buffer) {
        sum->exports += exports;
        sum->keeps_address |= atomic_load_explicit(&holding->keeps_address, memory_order_relaxed);
    }
}

/* Java names a JavaBuffer by its address. The address is only compared with those in the list, never followed. */
static bb_sum sum_of(jlong buffer)
{
    bb_sum sum = {.only = (const bb_java_buffer *)(intptr_t)buffer};
    bb_holdings_visit(add_exports, &sum);
    return sum;
}

jlong JNICALL bb_held_exports(JNIEnv *env, jclass class, jlong buffer)
{
    (void)env;
    (void)class;
    return sum_of(buffer).exports;
}

jboolean JNICALL bb_keeps_address(JNIEnv *env, jclass class, jlong buffer)
{
    (void)env;
    (void)class;
    return sum_of(buffer).keeps_address;
}
