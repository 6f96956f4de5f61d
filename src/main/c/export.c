/*
 * The buffer slots, and exports by upcall: each an outstanding grant of a Java exporter's memory to a
 * Python consumer. Exports of memory that the library knows are counted only, in holding.c.
 *
 * The flow: consumer -> bb_getbuffer -> Export.acquire (Java) -> the user's getBuffer -> BufferView
 * -> descriptor -> bb_reduce -> Py_buffer -> consumer; and back: PyBuffer_Release ->
 * bb_releasebuffer -> Export.release (Java) -> the user's releaseBuffer, with the same BufferView.
 *
 * The record behind an export (export_record.c) hangs in `internal`; a consumer may release a *copy* of its
 * Py_buffer, so nothing else of that structure is used to find it.
 *
 * Invariants. A refused request leaves no export, no count and `view->obj == NULL`. A granted view is
 * released in Java exactly once: an Export that is free ignores a release, because free-threaded CPython
 * has bugs that release twice.
 *
 * Threads. The slots are called with the GIL; user exporters run without it unless they say that
 * they never block. A thread that is new to the JVM is attached without the GIL.
 */
#include "export.h"

#include <stdbool.h>
#include <stdlib.h>

#include "bufferbridge.h"
#include "errors.h"
#include "export_record.h"
#include "gate.h"
#include "holding.h"
#include "java_ids.h"
#include "pin.h"
#include "reduce.h"
#include "report.h"
#include "runtime.h"
#include "trace.h"
#include "upcall.h"

/* ------------------------------------------------------- upcalls; these need no GIL -------- */

enum bb_outcome { BB_GRANTED, BB_THROWN, BB_NO_MEMORY, BB_NO_ROOM };

/* The release that found no stack left to enter Java with. The record's JavaBuffer may be gone. */
static void release_later(JNIEnv *env, void *data)
{
    bb_export *record = data;
    bool reached;
    jthrowable thrown = bb_upcall_release(env, record->number, &reached);
    if (reached) {
        bb_report_unraisable(env, thrown, NULL);
        bb_record_dispose(env, record);
    } else {
        (*env)->DeleteLocalRef(env, thrown);
        bb_defer_to_next(&record->later, release_later, record);
    }
}

/*
 * Ends an export. A local reference to what releaseBuffer threw, or NULL; `reached` is false if Java was
 * not reached, and the record is no longer the caller's then.
 */
static jthrowable upcall_release(JNIEnv *env, bb_export *record, bool *reached)
{
    bb_unpin(env, &record->pin);
    bb_record_drop_descriptor(record);
    jthrowable thrown = bb_upcall_release(env, record->number, reached);
    if (!*reached) {
        bb_defer_to_next(&record->later, release_later, record);
    }
    return thrown;
}

/* With `refusal`, a local reference, where there is no room. */
static enum bb_pinning pin_memory(JNIEnv *env, bb_export *record, jthrowable *refusal)
{
    if (!(record->descriptor->flags & BB_HEAP)) {
        return BB_PINNED;
    }
    jarray array = (*env)->CallStaticObjectMethod(env, bb_java.export.class, bb_java.export.heap_array,
                                                  record->number);
    if (bb_discard_thrown(env)) {
        return BB_PIN_NO_MEMORY;
    }
    enum bb_pinning pinned = bb_pin_array(env, array, record->descriptor, &record->pin);
    if (pinned == BB_PIN_NO_ROOM) {
        *refusal = bb_pin_refusal(env, array);
    }
    (*env)->DeleteLocalRef(env, array);
    return pinned;
}

/* Where the room was too small for it. */
static bool read_large_descriptor(JNIEnv *env, bb_export *record)
{
    bb_descriptor *descriptor = malloc((size_t)record->room.descriptor.size);
    if (descriptor == NULL) {
        return false;
    }
    record->descriptor = descriptor;
    (*env)->CallStaticVoidMethod(env, bb_java.export.class, bb_java.export.describe, record->number,
                                 (jlong)(intptr_t)descriptor);
    return !bb_discard_thrown(env);
}

/*
 * Into a record whose Export is free, and is free again unless it is granted. `thrown` is a local reference to what
 * getBuffer threw, or else releaseBuffer; `refusal` one to why there is no room.
 */
static enum bb_outcome upcall_acquire(JNIEnv *env, bb_export *record, int flags, bool *reached, jthrowable *thrown,
                                      jthrowable *refusal)
{
    *reached = true;
    *refusal = NULL;
    *thrown = bb_upcall_acquire(env, record->number, flags, &record->room, (jint)sizeof record->room);
    if (*thrown != NULL) {
        return BB_THROWN;
    }
    bool fits = record->room.descriptor.size <= (int64_t)sizeof record->room;
    if ((!fits && !read_large_descriptor(env, record)) || pin_memory(env, record, refusal) != BB_PINNED) {
        *thrown = upcall_release(env, record, reached);
        return *refusal != NULL ? BB_NO_ROOM : BB_NO_MEMORY;
    }
    if (record->descriptor->buf == NULL) {
        /* "buf is never NULL": numpy and memoryview take that for an error, also when len is 0. */
        record->descriptor->buf = record->descriptor;
    }
    return BB_GRANTED;
}

static jobject upcall_exporter_of(JNIEnv *env, jobject object, jthrowable *thrown)
{
    jobject exporter = (*env)->CallStaticObjectMethod(env, bb_java.exportable.class,
                                                      bb_java.exportable.exporter_of, object);
    *thrown = bb_thrown(env);
    return exporter;
}

static enum bb_blocking upcall_may_block(JNIEnv *env, jobject exporter, jthrowable *thrown)
{
    jboolean may_block = (*env)->CallStaticBooleanMethod(env, bb_java.export.class,
                                                         bb_java.export.may_block, exporter);
    *thrown = bb_thrown(env);
    return *thrown != NULL ? BB_BLOCKING_UNKNOWN : may_block ? BB_MAY_BLOCK : BB_NEVER_BLOCKS;
}

/* ---------------------------------------------------------------------------------- slots -- */

/* Gives up the GIL where the exporter may block; NULL when it is kept. */
static PyThreadState *leave_python(const bb_java_buffer *self)
{
    bool keeps = atomic_load_explicit(&self->may_block, memory_order_relaxed) == BB_NEVER_BLOCKS;
    return keeps ? NULL : PyEval_SaveThread();
}

static void enter_python(PyThreadState *state)
{
    if (state != NULL) {
        PyEval_RestoreThread(state);
    }
}

/* Two threads may learn at once; the exporter that is found first stays. */
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

/* Before the first export: whose getBuffer is called, and whether it may block. */
static int learn_exporter(JNIEnv *env, bb_java_buffer *self)
{
    if (atomic_load_explicit(&self->may_block, memory_order_acquire) != BB_BLOCKING_UNKNOWN) {
        return 0;
    }
    jthrowable thrown;
    enum bb_blocking blocking = BB_BLOCKING_UNKNOWN;
    PyThreadState *state = PyEval_SaveThread();
    jobject exporter = upcall_exporter_of(env, self->base.object, &thrown);
    if (exporter != NULL) {
        blocking = upcall_may_block(env, exporter, &thrown);
    }
    PyEval_RestoreThread(state);
    int status = -1;
    if (thrown != NULL) {
        bb_raise(env, thrown);
    } else {
        status = keep_exporter(env, self, exporter);
    }
    if (exporter != NULL) {
        (*env)->DeleteLocalRef(env, exporter);
    }
    if (status == 0) {
        atomic_store_explicit(&self->may_block, (int)blocking, memory_order_release);
    }
    return status;
}

/* Ends the export of a record that is not listed. */
static void give_back(JNIEnv *env, bb_java_buffer *self, bb_export *record)
{
    bool reached;
    PyThreadState *state = leave_python(self);
    jthrowable thrown = upcall_release(env, record, &reached);
    enter_python(state);
    if (thrown != NULL) {
        bb_report_unraisable(env, thrown, (PyObject *)self);
    }
    if (reached) {
        bb_record_keep(self, record);
    }
    bb_run_deferred_beside_exception(); /* a Python object's memory is unlocked now, if it was that */
}

/* As acquire(). `refusal` is a local reference where no exception is set, because there is no room for a pin. */
static bb_export *try_to_acquire(JNIEnv *env, bb_java_buffer *self, int flags, jthrowable *refusal)
{
    bb_export *record = bb_record_take(env, self);
    if (record == NULL) {
        return NULL;
    }
    bool reached;
    jthrowable thrown;
    PyThreadState *state = leave_python(self);
    enum bb_outcome outcome = upcall_acquire(env, record, flags, &reached, &thrown, refusal);
    enter_python(state);
    if (outcome == BB_GRANTED) {
        return record;
    }
    if (reached) {
        bb_record_keep(self, record);
    }
    if (outcome == BB_THROWN) {
        bb_raise(env, thrown);
        return NULL;
    }
    bb_report_unraisable(env, thrown, (PyObject *)self);
    if (outcome == BB_NO_MEMORY) {
        PyErr_NoMemory();
    }
    return NULL;
}

/* A record for a complete view, not yet reduced and not listed. NULL with an exception set. */
static bb_export *acquire(JNIEnv *env, bb_java_buffer *self, int flags)
{
    jthrowable refusal = NULL;
    bb_export *record = try_to_acquire(env, self, flags, &refusal);
    if (refusal != NULL && bb_holdings_make_room(env)) {
        (*env)->DeleteLocalRef(env, refusal);
        refusal = NULL;
        record = try_to_acquire(env, self, flags, &refusal);
    }
    if (refusal != NULL) {
        bb_raise(env, refusal);
    }
    return record;
}

static int refuse(bb_java_buffer *self, const char *reason)
{
    PyErr_Format(PyExc_BufferError, "%U: %s", self->base.class->name, reason);
    return -1;
}

static int get_by_upcall(bb_java_buffer *self, Py_buffer *view, int flags)
{
    JNIEnv *env = bb_env();
    if (env == NULL || learn_exporter(env, self) < 0) {
        return -1;
    }
    bb_export *record = acquire(env, self, flags);
    if (record == NULL) {
        return -1;
    }
    /* A local one, copied last: `view` may sit in an object that the collector is walking. */
    Py_buffer reduced;
    const char *reason = bb_reduce(record->descriptor, flags, &reduced);
    if (reason != NULL) {
        give_back(env, self, record);
        return refuse(self, reason);
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

static int get_known(bb_java_buffer *self, Py_buffer *view, int flags)
{
    const bb_descriptor *descriptor = bb_holding_acquire(self);
    if (descriptor == NULL) {
        return -1;
    }
    const char *reason = bb_reduce(descriptor, flags, view);
    if (reason != NULL) {
        bb_holding_release(self);
        return refuse(self, reason);
    }
    if (descriptor->flags & BB_HEAP) {
        bb_holding_note_request(self->holding, flags);
    }
    if (bb_traced()) {
        view->internal = bb_trace_known(self, flags, view->len);
    }
    view->obj = Py_NewRef((PyObject *)self);
    return 0;
}

int bb_ask_for_buffer(bb_java_buffer *self, Py_buffer *view, int flags)
{
    view->obj = NULL;
    return self->base.class->export_kind == BB_EXPORTS_KNOWN_MEMORY ? get_known(self, view, flags)
                                                                    : get_by_upcall(self, view, flags);
}

int bb_getbuffer(PyObject *exporter, Py_buffer *view, int flags)
{
    if (view == NULL) {
        PyErr_SetString(PyExc_BufferError, "a Py_buffer to fill is required, not NULL");
        return -1;
    }
    bb_java_buffer *self = (bb_java_buffer *)exporter;
    int status = bb_ask_for_buffer(self, view, flags);
    if (status < 0) {
        bb_report_refusal(self->base.class->name, flags);
    }
    return status;
}

/* On a thread that is new to the JVM, and in a forked child, where it is NULL. */
static JNIEnv *env_of_release(void)
{
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    JNIEnv *env = bb_env_for_release();
    PyErr_Restore(type, value, traceback);
    return env;
}

/* A release may come while an exception is on its way; that exception survives. */
static void release_by_upcall(bb_java_buffer *self, Py_buffer *view)
{
    bb_export *record = view->internal;
    view->internal = NULL;
    bb_record_unlist(self, record);
    bb_trace_released(self, record->flags, record->descriptor->len, &record->origin);
    JNIEnv *env = bb_env_if_attached();
    if (env == NULL) {
        env = env_of_release();
    }
    if (env == NULL) {
        bb_record_free(record); /* a forked child: Java's side of this export is the parent's to release */
    } else {
        give_back(env, self, record);
    }
}

void bb_releasebuffer(PyObject *exporter, Py_buffer *view)
{
    bb_java_buffer *self = (bb_java_buffer *)exporter;
    if (self->base.class->export_kind == BB_EXPORTS_KNOWN_MEMORY) {
        if (view->internal != NULL) {
            bb_trace_end(view->internal);
            view->internal = NULL;
        }
        bb_holding_release(self);
    } else {
        release_by_upcall(self, view);
    }
}
