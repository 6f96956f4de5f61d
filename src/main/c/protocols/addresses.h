/* Memory that Python objects lend by an address, and addresses that consumers keep. */
#ifndef BB_ADDRESSES_H
#define BB_ADDRESSES_H

#include "base/bb.h"

/*
 * Module function: lend_at(address, format, itemsize, shape, strides or None, readonly, kept) -> LentMemory, which
 * keeps a reference to `kept`.
 */
PyObject *bb_lend_at(PyObject *module, PyObject *arguments);

/*
 * Module function: keep_address(buffer) -> (address, format, itemsize, shape, strides or None, readonly). The memory
 * of the JavaBuffer stays in place until it dies or is released. The strides of C-contiguous memory are None.
 */
PyObject *bb_keep_address(PyObject *module, PyObject *buffer);

#endif
