/* Exports: each is an outstanding grant of Java memory to a Python consumer. The slots here make them. */
#ifndef BB_EXPORT_H
#define BB_EXPORT_H

#include "base/bb.h"

#include "base/java_objects.h"

/* The getbufferproc of JavaBuffer. */
int bb_getbuffer(PyObject *self, Py_buffer *view, int flags);

/* The releasebufferproc of JavaBuffer. */
void bb_releasebuffer(PyObject *self, Py_buffer *view);

/*
 * bb_getbuffer() with PyBUF_FULL_RO, for a consumer that keeps the address after it has released the buffer: the memory
 * stays in place until the JavaBuffer dies or is released.
 */
int bb_getbuffer_to_keep(PyObject *self, Py_buffer *view);

/*
 * bb_getbuffer() of guarded memory with PyBUF_FULL_RO, for a question. bb_holding_end_question() follows. Reports no
 * refusal.
 */
int bb_getbuffer_for_question(bb_java_buffer *self, Py_buffer *view);

/*
 * Whether bb_getbuffer() would grant the request: 1 or 0, or -1 with an exception set. That is a BufferError if an
 * export by upcall is refused, or memory cannot be held. Reports no refusal.
 */
int bb_grants(bb_java_buffer *self, int flags);

#endif
