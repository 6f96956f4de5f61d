/* Arrow's C data interface of a JavaBuffer: each array holds one export. */
#ifndef BB_ARROW_EXPORT_H
#define BB_ARROW_EXPORT_H

#include "base/bb.h"

/* JavaBuffer.__arrow_c_schema__(). */
PyObject *bb_arrow_schema_of(PyObject *self, PyObject *unused);

/* JavaBuffer.__arrow_c_array__(requested_schema=None), METH_FASTCALL. */
PyObject *bb_arrow_array_of(PyObject *self, PyObject *const *arguments, Py_ssize_t count, PyObject *names);

#endif
