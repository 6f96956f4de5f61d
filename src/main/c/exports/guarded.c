/*
 * Exports of guarded memory. Java's ExportGuard lets no change begin while an export is out, and C counts the exports
 * without a call of Java.
 *
 * The flow: a JavaBuffer's first export -> Granted.grant (Java, without the GIL: has the guard count the export, and
 * the exporter describe its memory) -> Holding.open -> descriptor in C, with the guard's word and epoch. Every further
 * export counts in two words: the JavaBuffer's, which keeps the holding, and the guard's, which keeps the memory. An
 * export that finds another epoch in the guard's word drops the holding, and begins as the first one.
 *
 * Owns nothing. A change in Java lets go of the memory of idle holdings; their structures stay until their JavaBuffer
 * needs or loses them.
 *
 * Invariants. The JavaBuffer's word counts each export that the guard's word counts for it. It is counted in first and
 * out last, so the holding that has the address of the guard's word is stable. While the guard counts an export, its
 * epoch stays.
 *
 * Threads. Java moves the guard's word without the GIL, so every step is a compare-and-exchange. The exporter's code
 * runs without the GIL, while neither word is in a state that another thread waits for.
 */
#include "base/bb.h"

#include "exports/guarded.h"

#include "errors/errors.h"
#include "runtimes/attachment.h"
#include "runtimes/java_door.h"
#include "runtimes/java_ids.h"

/*
 * Whether the holding is of another guard, which has exports out. Then the exporter has two guards, and a change
 * through one would not see what the other counts. Called while this thread counts an export of the JavaBuffer.
 */
static bool is_of_another_guard(const bb_holding *holding, const bb_guard *guard)
{
    return holding->guard.word != guard->word && (atomic_load(holding->guard.word) & BB_GUARD_MAX_EXPORTS) != 0;
}

/* Has Java count one export and describe the memory. A local reference to the Granted; NULL with an exception set. */
static jobject ask_guard(JNIEnv *env, bb_java_buffer *buffer, int flags, bb_guard *guard)
{
    int64_t answer[3] = {0};
    jvalue granted;
    const jvalue *given = BB_ARGUMENTS({.l = buffer->base.object}, {.i = (jint)flags}, {.j = (jlong)(intptr_t)answer});
    if (!bb_ask_java(env, &bb_java.granted.grant, NULL, given, &granted)) {
        return NULL;
    }
    *guard = (bb_guard){(_Atomic(int64_t) *)(intptr_t)answer[0], answer[1], answer[2]};
    return granted.l;
}

/* Counts in, for the JavaBuffer, an export that the guard counts. NULL with an exception set. */
static const bb_descriptor *count_granted(JNIEnv *env, bb_java_buffer *buffer, const bb_opening *opening)
{
    while (bb_holding_take_for(env, buffer, opening) == 0) {
        bb_holding *holding = buffer->holding;
        if (holding->guard.word == opening->guard.word && holding->guard.epoch == opening->guard.epoch) {
            return &holding->descriptor;
        }
        bool is_of_another = is_of_another_guard(holding, &opening->guard);
        bb_holding_release(buffer);
        if (is_of_another) {
            PyErr_Format(PyExc_BufferError,
                         "%U.guard() returned another guard while exports are out that the first one counts; return "
                         "the same guard each time",
                         buffer->base.class->name);
            return NULL;
        }
        bb_holding_drop_outdated(env, buffer);
    }
    return NULL;
}

const bb_descriptor *bb_guarded_take(bb_java_buffer *buffer, int flags, bool is_for_question)
{
    JNIEnv *env = bb_enter_java();
    bb_opening opening = {.is_for_question = is_for_question};
    opening.object = env == NULL ? NULL : ask_guard(env, buffer, flags, &opening.guard);
    if (opening.object == NULL) {
        return NULL;
    }
    const bb_descriptor *descriptor = count_granted(env, buffer, &opening);
    if (descriptor == NULL) {
        bb_guard_leave(&opening.guard); /* the Granted still keeps the word */
    }
    (*env)->DeleteLocalRef(env, opening.object);
    return descriptor;
}

const bb_descriptor *bb_guarded_acquire_for_question(bb_java_buffer *buffer)
{
    if (bb_holding_count(buffer, 1)) {
        if (bb_guard_is_current(&buffer->holding->guard)) {
            return &buffer->holding->descriptor;
        }
        bb_holding_release(buffer);
    }
    const bb_descriptor *descriptor = bb_guarded_take(buffer, PyBUF_FULL_RO, true);
    if (descriptor != NULL) {
        bb_guard_leave(&buffer->holding->guard);
    }
    return descriptor;
}
