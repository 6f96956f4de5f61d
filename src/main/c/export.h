/* Exports: one outstanding grant of Java memory to a Python consumer, and the slots that make them. */
#ifndef BB_EXPORT_H
#define BB_EXPORT_H

#include "bufferbridge.h"
#include "java_buffer.h"
#include "ring.h"
#include "trace.h"

/* The exports by upcall that are out. */
bb_ring *bb_exports_ring(void);

/* The getbufferproc of JavaBuffer. */
int bb_getbuffer(PyObject *self, Py_buffer *view, int flags);

/* The releasebufferproc of JavaBuffer. */
void bb_releasebuffer(PyObject *self, Py_buffer *view);

/* A copy of the descriptor of an export by upcall; NULL when the exporter has none out, or for want of memory. */
bb_descriptor *bb_export_copy_descriptor(const bb_java_buffer *exporter);

/* Calls `visit` for each export by upcall; under the list's lock, so it must not call out. */
void bb_exports_visit(bb_outstanding_visitor visit, void *data);

/* bb_getbuffer for somebody who only wants to know: what is refused is not reported. */
int bb_ask_for_buffer(bb_java_buffer *self, Py_buffer *view, int flags);

#endif
