/* Memory that Python objects lend by Arrow's C data interface. */
#ifndef BB_ARROW_IMPORT_H
#define BB_ARROW_IMPORT_H

#include "base/bb.h"

/*
 * Module function: lend_by_arrow(object) -> LentMemory. Asks object.__arrow_c_array__(), or __arrow_c_stream__() for a
 * stream of one array. The array is released when the LentMemory dies.
 */
PyObject *bb_lend_by_arrow(PyObject *module, PyObject *object);

#endif
