/* What a descriptor and a request tell: copies, attributes, text, and whether a consumer may keep the address. */
#ifndef BB_DESCRIPTION_H
#define BB_DESCRIPTION_H

#include "base/bb.h"

#include "bufferbridge.h"

/* A copy that the caller frees with free(), or NULL without memory, with no exception set. Needs no GIL. */
bb_descriptor *bb_descriptor_copy(const bb_descriptor *descriptor);

/* New tuple of ints, one for each dimension. NULL with an exception set. */
PyObject *bb_tuple_of_sizes(const int64_t *sizes, int count);

/* New str, such as "format 'd', shape (3, 4)". */
PyObject *bb_descriptor_text(const bb_descriptor *descriptor);

/* The attributes of buffers as a consumer would see them. Each returns a new Python object. */
typedef PyObject *(*bb_description_function)(const bb_descriptor *descriptor);
PyObject *bb_description_nbytes(const bb_descriptor *descriptor);
PyObject *bb_description_format(const bb_descriptor *descriptor);
PyObject *bb_description_itemsize(const bb_descriptor *descriptor);
PyObject *bb_description_ndim(const bb_descriptor *descriptor);
PyObject *bb_description_shape(const bb_descriptor *descriptor);
PyObject *bb_description_strides(const bb_descriptor *descriptor);
PyObject *bb_description_readonly(const bb_descriptor *descriptor);

/*
 * Whether a consumer with this request may keep the address after it has released the buffer. numpy's
 * ndarray(buffer=) and torch's frombuffer keep the address and hold only the exporter. They ask for plain or
 * contiguous memory.
 */
bool bb_may_keep_address(int flags, bool is_readonly);

#endif
