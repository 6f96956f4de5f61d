/*
 * The buffer slots of JavaBuffer.
 *
 * Exports of memory that the library knows are only counted, in holding_word.h (bb_holding_count); those of guarded
 * memory are counted in guard_word.h, too. Those of other exporters go to Java (upcall_export.c).
 *
 * Owns: nothing. An export belongs to the consumer's Py_buffer.
 *
 * Invariant: a refused request leaves no export, no count and `view->obj == NULL`.
 *
 * Threads: consumers call the slots with the GIL.
 */
#include "base/bb.h"

#include "exports/export.h"

#include "base/description.h"
#include "base/reduce.h"
#include "bufferbridge.h"
#include "exports/export_record.h"
#include "exports/guarded.h"
#include "exports/holding_memory.h"
#include "exports/holding_word.h"
#include "exports/upcall_export.h"
#include "tracing/report.h"
#include "tracing/trace.h"

/* Answers an export of memory that is held. The reason if it is refused; then the caller counts it out. */
static inline const char *answer_held(bb_java_buffer *self, const bb_descriptor *descriptor, Py_buffer *view, int flags)
{
    const char *reason = bb_reduce(descriptor, flags, view);
    if (reason != NULL) {
        return reason;
    }
    if (self->holding->notes_requests) {
        bb_holding_note_request(self->holding, flags);
    }
    if (bb_traced()) {
        view->internal = bb_trace_known(self, flags, view->len);
    }
    view->obj = Py_NewRef((PyObject *)self);
    return NULL;
}

static int get_known(bb_java_buffer *self, Py_buffer *view, int flags)
{
    const bb_descriptor *descriptor = bb_holding_acquire(self);
    if (descriptor == NULL) {
        return -1;
    }
    const char *reason = answer_held(self, descriptor, view, flags);
    if (reason != NULL) {
        bb_holding_release(self);
        return bb_refuse_export(self, reason);
    }
    return 0;
}

static int get_guarded(bb_java_buffer *self, Py_buffer *view, int flags, bool is_for_question)
{
    const bb_descriptor *descriptor = bb_guarded_acquire(self, flags, is_for_question);
    if (descriptor == NULL) {
        return -1;
    }
    const char *reason = answer_held(self, descriptor, view, flags);
    if (reason != NULL) {
        bb_guarded_release(self);
        return bb_refuse_export(self, reason);
    }
    if (self->holding->guard.is_exclusive && !(flags & PyBUF_WRITABLE)) {
        view->readonly = 1; /* this consumer is a reader */
    }
    return 0;
}

int bb_getbuffer_for_question(bb_java_buffer *self, Py_buffer *view)
{
    view->obj = NULL;
    return get_guarded(self, view, PyBUF_FULL_RO, true);
}

int bb_grants(bb_java_buffer *self, int flags)
{
    Py_buffer view = {.obj = NULL};
    if (!bb_exports_known_memory(self)) {
        int status = bb_get_by_upcall(self, &view, flags);
        PyBuffer_Release(&view);
        return status == 0 ? 1 : -1;
    }
    if (bb_exports_guarded_memory(self)) {
        int status = get_guarded(self, &view, flags, true);
        PyBuffer_Release(&view);
        bb_holding_end_question(self);
        return status == 0 ? 1 : -1;
    }
    const bb_descriptor *descriptor = bb_holding_acquire_for_question(self);
    if (descriptor == NULL) {
        return -1;
    }
    bool granted = bb_reduce(descriptor, flags, &view) == NULL;
    bb_holding_release(self);
    bb_holding_end_question(self);
    return granted;
}

int bb_getbuffer(PyObject *exporter, Py_buffer *view, int flags)
{
    if (view == NULL) {
        PyErr_SetString(PyExc_BufferError, "a Py_buffer to fill is required, not NULL");
        return -1;
    }
    bb_java_buffer *self = (bb_java_buffer *)exporter;
    view->obj = NULL;
    enum bb_export_kind kind = self->base.class->export_kind;
    int status = kind == BB_EXPORTS_KNOWN_MEMORY ? get_known(self, view, flags)
                 : kind == BB_EXPORTS_GUARDED    ? get_guarded(self, view, flags, false)
                                                 : bb_get_by_upcall(self, view, flags);
    if (status < 0) {
        bb_report_refusal(self->base.class->name, flags);
    }
    return status;
}

int bb_getbuffer_to_keep(PyObject *exporter, Py_buffer *view)
{
    enum { KEEPS_THE_ADDRESS = PyBUF_ANY_CONTIGUOUS };
    if (bb_getbuffer(exporter, view, PyBUF_FULL_RO) < 0) {
        return -1;
    }
    bb_java_buffer *self = (bb_java_buffer *)exporter;
    if (!bb_exports_known_memory(self)) {
        ((bb_export *)view->internal)->flags = KEEPS_THE_ADDRESS;
    } else if (self->holding->notes_requests) {
        bb_holding_note_request(self->holding, KEEPS_THE_ADDRESS);
    }
    return 0;
}

void bb_releasebuffer(PyObject *exporter, Py_buffer *view)
{
    bb_java_buffer *self = (bb_java_buffer *)exporter;
    enum bb_export_kind kind = self->base.class->export_kind;
    if (kind == BB_EXPORTS_BY_UPCALL) {
        bb_release_by_upcall(self, view);
        return;
    }
    if (view->internal != NULL) {
        bb_trace_end(view->internal);
        view->internal = NULL;
    }
    if (kind == BB_EXPORTS_GUARDED) {
        bb_guarded_release(self);
    } else {
        bb_holding_release(self);
    }
}
