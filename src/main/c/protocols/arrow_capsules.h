/* Capsules of Arrow's C structures that Java fills in or takes. */
#ifndef BB_ARROW_CAPSULES_H
#define BB_ARROW_CAPSULES_H

#include "base/bb.h"

/*
 * Module function: new_arrow_capsule(name) -> (capsule, address). The structure is empty; the capsule releases what is
 * in it at its end.
 */
PyObject *bb_new_arrow_capsule(PyObject *module, PyObject *name);

/* Module function: arrow_address(capsule, name) -> the address of the structure in a capsule of that name. */
PyObject *bb_arrow_address(PyObject *module, PyObject *arguments);

#endif
