/* New memory: blocks that belong to one JavaBuffer. */
#ifndef BB_NEW_MEMORY_H
#define BB_NEW_MEMORY_H

#include "base/bb.h"

/* Module function: empty(shape: tuple[int, ...], format: str) -> JavaBuffer. */
PyObject *bb_empty(PyObject *module, PyObject *arguments);

/* Module function: copy(object: JavaObject) -> JavaBuffer. */
PyObject *bb_copy(PyObject *module, PyObject *object);

#endif
