/* Exports: one outstanding grant of Java memory to a Python consumer, and the slots that make them. */
#ifndef BB_EXPORT_H
#define BB_EXPORT_H

#include "base/bb.h"

#include "base/java_objects.h"

/* The getbufferproc of JavaBuffer. */
int bb_getbuffer(PyObject *self, Py_buffer *view, int flags);

/* The releasebufferproc of JavaBuffer. */
void bb_releasebuffer(PyObject *self, Py_buffer *view);

/* bb_getbuffer for somebody who only wants to know: what is refused is not reported. */
int bb_ask_for_buffer(bb_java_buffer *self, Py_buffer *view, int flags);

#endif
