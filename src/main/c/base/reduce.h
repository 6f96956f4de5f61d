/* The reduction of a complete descriptor to one request; free of JNI and of the Python runtime. */
#ifndef BB_REDUCE_H
#define BB_REDUCE_H

#include "base/bb.h"

#include "bufferbridge.h"

/*
 * Fills `out` with what `flags` asks for, from a descriptor that outlives it.
 *
 * Returns NULL if the request is granted. Otherwise returns the reason, a static string that the caller must not
 * free, and leaves `out` untouched. Sets `out->obj` and `out->internal` to NULL: the caller owns both.
 */
const char *bb_reduce(const bb_descriptor *descriptor, int flags, Py_buffer *out);

#endif
