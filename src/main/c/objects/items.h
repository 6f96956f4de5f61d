/* Items of Java objects: reading many at a time, and setting one. */
#ifndef BB_ITEMS_H
#define BB_ITEMS_H

#include "base/bb.h"

/* Module function: fetch(source: JavaObject, capacity: int) -> list of the next items, empty at the end. */
PyObject *bb_fetch(PyObject *module, PyObject *arguments);

/* Module function: set_item(array: JavaObject, index: int, value: object) -> None. */
PyObject *bb_set_array_item(PyObject *module, PyObject *arguments);

#endif
