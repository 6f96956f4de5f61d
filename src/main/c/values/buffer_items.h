/* Items of a JavaBuffer, by value as those of a memoryview. */
#ifndef BB_BUFFER_ITEMS_H
#define BB_BUFFER_ITEMS_H

#include "base/bb.h"

/* For the slots mp_length, mp_subscript, sq_item, mp_ass_subscript, tp_iter and nb_bool. */
Py_ssize_t bb_buffer_length(PyObject *self);
PyObject *bb_buffer_item(PyObject *self, PyObject *key);
PyObject *bb_buffer_at(PyObject *self, Py_ssize_t index);
int bb_buffer_set_item(PyObject *self, PyObject *key, PyObject *value);
PyObject *bb_buffer_iterate(PyObject *self);
int bb_buffer_is_true(PyObject *self);

/* Module function: items(buffer: JavaBuffer, slice) -> list of the items. */
PyObject *bb_buffer_items(PyObject *module, PyObject *arguments);

#endif
