/* JavaBuffer: a Java object that can export its memory. */
#ifndef BB_JAVA_BUFFER_H
#define BB_JAVA_BUFFER_H

#include "base/bb.h"

#include "base/java_objects.h"

int bb_java_buffer_init(PyObject *module);

/* Completes a new object, in which only the base is filled in and the rest is zero. */
void bb_java_buffer_new(bb_java_buffer *self);

#endif
