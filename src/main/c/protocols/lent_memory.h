/* LentMemory: memory that a Python object lends by another protocol, as a buffer. */
#ifndef BB_LENT_MEMORY_H
#define BB_LENT_MEMORY_H

#include "base/bb.h"

/* What an object has told of its memory. */
typedef struct bb_lent_geometry {
    void *address; /* of the item whose indices are all zero; NULL only if there are no items */
    const char *format;
    int64_t itemsize;
    int ndim;
    const int64_t *shape;
    const int64_t *strides; /* bytes; NULL for C-contiguous memory */
    bool is_readonly;
} bb_lent_geometry;

/* Gives the memory back to the object that lent it, once. With the GIL; a pending exception is set aside. */
typedef void (*bb_lent_release)(void *owner);

BB_SHARED PyTypeObject *bb_lent_memory_type;

/* Makes the type, which has no name in the module. 0 or -1. */
int bb_lent_memory_init(PyObject *module);

/*
 * New LentMemory, which gives the memory back when it dies: each of its buffers has a reference to it. NULL with an
 * exception set, and the memory is given back.
 */
PyObject *bb_lent_memory_new(const bb_lent_geometry *geometry, bb_lent_release release, void *owner);

#endif
