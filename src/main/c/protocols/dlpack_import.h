/* Memory that Python objects lend by DLPack. */
#ifndef BB_DLPACK_IMPORT_H
#define BB_DLPACK_IMPORT_H

#include "base/bb.h"

/* Makes what the requests need, once. 0 or -1. */
int bb_dlpack_import_init(void);

/*
 * Module function: lend_by_dlpack(object, table, kept) -> LentMemory. Asks `table`, the C exchange table of the
 * object's type, or calls object.__dlpack__() if that is None. The memory is given back to its deleter, and then the
 * reference to `kept` is given up.
 */
PyObject *bb_lend_by_dlpack(PyObject *module, PyObject *arguments);

#endif
