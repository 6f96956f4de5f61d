/* isinstance(), issubclass() and `|` of Java classes: slots and methods of JavaClass. */
#ifndef BB_CLASS_RELATIONS_H
#define BB_CLASS_RELATIONS_H

#include "base/bb.h"

PyObject *bb_class_instancecheck(PyObject *self, PyObject *candidate);
PyObject *bb_class_subclasscheck(PyObject *self, PyObject *candidate);
PyObject *bb_class_mro_entries(PyObject *self, PyObject *bases);
PyObject *bb_class_or(PyObject *one, PyObject *other);

#endif
