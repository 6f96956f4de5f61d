/* Tuples whose items are all there before other code can see them. */
#ifndef BB_TUPLE_H
#define BB_TUPLE_H

#include "base/bb.h"

/*
 * New tuple of the values, whose references it takes, or gives up if it fails. The tuple is made last. Making a value
 * may run other code, which can find an unfinished tuple through the garbage collector.
 */
PyObject *bb_tuple_take(PyObject *const *values, Py_ssize_t count);

/* Gives up the references. */
void bb_values_drop(PyObject *const *values, Py_ssize_t count);

#endif
