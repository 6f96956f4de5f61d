/* JavaBuffer: a Java object that can export its memory. */
#ifndef BB_JAVA_BUFFER_H
#define BB_JAVA_BUFFER_H

#include <stdatomic.h>

#include "java_object.h"

typedef struct bb_java_buffer {
    bb_java_object base;
    _Atomic(int64_t) exports; /* exports that are out */
    _Atomic(int) may_block;   /* enum bb_blocking */
} bb_java_buffer;

/* BufferExporter.mayBlock(), asked before the first export. */
enum bb_blocking { BB_BLOCKING_UNKNOWN = 0, BB_MAY_BLOCK = 1, BB_NEVER_BLOCKS = 2 };

extern PyTypeObject *bb_java_buffer_type;

int bb_java_buffer_init(PyObject *module);

#endif
