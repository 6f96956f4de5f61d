/* Pickling: Java memory travels as a copy with its geometry. Other Java objects are refused. */
#ifndef BB_PICKLING_H
#define BB_PICKLING_H

#include "base/bb.h"

/* Adds UnpickledBuffer to the module. 0 or -1. */
int bb_pickling_init(PyObject *module);

/* The methods __reduce_ex__(protocol): of an object with a buffer, and of an object that lives in the JVM only. */
PyObject *bb_pickle_memory(PyObject *self, PyObject *protocol);
PyObject *bb_refuse_pickling(PyObject *self, PyObject *protocol);

#endif
