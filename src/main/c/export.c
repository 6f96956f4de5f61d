/*
 * The buffer slots, and exports by upcall: each an outstanding grant of a Java exporter's memory to a
 * Python consumer. Exports of memory that the library knows are counted only, in holding.c.
 *
 * The flow: consumer -> bb_getbuffer -> Export.acquire (Java) -> the user's getBuffer -> BufferView
 * -> descriptor -> bb_reduce -> Py_buffer -> consumer; and back: PyBuffer_Release ->
 * bb_releasebuffer -> Export.release (Java) -> the user's releaseBuffer, with the same BufferView.
 *
 * Owns: the export records. A record lives from a granted request to its release and holds the
 * descriptor (shape, strides and format that the consumer sees) and a global reference to the Java
 * Export, which holds the granted BufferView. It hangs in `internal`; a consumer may release a
 * *copy* of its Py_buffer, so nothing else of that structure is used to find it.
 *
 * Invariants. A refused request leaves no record, no count and `view->obj == NULL`. A granted view
 * is released in Java exactly once: Export itself ignores a second release, because free-threaded
 * CPython has bugs that release twice.
 *
 * Threads. The slots are called with the GIL; user exporters run without it unless they say that
 * they never block. A thread that is new to the JVM is attached without the GIL. The list of
 * records is guarded by a mutex that is never held across a call into either runtime.
 */
#include "export.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "bufferbridge.h"
#include "description.h"
#include "errors.h"
#include "holding.h"
#include "java_ids.h"
#include "pin.h"
#include "reduce.h"
#include "report.h"
#include "ring.h"
#include "runtime.h"
#include "trace.h"

typedef struct bb_export {
    bb_link link;
    bb_java_buffer *exporter; /* kept alive by the consumer's Py_buffer.obj */
    jobject export;           /* Export; global reference */
    bb_pin pin;
    bb_origin origin;
    int flags;
    bb_descriptor descriptor; /* the block goes on behind the record */
} bb_export;

static bb_ring out = BB_RING_INITIALIZER(out);

bb_ring *bb_exports_ring(void)
{
    return &out;
}

/* ------------------------------------------------------- upcalls; these need no GIL -------- */

/* Large enough for the descriptors of ordinary arrays; larger ones are written a second time. */
typedef union bb_descriptor_buffer {
    bb_descriptor descriptor;
    char bytes[512];
} bb_descriptor_buffer;

enum bb_outcome { BB_GRANTED, BB_THROWN, BB_NO_MEMORY };

/* Gives up everything of a record. A local reference to what releaseBuffer threw, or NULL. */
static jthrowable upcall_release(JNIEnv *env, bb_export *record)
{
    bb_unpin(env, &record->pin);
    (*env)->CallVoidMethod(env, record->export, bb_java.export.release);
    jthrowable thrown = bb_thrown(env);
    (*env)->DeleteGlobalRef(env, record->export);
    free(record);
    return thrown;
}

static bool pin_memory(JNIEnv *env, bb_export *record)
{
    if (!(record->descriptor.flags & BB_HEAP)) {
        return true;
    }
    jarray array = (*env)->CallObjectMethod(env, record->export, bb_java.export.heap_array);
    bool pinned = !bb_discard_thrown(env) && bb_pin_array(env, array, &record->descriptor, &record->pin);
    (*env)->DeleteLocalRef(env, array);
    return pinned;
}

/* The record of a granted export with its descriptor, neither pinned nor listed. NULL: no memory. */
static bb_export *new_record(JNIEnv *env, jobject export, const bb_descriptor_buffer *buffer)
{
    size_t size = (size_t)buffer->descriptor.size;
    bb_export *record = malloc(offsetof(bb_export, descriptor) + size);
    if (record == NULL) {
        return NULL;
    }
    record->pin = (bb_pin){NULL, NULL};
    record->export = (*env)->NewGlobalRef(env, export);
    if (record->export == NULL) {
        free(record);
        return NULL;
    }
    if (size <= sizeof *buffer) {
        memcpy(&record->descriptor, buffer, size);
    } else {
        (*env)->CallVoidMethod(env, export, bb_java.export.describe,
                               (jlong)(intptr_t)&record->descriptor);
        bb_discard_thrown(env);
    }
    return record;
}

static enum bb_outcome upcall_acquire(JNIEnv *env, jobject exporter, int flags, bb_export **record,
                                      jthrowable *thrown)
{
    bb_descriptor_buffer buffer;
    jobject export = (*env)->CallStaticObjectMethod(env, bb_java.export.class, bb_java.export.acquire,
                                                    exporter, (jint)flags, (jlong)(intptr_t)&buffer,
                                                    (jint)sizeof buffer);
    *thrown = bb_thrown(env);
    if (*thrown != NULL) {
        return BB_THROWN;
    }
    *record = new_record(env, export, &buffer);
    if (*record == NULL) {
        (*env)->CallVoidMethod(env, export, bb_java.export.release);
        *thrown = bb_thrown(env);
    } else if (!pin_memory(env, *record)) {
        *thrown = upcall_release(env, *record);
        *record = NULL;
    } else if ((*record)->descriptor.buf == NULL) {
        /* "buf is never NULL": numpy and memoryview take that for an error, also when len is 0. */
        (*record)->descriptor.buf = &(*record)->descriptor;
    }
    (*env)->DeleteLocalRef(env, export);
    return *record == NULL ? BB_NO_MEMORY : BB_GRANTED;
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

static void give_back(JNIEnv *env, bb_java_buffer *self, bb_export *record)
{
    PyThreadState *state = leave_python(self);
    jthrowable thrown = upcall_release(env, record);
    enter_python(state);
    bb_report_unraisable(env, thrown, (PyObject *)self);
}

/* A record for a complete view, not yet reduced. NULL with an exception set. */
static bb_export *acquire(JNIEnv *env, bb_java_buffer *self, int flags)
{
    bb_export *record = NULL;
    jthrowable thrown;
    PyThreadState *state = leave_python(self);
    enum bb_outcome outcome = upcall_acquire(env, atomic_load(&self->exporter), flags, &record, &thrown);
    enter_python(state);
    switch (outcome) {
    case BB_THROWN:
        bb_raise(env, thrown);
        break;
    case BB_NO_MEMORY:
        bb_report_unraisable(env, thrown, (PyObject *)self);
        PyErr_NoMemory();
        break;
    case BB_GRANTED:
        break;
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
    const char *reason = bb_reduce(&record->descriptor, flags, &reduced);
    if (reason != NULL) {
        give_back(env, self, record);
        return refuse(self, reason);
    }
    record->exporter = self;
    record->flags = flags;
    record->origin = bb_origin_here();
    if (bb_traced()) {
        bb_trace_acquired(self, flags, reduced.len, &record->origin);
    }
    bb_ring_add(&out, &record->link);
    atomic_fetch_add_explicit(&self->exports, 1, memory_order_relaxed);
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

static void release_by_upcall(bb_java_buffer *self, Py_buffer *view)
{
    bb_export *record = view->internal;
    view->internal = NULL;
    bb_ring_remove(&out, &record->link);
    bb_trace_released(self, record->flags, record->descriptor.len, &record->origin);
    /* A release may come while an exception is on its way; that exception survives. */
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    JNIEnv *env = bb_env_for_release();
    if (env == NULL) {
        free(record); /* a forked child: Java's side of this export is the parent's to release */
    } else {
        give_back(env, self, record);
    }
    atomic_fetch_sub_explicit(&self->exports, 1, memory_order_relaxed);
    PyErr_Restore(type, value, traceback);
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

void bb_exports_visit(bb_outstanding_visitor visit, void *data)
{
    pthread_mutex_lock(&out.lock);
    for (bb_link *link = out.ends.next; link != &out.ends; link = link->next) {
        bb_export *record = (bb_export *)link;
        const bb_outstanding row = {.owner = (PyObject *)record->exporter,
                                    .flags = record->flags,
                                    .bytes = record->descriptor.len,
                                    .origin = record->origin};
        visit(&row, data);
    }
    pthread_mutex_unlock(&out.lock);
}

bb_descriptor *bb_export_copy_descriptor(const bb_java_buffer *exporter)
{
    bb_descriptor *copy = NULL;
    pthread_mutex_lock(&out.lock);
    for (bb_link *link = out.ends.next; link != &out.ends && copy == NULL; link = link->next) {
        bb_export *record = (bb_export *)link;
        if (record->exporter == exporter) {
            copy = bb_descriptor_copy(&record->descriptor);
        }
    }
    pthread_mutex_unlock(&out.lock);
    return copy;
}
