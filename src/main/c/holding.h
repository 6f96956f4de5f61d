/* Holdings: memory the library knows, kept in place for one JavaBuffer. */
#ifndef BB_HOLDING_H
#define BB_HOLDING_H

#include "bufferbridge.h"
#include "java_buffer.h"
#include "pin.h"
#include "ring.h"

struct bb_holding {
    bb_link link;
    bb_java_buffer *buffer; /* which owns this */
    jobject holding;        /* Holding; global reference */
    bb_pin pin;
    bb_descriptor descriptor; /* the block goes on behind the structure */
};

/*
 * Counts one export in and returns the descriptor it is answered from; takes hold of the memory
 * if it is not held. NULL with an exception set. Needs the GIL; a first export may give it up.
 */
const bb_descriptor *bb_holding_acquire(bb_java_buffer *buffer);

/* The holdings, with and without exports out. */
bb_ring *bb_holdings_ring(void);

/* Counts one export out. */
void bb_holding_release(bb_java_buffer *buffer);

/*
 * Lets go of the memory, if it is held. False when an export is out. From a thread that is not
 * attached to the JVM, Java's part is deferred (bb_defer).
 */
bool bb_holding_let_go(bb_java_buffer *buffer);

/* Calls `visit` for each holding with exports out; under the list's lock, so it must not call out. */
void bb_holdings_visit(void (*visit)(bb_java_buffer *buffer, int64_t exports, int64_t bytes, void *data),
                       void *data);

/* Native method of org.bufferbridge.NativeLibrary: exports out, of one JavaBuffer or (0) of all. */
jlong JNICALL bb_held_exports(JNIEnv *env, jclass class, jlong buffer);

#endif
