/* Format and shape of exported memory, for people to read. */
#ifndef BB_GEOMETRY_H
#define BB_GEOMETRY_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "bufferbridge.h"

enum { BB_MAX_DIMENSIONS = 64 };

/* A copy that outlives the descriptor; a long format is cut. */
typedef struct bb_geometry {
    int ndim;
    int64_t shape[BB_MAX_DIMENSIONS];
    char format[128];
} bb_geometry;

/* Needs no GIL. */
void bb_geometry_copy(bb_geometry *geometry, const bb_descriptor *descriptor);

/* New str such as "format 'd', shape (3, 4)". */
PyObject *bb_geometry_text(const bb_geometry *geometry);

/* New tuple of int. */
PyObject *bb_tuple_of_int64(const int64_t *values, int count);

#endif
