/* The memory of a holding. The first export opens a holding; letting go of the memory closes it. */
#ifndef BB_HOLDING_MEMORY_H
#define BB_HOLDING_MEMORY_H

#include "base/bb.h"

#include "exports/holding_list.h"

/* What remains of a holding after it was closed. */
typedef struct bb_remains {
    jthrowable thrown; /* a local reference, or NULL */
    jobject holding;   /* the reference that was given to the Holding, if its finish() has to be called; or NULL */
} bb_remains;

/* Why there is no holding, and what remains of a holding that was begun. */
typedef struct bb_refusal {
    jthrowable thrown; /* a local reference; NULL if memory ran out */
    bb_remains remains;
} bb_refusal;

/* How a holding is opened. */
typedef struct bb_opening {
    jobject object;       /* describes the memory: the JavaBuffer's object, or what a guard has granted */
    bb_guard guard;       /* of guarded memory */
    bool is_for_question; /* a question lets go afterwards */
} bb_opening;

/*
 * Holds the memory of a JavaBuffer. NULL with `refusal` filled in. Raises nothing, because making an exception may
 * give up the GIL. Keeps the GIL, and runs no user code. Called while the word is BB_CHANGING.
 */
bb_holding *bb_holding_open(JNIEnv *env, bb_java_buffer *buffer, jobject object, bb_refusal *refusal);

/* Raises a refusal, and ends what remains. The word is settled, so user code may run. */
void bb_holding_raise_refusal(JNIEnv *env, const bb_refusal *refusal);

/* A bb_deferred_action: closes and frees a holding that is no longer listed. May run user code. */
void bb_holding_discard(JNIEnv *env, void *holding);

/*
 * Keeps memory reachable whose address a consumer may have kept, until the JavaBuffer dies or this is called again.
 * `keeper` is any reference to a Java object that keeps it.
 */
void bb_keep_reachable(JNIEnv *env, bb_java_buffer *buffer, jobject keeper);

/* Lets go of pinned arrays that no export uses. Whether there was one. Needs the GIL, and keeps it. */
bool bb_holdings_make_room(JNIEnv *env);

#endif
