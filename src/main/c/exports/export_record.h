/* The records of exports by upcall: what C keeps of each export, from its grant past its release. */
#ifndef BB_EXPORT_RECORD_H
#define BB_EXPORT_RECORD_H

#include "base/bb.h"

#include "base/deferred.h"
#include "base/java_objects.h"
#include "base/ring.h"
#include "bufferbridge.h"
#include "exports/pin.h"
#include "tracing/trace.h"

/* Large enough for the descriptors of ordinary arrays. Larger descriptors get a block of their own. */
typedef union bb_room {
    bb_descriptor descriptor;
    char bytes[256];
} bb_room;

struct bb_export {
    bb_link link;             /* in the list while granted; in a spare record, `next` links to the next spare */
    bb_java_buffer *exporter; /* the consumer's Py_buffer.obj keeps it alive */
    jint number;              /* of the Export in Java */
    int flags;
    bb_pin pin;
    bb_deferred deferred; /* the deferred release, if Java could not be reached */
    bb_origin origin;
    bb_descriptor *descriptor; /* `room`, or a block of its own */
    bb_room room;
};

/* The exports by upcall that are out. */
bb_ring *bb_exports_ring(void);

/* A kept or new record whose Export is free. NULL with an exception set. */
bb_export *bb_record_take(JNIEnv *env, bb_java_buffer *self);

/* Keeps a record, whose Export is free, for a later export of the same JavaBuffer, or disposes of it. */
void bb_record_keep(bb_java_buffer *self, bb_export *record);

/* Add a granted export to the list and to the JavaBuffer's count, and take it off again. */
void bb_record_list(bb_java_buffer *self, bb_export *record);
void bb_record_unlist(bb_java_buffer *self, bb_export *record);

/* Frees a descriptor that has a block of its own. */
void bb_record_drop_descriptor(bb_export *record);

/* Both free the record. bb_record_dispose(), a bb_deferred_action, also disposes of its Export, which is free. */
void bb_record_dispose(JNIEnv *env, void *record);
void bb_record_free(bb_export *record);

/* Disposes of the spare records of a JavaBuffer that dies. */
void bb_records_drop_spares(bb_java_buffer *self);

/* A copy of the descriptor of an export by upcall. NULL if the exporter has no export out, or if memory ran out. */
bb_descriptor *bb_export_copy_descriptor(const bb_java_buffer *exporter);

/* Calls `visit` for each export by upcall, under the list's lock, so `visit` must not call out. Needs the GIL. */
void bb_exports_visit(bb_outstanding_visitor visit, void *data);

#endif
