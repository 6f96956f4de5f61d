/* The holdings: one for each JavaBuffer whose memory the library knows and keeps in place. */
#ifndef BB_HOLDING_LIST_H
#define BB_HOLDING_LIST_H

#include "base/bb.h"

#include "base/java_objects.h"
#include "base/ring.h"
#include "bufferbridge.h"
#include "exports/guard_word.h"
#include "exports/pin.h"
#include "tracing/trace.h"

struct bb_holding {
    bb_link link;
    bb_java_buffer *buffer; /* owns this holding */
#ifdef Py_GIL_DISABLED
    PyObject *weak_owner; /* a weak reference to it; NULL if memory ran out, and the holding is in no list of Python */
#endif
    jobject holding; /* the Holding in Java; global reference */
    bb_pin pin;
    bb_guard guard;            /* of guarded memory; fixed before the word is settled */
    bool is_for_question;      /* opened by a question, which lets go afterwards; fixed before the word is settled */
    bool notes_requests;       /* whether ordinary requests are looked at; fixed before the word is settled */
    atomic_bool keeps_address; /* a consumer may have the address without an export; set only if requests are noted */
    bb_origin origin;          /* of the first export, which made the library hold the memory */
    bb_descriptor descriptor;  /* the block continues behind the structure */
};

/* The holdings, with and without exports out. */
bb_ring *bb_holdings_ring(void);

/* Calls `visit` for each holding and its exports (often 0), under the list's lock, so `visit` must not call out. */
typedef void (*bb_holding_visitor)(const bb_holding *holding, int64_t exports, void *data);
void bb_holdings_visit(bb_holding_visitor visit, void *data);

/* Native method of Natives.java: the exports that are out, of one JavaBuffer or (0) of all. */
jlong JNICALL bb_held_exports(JNIEnv *env, jclass class, jlong buffer);

/* Native method of Natives.java: whether a consumer may have an address of a JavaBuffer's memory without an export. */
jboolean JNICALL bb_keeps_address(JNIEnv *env, jclass class, jlong buffer);

#endif
