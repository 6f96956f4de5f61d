/*
 * The records of exports by upcall.
 *
 * A record belongs to one JavaBuffer and to one Export in Java, which it names by number. While the export is out,
 * the record holds the descriptor (shape, strides and format) that the consumer sees. Afterwards the JavaBuffer keeps
 * the record for its next export. So repeated exports of one exporter allocate nothing here.
 *
 * Owns: the list of the granted records, and through each JavaBuffer its spare records. A record is in one of the
 * two, or the thread that is acquiring or releasing it has it.
 *
 * Threads. Only threads with the GIL touch the list, the spares and the counts (gil.h). They call neither runtime
 * meanwhile.
 */
#include "base/bb.h"

#include "exports/export_record.h"

#include <stdlib.h>

#include "base/description.h"
#include "base/gil.h"
#include "errors/errors.h"
#include "runtimes/attachment.h"
#include "runtimes/java_door.h"
#include "runtimes/java_ids.h"

enum { MAX_SPARES = 8 };

static bb_ring exports_out = BB_RING_INITIALIZER(exports_out);

bb_ring *bb_exports_ring(void)
{
    return &exports_out;
}

void bb_record_drop_descriptor(bb_export *record)
{
    if (record->descriptor != &record->room.descriptor) {
        free(record->descriptor);
        record->descriptor = &record->room.descriptor;
    }
}

void bb_record_free(bb_export *record)
{
    bb_record_drop_descriptor(record);
    free(record);
}

void bb_record_dispose(JNIEnv *env, void *data)
{
    bb_export *record = data;
    bb_discard(env, bb_call_java_with_gil(env, &bb_java.export.dispose, NULL, BB_ARGUMENTS({.i = record->number})));
    bb_record_free(record);
}

static bb_export *new_record(JNIEnv *env, bb_java_buffer *self)
{
    bb_export *record = malloc(sizeof *record);
    if (record == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    record->exporter = self;
    record->pin = (bb_pin){NULL, NULL};
    record->descriptor = &record->room.descriptor;
    jvalue number;
    jobject exporter = atomic_load_explicit(&self->exporter, memory_order_relaxed);
    if (!bb_ask_java_with_gil(env, &bb_java.export.open, NULL, BB_ARGUMENTS({.l = exporter}), &number)) {
        free(record);
        return NULL;
    }
    record->number = number.i;
    return record;
}

bb_export *bb_record_take(JNIEnv *env, bb_java_buffer *self)
{
    bb_lock_without_gil(&exports_out.lock);
    bb_export *record = self->spares;
    if (record != NULL) {
        self->spares = (bb_export *)record->link.next;
        self->spare_count--;
    }
    bb_unlock_without_gil(&exports_out.lock);
    return record != NULL ? record : new_record(env, self);
}

void bb_record_keep(bb_java_buffer *self, bb_export *record)
{
    bb_lock_without_gil(&exports_out.lock);
    bool kept = self->spare_count < MAX_SPARES;
    if (kept) {
        record->link.next = (bb_link *)self->spares;
        self->spares = record;
        self->spare_count++;
    }
    bb_unlock_without_gil(&exports_out.lock);
    if (!kept) {
        bb_do_in_java(bb_record_dispose, record);
    }
}

void bb_records_drop_spares(bb_java_buffer *self)
{
    while (self->spares != NULL) {
        bb_export *record = self->spares;
        self->spares = (bb_export *)record->link.next;
        bb_do_in_java(bb_record_dispose, record);
    }
}

void bb_record_list(bb_java_buffer *self, bb_export *record)
{
    bb_lock_without_gil(&exports_out.lock);
    bb_ring_link(&exports_out, &record->link);
    int64_t exports = atomic_load_explicit(&self->exports, memory_order_relaxed);
    atomic_store_explicit(&self->exports, exports + 1, memory_order_relaxed);
    bb_unlock_without_gil(&exports_out.lock);
}

void bb_record_unlist(bb_java_buffer *self, bb_export *record)
{
    bb_lock_without_gil(&exports_out.lock);
    bb_ring_unlink(&record->link);
    int64_t exports = atomic_load_explicit(&self->exports, memory_order_relaxed);
    atomic_store_explicit(&self->exports, exports - 1, memory_order_relaxed);
    bb_unlock_without_gil(&exports_out.lock);
}

void bb_exports_visit(bb_outstanding_visitor visit, void *data)
{
    bb_lock_without_gil(&exports_out.lock);
    for (bb_link *link = exports_out.ends.next; link != &exports_out.ends; link = link->next) {
        bb_export *record = (bb_export *)link;
        const bb_outstanding row = {.exporter = (PyObject *)record->exporter,
                                    .flags = record->flags,
                                    .bytes = record->descriptor->len,
                                    .origin = record->origin};
        visit(&row, data);
    }
    bb_unlock_without_gil(&exports_out.lock);
}

bb_descriptor *bb_export_copy_descriptor(const bb_java_buffer *exporter)
{
    bb_descriptor *copy = NULL;
    bb_lock_without_gil(&exports_out.lock);
    for (bb_link *link = exports_out.ends.next; link != &exports_out.ends && copy == NULL; link = link->next) {
        bb_export *record = (bb_export *)link;
        if (record->exporter == exporter) {
            copy = bb_descriptor_copy(record->descriptor);
        }
    }
    bb_unlock_without_gil(&exports_out.lock);
    return copy;
}
