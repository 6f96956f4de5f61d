/* Items of Java's arrays of primitives, read without a call of Java code. */
#ifndef BB_ARRAY_ITEMS_H
#define BB_ARRAY_ITEMS_H

#include "base/bb.h"

/* Module function: array_length(array: JavaObject) -> int. */
PyObject *bb_array_length(PyObject *module, PyObject *array);

/* Module function: array_item(array: JavaObject, index: int) -> the item; below 0 it counts from the end. */
PyObject *bb_array_item(PyObject *module, PyObject *arguments);

/* Module function: array_bytes(array: JavaObject, start: int) -> bytes of the next items, empty at the end. */
PyObject *bb_array_bytes(PyObject *module, PyObject *arguments);

#endif
