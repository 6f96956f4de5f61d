/*
 * Exports by upcall: outstanding grants of a Java exporter's memory to Python consumers.
 *
 * The flow to the consumer: consumer -> bb_getbuffer -> Export.acquire (Java) -> the user's getBuffer -> BufferView
 * -> descriptor -> bb_reduce -> Py_buffer -> consumer. The flow back: PyBuffer_Release -> bb_releasebuffer ->
 * Export.release (Java) -> the user's releaseBuffer, with the same BufferView.
 *
 * The `internal` field of the Py_buffer points to the record of the export (export_record.c). No other field is used
 * to find the record, because a consumer may release a *copy* of its Py_buffer.
 *
 * Owns nothing itself: an export belongs to the consumer's Py_buffer, a record between exports to its JavaBuffer.
 *
 * Invariants. A refused request leaves no export. Java releases a granted view exactly once. Free-threaded CPython has
 * bugs that release twice, so an Export that is free ignores a release.
 *
 * Threads. Consumers come with the GIL. User exporters run without the GIL, unless they say that they never block. A
 * thread that is new to the JVM is attached without the GIL.
 */
#include "base/bb.h"

#include "exports/upcall_export.h"

#include <stdlib.h>

#include "base/description.h"
#include "base/pending.h"
#include "base/reduce.h"
#include "bufferbridge.h"
#include "errors/errors.h"
#include "exports/export_record.h"
#include "exports/holding_memory.h"
#include "exports/pin.h"
#include "exports/upcall.h"
#include "runtimes/attachment.h"
#include "runtimes/java_door.h"
#include "runtimes/java_ids.h"
#include "runtimes/python_work.h"
#include "runtimes/reach.h"
#include "tracing/trace.h"

/* -------------------------------------- upcalls: between bb_before_java and bb_after_java -- */

/* Whether exports by this exporter keep the GIL, because the exporter said that it never blocks. */
static bool keeps_gil(bb_java_buffer *self)
{
    return BB_HAS_GIL && atomic_load_explicit(&self->may_block, memory_order_relaxed) == BB_NEVER_BLOCKS;
}

static void release_deferred(JNIEnv *env, void *data);

/* Ends an export. If Java was not reached, the record no longer belongs to the caller. */
static bb_upcall end_record(JNIEnv *env, bb_export *record)
{
    bb_unpin(env, &record->pin);
    bb_record_drop_descriptor(record);
    bb_upcall released = bb_upcall_release(env, record->number);
    if (released.reach == BB_NOT_REACHED) {
        bb_defer_to_java(&record->deferred, release_deferred, record);
    }
    return released;
}

/* The deferred release of a thread that had too little stack to enter Java. The record's JavaBuffer may be gone. */
static void release_deferred(JNIEnv *env, void *data)
{
    bb_export *record = data;
    bb_away away;
    bb_before_java(&away, false);
    bb_upcall released = end_record(env, record);
    bb_after_java(&away);
    if (released.reach == BB_REACHED) {
        bb_report_unraisable(env, released.thrown, NULL);
        bb_record_dispose(env, record);
    } else {
        (*env)->DeleteLocalRef(env, released.thrown);
    }
}

/* If there is no room for the pin, sets `refusal` to a local reference. */
static enum bb_pinning pin_export(JNIEnv *env, bb_export *record, jthrowable *refusal)
{
    if (!(record->descriptor->flags & BB_HEAP)) {
        return BB_PINNED;
    }
    const jvalue *given = BB_ARGUMENTS({.i = record->number});
    bb_outcome array = bb_call_java_outside(env, &bb_java.export.heap_array, NULL, given);
    if (bb_discard(env, array)) {
        return BB_PIN_NO_MEMORY;
    }
    enum bb_pinning pinned = bb_pin_array(env, array.value.l, record->descriptor, &record->pin);
    if (pinned == BB_PIN_NO_ROOM) {
        *refusal = bb_pin_refusal(env, array.value.l);
    }
    (*env)->DeleteLocalRef(env, array.value.l);
    return pinned;
}

/* Reads a descriptor that does not fit the record's room. */
static bool read_large_descriptor(JNIEnv *env, bb_export *record)
{
    bb_descriptor *descriptor = malloc((size_t)record->room.descriptor.size);
    if (descriptor == NULL) {
        return false;
    }
    record->descriptor = descriptor;
    const jvalue *given = BB_ARGUMENTS({.i = record->number}, {.j = (jlong)(intptr_t)descriptor});
    return !bb_discard(env, bb_call_java_outside(env, &bb_java.export.describe, NULL, given));
}

/*
 * Acquires an export into a record whose Export is free. Unless the export is granted, the Export is free again
 * afterwards.
 *
 * BB_NO_MEMORY: the export was granted and released again, and `thrown` is what releaseBuffer threw. If there is no
 * room for a pin, `refusal` is a local reference. BB_NOT_REACHED: the same, but the release is deferred, and the
 * record no longer belongs to the caller.
 */
static bb_upcall grant_record(JNIEnv *env, bb_export *record, int flags, jthrowable *refusal)
{
    bb_upcall asked = bb_upcall_acquire(env, record->number, flags, &record->room, (jint)sizeof record->room);
    if (asked.thrown != NULL) {
        return (bb_upcall){BB_REACHED, asked.thrown};
    }
    bool fits = record->room.descriptor.size <= (int64_t)sizeof record->room;
    if ((!fits && !read_large_descriptor(env, record)) || pin_export(env, record, refusal) != BB_PINNED) {
        bb_upcall released = end_record(env, record);
        return (bb_upcall){released.reach == BB_REACHED ? BB_NO_MEMORY : BB_NOT_REACHED, released.thrown};
    }
    if (record->descriptor->buf == NULL) {
        /* "buf is never NULL": numpy and memoryview take NULL for an error, even if len is 0. */
        record->descriptor->buf = record->descriptor;
    }
    return asked;
}

/* ------------------------------------------------------------------------------ with the GIL -- */

/* Two threads may learn at once. The exporter that is found first stays. */
static int keep_exporter(JNIEnv *env, bb_java_buffer *self, jobject exporter)
{
    jobject expected = NULL;
    jobject global = bb_global_ref(env, exporter);
    if (global == NULL) {
        return -1;
    }
    if (!atomic_compare_exchange_strong(&self->exporter, &expected, global)) {
        (*env)->DeleteGlobalRef(env, global);
    }
    return 0;
}

/* Learns, before the first export, which exporter's getBuffer to call, and whether it may block. */
static int learn_exporter(JNIEnv *env, bb_java_buffer *self)
{
    if (atomic_load_explicit(&self->may_block, memory_order_acquire) != BB_BLOCKING_UNKNOWN) {
        return 0;
    }
    jvalue exporter, blocks;
    if (!bb_ask_java(env, &bb_java.exportable.exporter_of, NULL, BB_ARGUMENTS({.l = self->base.object}), &exporter)) {
        return -1;
    }
    bool known = bb_ask_java(env, &bb_java.export.may_block, NULL, BB_ARGUMENTS(exporter), &blocks);
    int status = known ? keep_exporter(env, self, exporter.l) : -1;
    (*env)->DeleteLocalRef(env, exporter.l);
    if (status == 0) {
        atomic_store_explicit(&self->may_block, blocks.z ? BB_MAY_BLOCK : BB_NEVER_BLOCKS, memory_order_release);
    }
    return status;
}

/* Ends the export of a record that is not listed. */
static void export_give_back(JNIEnv *env, bb_java_buffer *self, bb_export *record)
{
    bb_away away;
    bb_before_java(&away, keeps_gil(self));
    bb_upcall released = end_record(env, record);
    bb_after_java(&away);
    bb_report_unraisable(env, released.thrown, (PyObject *)self);
    if (released.reach == BB_REACHED) {
        bb_record_keep(self, record);
    }
    bb_do_python_work_keeping_exception(); /* if the memory is a Python object's, this unlocks it now */
}

/* As export_acquire(). If there is no room for a pin, no exception is set, and `refusal` is a local reference. */
static bb_export *try_to_acquire(JNIEnv *env, bb_java_buffer *self, int flags, jthrowable *refusal)
{
    *refusal = NULL;
    bb_export *record = bb_record_take(env, self);
    if (record == NULL) {
        return NULL;
    }
    bb_away away;
    bb_before_java(&away, keeps_gil(self));
    bb_upcall asked = grant_record(env, record, flags, refusal);
    bb_after_java(&away);
    if (asked.reach == BB_REACHED && asked.thrown == NULL) {
        return record;
    }
    if (asked.reach != BB_NOT_REACHED) {
        bb_record_keep(self, record);
    }
    if (asked.reach == BB_REACHED) {
        bb_raise(env, asked.thrown);
        return NULL;
    }
    bb_report_unraisable(env, asked.thrown, (PyObject *)self);
    if (*refusal == NULL) {
        PyErr_NoMemory();
    }
    return NULL;
}

/* A record of a complete view, which is neither reduced nor listed yet. NULL with an exception set. */
static bb_export *export_acquire(JNIEnv *env, bb_java_buffer *self, int flags)
{
    jthrowable refusal;
    bb_export *record = try_to_acquire(env, self, flags, &refusal);
    if (refusal != NULL && bb_holdings_make_room(env)) {
        (*env)->DeleteLocalRef(env, refusal);
        record = try_to_acquire(env, self, flags, &refusal);
    }
    if (refusal != NULL) {
        bb_raise(env, refusal);
    }
    return record;
}

int bb_refuse_export(bb_java_buffer *self, const char *reason)
{
    PyErr_Format(PyExc_BufferError, "%U: %s", self->base.class->name, reason);
    return -1;
}

int bb_get_by_upcall(bb_java_buffer *self, Py_buffer *view, int flags)
{
    JNIEnv *env = bb_enter_java();
    if (env == NULL || learn_exporter(env, self) < 0) {
        return -1;
    }
    bb_export *record = export_acquire(env, self, flags);
    if (record == NULL) {
        return -1;
    }
    /* Filled in locally and copied last: `view` may sit in an object that the garbage collector is walking. */
    Py_buffer reduced;
    const char *reason = bb_reduce(record->descriptor, flags, &reduced);
    if (reason != NULL) {
        export_give_back(env, self, record);
        return bb_refuse_export(self, reason);
    }
    record->flags = flags;
    bb_origin_begin(&record->origin);
    if (bb_traced()) {
        bb_trace_acquired(self, flags, reduced.len, &record->origin);
    }
    bb_record_list(self, record);
    reduced.internal = record;
    reduced.obj = Py_NewRef((PyObject *)self);
    *view = reduced;
    return 0;
}

/*
 * Keeps the released view if the consumer may have kept its address. The view stays until the JavaBuffer dies or the
 * next such view comes. Memory that is not closed stays in place that long, even if the exporter has other memory by
 * now.
 */
static void keep_view(JNIEnv *env, bb_java_buffer *self, bb_export *record)
{
    const jvalue *given = BB_ARGUMENTS({.i = record->number});
    bb_outcome view = bb_call_java_with_gil(env, &bb_java.export.view, NULL, given);
    if (bb_discard(env, view) || view.value.l == NULL) {
        return; /* not enough memory for more than the release itself */
    }
    bb_keep_reachable(env, self, view.value.l);
    (*env)->DeleteLocalRef(env, view.value.l);
}

/* A release may come while an exception is pending. It survives, and the released exporter does not see it. */
void bb_release_by_upcall(bb_java_buffer *self, Py_buffer *view)
{
    bb_export *record = view->internal;
    view->internal = NULL;
    bb_pending pending;
    bb_pending_set_aside(&pending);
    bb_record_unlist(self, record);
    bb_trace_released(self, record->flags, record->descriptor->len, &record->origin);
    JNIEnv *env = bb_attached_env();
    if (env == NULL) {
        env = bb_enter_java_to_release();
    }
    if (env != NULL) {
        if (bb_may_keep_address(record->flags, (record->descriptor->flags & BB_READONLY) != 0)) {
            keep_view(env, self, record);
        }
        export_give_back(env, self, record);
    } else if (bb_java_is_gone()) {
        bb_record_free(record); /* Java's half of this export belongs to the parent of a fork, or ended with its JVM */
    } else {
        bb_defer_to_java(&record->deferred, release_deferred, record); /* this thread could not be attached */
    }
    bb_pending_put_back(&pending);
}
