/* DLPack of a JavaBuffer: each capsule holds one export, or a copy. */
#ifndef BB_DLPACK_EXPORT_H
#define BB_DLPACK_EXPORT_H

#include "base/bb.h"

/* Makes what the functions need, once. 0 or -1. */
int bb_dlpack_init(void);

/* JavaBuffer.__dlpack__(*, stream=None, max_version=None, dl_device=None, copy=None), METH_FASTCALL. */
PyObject *bb_dlpack_export(PyObject *self, PyObject *const *arguments, Py_ssize_t count, PyObject *names);

/* JavaBuffer.__dlpack_device__(). */
PyObject *bb_dlpack_device_of(PyObject *self, PyObject *unused);

#endif
