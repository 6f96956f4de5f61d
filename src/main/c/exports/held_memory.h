/* What a holding holds: opened with the first export of a JavaBuffer, closed when it is let go of. */
#ifndef BB_HELD_MEMORY_H
#define BB_HELD_MEMORY_H

#include "base/bb.h"

#include "exports/holdings.h"

/* What is left of a holding after it was closed. */
typedef struct bb_remains {
    jthrowable thrown; /* a local reference, or NULL */
    jobject holding;   /* Holding, whose finish() is to be called: the reference that was given; or NULL */
} bb_remains;

/* Why there is no holding, and what is left of one that was begun. */
typedef struct bb_refusal {
    jthrowable thrown; /* a local reference; NULL for want of memory */
    bb_remains remains;
} bb_refusal;

/*
 * Takes hold of the memory of a JavaBuffer. NULL: then there is a refusal. Raises nothing, because making an exception may
 * give up the GIL. Keeps the GIL: nothing here runs user code. Called while the word is BB_CHANGING.
 */
bb_holding *bb_holding_open(JNIEnv *env, bb_java_buffer *buffer, bb_refusal *refusal);

/* Raises a refusal, and ends what is left. The word is settled, so anybody's code may run. */
void bb_holding_raise_refusal(JNIEnv *env, const bb_refusal *refusal);

/* A bb_deferred_action: closes and frees a holding that is not listed any more. May run anybody's code. */
void bb_holding_discard(JNIEnv *env, void *holding);

/*
 * Lets go of pinned arrays of which no export is out. Whether there was one. Needs the GIL, which it may give up for a
 * moment.
 */
bool bb_holdings_make_room(JNIEnv *env);

#endif
