/* Exports: one outstanding grant of Java memory to a Python consumer, and the slots that make them. */
#ifndef BB_EXPORT_H
#define BB_EXPORT_H

#include "java_buffer.h"

/* The getbufferproc of JavaBuffer. */
int bb_getbuffer(PyObject *self, Py_buffer *view, int flags);

/* The releasebufferproc of JavaBuffer. */
void bb_releasebuffer(PyObject *self, Py_buffer *view);

/*
 * Module function: exports() -> list of (JavaBuffer, request flags, bytes), one for each export
 * that is out, oldest first.
 */
PyObject *bb_exports(PyObject *module, PyObject *unused);

#endif
