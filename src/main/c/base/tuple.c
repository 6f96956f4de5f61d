/* Owns nothing. Threads: any, with the GIL. */
#include "base/bb.h"

#include "base/tuple.h"

void bb_values_drop(PyObject *const *values, Py_ssize_t count)
{
    for (Py_ssize_t i = 0; i < count; i++) {
        Py_DECREF(values[i]);
    }
}

PyObject *bb_tuple_take(PyObject *const *values, Py_ssize_t count)
{
    PyObject *tuple = PyTuple_New(count);
    if (tuple == NULL) {
        bb_values_drop(values, count);
        return NULL;
    }
    for (Py_ssize_t i = 0; i < count; i++) {
        PyTuple_SetItem(tuple, i, values[i]);
    }
    return tuple;
}
