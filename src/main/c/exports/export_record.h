/* The records of exports by upcall: what C keeps of each, from its grant to its release and beyond. */
#ifndef BB_EXPORT_RECORD_H
#define BB_EXPORT_RECORD_H

#include "base/bb.h"

#include "base/deferred.h"
#include "base/java_objects.h"
#include "base/ring.h"
#include "bufferbridge.h"
#include "exports/pin.h"
#include "tracing/trace.h"

/* Large enough for the descriptors of ordinary arrays; larger ones get a block of their own. */
typedef union bb_room {
    bb_descriptor descriptor;
    char bytes[256];
} bb_room;

struct bb_export {
    bb_link link;             /* while granted; of a spare, `next` is the next spare */
    bb_java_buffer *exporter; /* kept alive by the consumer's Py_buffer.obj */
    jint number;              /* of the Export in Java */
    int flags;
    bb_pin pin;
    bb_deferred later; /* its release, if Java could not be reached */
    bb_origin origin;
    bb_descriptor *descriptor; /* `room`, or a block of its own */
    bb_room room;
};

/* The exports by upcall that are out. */
bb_ring *bb_exports_ring(void);

/* A record whose Export is free, of those that were kept or a new one. NULL with an exception set. */
bb_export *bb_record_take(JNIEnv *env, bb_java_buffer *self);

/* For a later export of the same JavaBuffer, or for none. Its Export is free. */
void bb_record_keep(bb_java_buffer *self, bb_export *record);

/* Adds a granted export to the list and to the JavaBuffer's count, and takes it off again. */
void bb_record_list(bb_java_buffer *self, bb_export *record);
void bb_record_unlist(bb_java_buffer *self, bb_export *record);

/* Frees a descriptor that had a block of its own. */
void bb_record_drop_descriptor(bb_export *record);

/* Frees the record, and with it or without it its Export, which is free. The first is a bb_deferred_action. */
void bb_record_dispose(JNIEnv *env, void *record);
void bb_record_free(bb_export *record);

/* Of a JavaBuffer that dies. */
void bb_records_drop_spares(bb_java_buffer *self);

/* A copy of the descriptor of an export by upcall; NULL when the exporter has none out, or for want of memory. */
bb_descriptor *bb_export_copy_descriptor(const bb_java_buffer *exporter);

/* Calls `visit` for each export by upcall; under the list's lock, so it must not call out. Needs the GIL. */
void bb_exports_visit(bb_outstanding_visitor visit, void *data);

#endif
