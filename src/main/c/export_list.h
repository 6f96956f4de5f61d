/* What is out. */
#ifndef BB_EXPORT_LIST_H
#define BB_EXPORT_LIST_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

/*
 * Module function: exports() -> list of (JavaBuffer, request flags or None, bytes), one for each export
 * that is out. Exports of known memory are counted only, so their request is not known.
 */
PyObject *bb_exports(PyObject *module, PyObject *unused);

/* How many exports are out. Needs no GIL. */
int64_t bb_exports_out(void);

#endif
