/*
 * What a consumer gets and what it is refused.
 *
 * The exporter always describes itself completely. This file alone decides what remains of that description for one
 * request. It decides flag by flag, in the order of CPython's memory_getbuf (Objects/memoryobject.c). Where bytearray
 * and memoryview differ, memoryview's rule holds.
 *
 * Pure: no JNI, no Python runtime, no allocation, no shared state. It uses only the declarations of Python.h, so the
 * C tests link against neither runtime.
 *
 * Owns nothing. Threads: any.
 */
#include "base/bb.h"

#include "base/reduce.h"

_Static_assert(sizeof(Py_ssize_t) == sizeof(int64_t), "descriptors carry 64-bit sizes");

/* A request asks for a group of flags only if it has all of them: PyBUF_STRIDES contains PyBUF_ND. */
static int asks(int flags, int group)
{
    return (flags & group) == group;
}

static const char *refusal(const bb_descriptor *descriptor, int flags)
{
    if (flags == PyBUF_FULL_RO) {
        return NULL; /* the consumer takes any memory, and nearly every consumer requests this */
    }
    int c_contiguous = (descriptor->flags & BB_C_CONTIGUOUS) != 0;
    int f_contiguous = (descriptor->flags & BB_F_CONTIGUOUS) != 0;

    if (asks(flags, PyBUF_WRITABLE) && (descriptor->flags & BB_READONLY)) {
        return "the exporter's memory is read-only and a writable buffer was requested";
    }
    if (asks(flags, PyBUF_C_CONTIGUOUS) && !c_contiguous) {
        return "the exporter's memory is not C-contiguous as requested";
    }
    if (asks(flags, PyBUF_F_CONTIGUOUS) && !f_contiguous) {
        return "the exporter's memory is not Fortran contiguous as requested";
    }
    if (asks(flags, PyBUF_ANY_CONTIGUOUS) && !c_contiguous && !f_contiguous) {
        return "the exporter's memory is neither C- nor Fortran contiguous as requested";
    }
    if (!asks(flags, PyBUF_INDIRECT) && (descriptor->flags & BB_SUBOFFSETS)) {
        return "the exporter's memory needs suboffsets and the request does not take them";
    }
    if (!asks(flags, PyBUF_STRIDES) && !c_contiguous) {
        return "the exporter's memory is not C-contiguous and the request takes no strides";
    }
    /* "PyBUF_SIMPLE|PyBUF_FORMAT and PyBUF_WRITABLE|PyBUF_FORMAT do not make sense" (memory_getbuf). */
    if (!asks(flags, PyBUF_ND) && asks(flags, PyBUF_FORMAT)) {
        return "a format was requested without a shape";
    }
    return NULL;
}

const char *bb_reduce(const bb_descriptor *descriptor, int flags, Py_buffer *out)
{
    const char *reason = refusal(descriptor, flags);
    if (reason != NULL) {
        return reason;
    }
    int shaped = asks(flags, PyBUF_ND);
    int dimensioned = shaped && descriptor->ndim > 0;
    /* The casts drop const only: "shape, strides and suboffsets are read-only for the consumer". */
    *out = (Py_buffer){
        .buf = descriptor->buf,
        .len = descriptor->len,
        /* Keeps its value without a format, so that product(shape) * itemsize = len still holds. */
        .itemsize = descriptor->itemsize,
        .readonly = (descriptor->flags & BB_READONLY) != 0,
        /* A larger ndim with a NULL shape crashes memoryview on 3.12 and later. */
        .ndim = shaped ? descriptor->ndim : 1,
        .format = asks(flags, PyBUF_FORMAT) ? (char *)bb_descriptor_format(descriptor) : NULL,
        .shape = dimensioned ? (Py_ssize_t *)bb_descriptor_shape(descriptor) : NULL,
        .strides = dimensioned && asks(flags, PyBUF_STRIDES) ? (Py_ssize_t *)bb_descriptor_strides(descriptor) : NULL,
        .suboffsets = dimensioned && asks(flags, PyBUF_INDIRECT) ? (Py_ssize_t *)bb_descriptor_suboffsets(descriptor)
                                                                 : NULL,
    };
    return NULL;
}
