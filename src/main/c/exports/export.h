/* Exports: each is an outstanding grant of Java memory to a Python consumer. The slots here make them. */
#ifndef BB_EXPORT_H
#define BB_EXPORT_H

#include "base/bb.h"

#include "base/java_objects.h"

/* The getbufferproc of JavaBuffer. */
int bb_getbuffer(PyObject *self, Py_buffer *view, int flags);

/* The releasebufferproc of JavaBuffer. */
void bb_releasebuffer(PyObject *self, Py_buffer *view);

/* As bb_getbuffer(), for a caller that only wants to know the answer: a refusal is not reported. */
int bb_ask_for_buffer(bb_java_buffer *self, Py_buffer *view, int flags);

#endif
