/*
 * What a descriptor and a request tell: copies, attributes, text, and whether a consumer may keep the address.
 *
 * Owns nothing. Threads: any; what makes a Python object needs the GIL.
 */
#include "base/bb.h"

#include "base/description.h"

#include <stdlib.h>
#include <string.h>

#include "base/tuple.h"

bb_descriptor *bb_descriptor_copy(const bb_descriptor *descriptor)
{
    bb_descriptor *copy = malloc((size_t)descriptor->size);
    return copy == NULL ? NULL : memcpy(copy, descriptor, (size_t)descriptor->size);
}

PyObject *bb_tuple_of_sizes(const int64_t *values, int count)
{
    PyObject *items[PyBUF_MAX_NDIM];
    for (int i = 0; i < count; i++) {
        items[i] = PyLong_FromLongLong(values[i]);
        if (items[i] == NULL) {
            bb_values_drop(items, i);
            return NULL;
        }
    }
    return bb_tuple_take(items, count);
}

PyObject *bb_descriptor_text(const bb_descriptor *descriptor)
{
    PyObject *shape = bb_tuple_of_sizes(bb_descriptor_shape(descriptor), descriptor->ndim);
    if (shape == NULL) {
        return NULL;
    }
    PyObject *text = PyUnicode_FromFormat("format '%.200s', shape %R", bb_descriptor_format(descriptor), shape);
    Py_DECREF(shape);
    return text;
}

PyObject *bb_description_nbytes(const bb_descriptor *descriptor)
{
    return PyLong_FromLongLong(descriptor->len);
}

PyObject *bb_description_format(const bb_descriptor *descriptor)
{
    return PyUnicode_FromString(bb_descriptor_format(descriptor));
}

PyObject *bb_description_itemsize(const bb_descriptor *descriptor)
{
    return PyLong_FromLongLong(descriptor->itemsize);
}

PyObject *bb_description_ndim(const bb_descriptor *descriptor)
{
    return PyLong_FromLong(descriptor->ndim);
}

PyObject *bb_description_shape(const bb_descriptor *descriptor)
{
    return bb_tuple_of_sizes(bb_descriptor_shape(descriptor), descriptor->ndim);
}

PyObject *bb_description_strides(const bb_descriptor *descriptor)
{
    return bb_tuple_of_sizes(bb_descriptor_strides(descriptor), descriptor->ndim);
}

PyObject *bb_description_readonly(const bb_descriptor *descriptor)
{
    return PyBool_FromLong(descriptor->flags & BB_READONLY);
}

bool bb_may_keep_address(int flags, bool is_readonly)
{
    bool is_plain = (flags & PyBUF_ND) == 0 && ((flags & PyBUF_WRITABLE) != 0 || is_readonly);
    return is_plain || (flags & (PyBUF_ANY_CONTIGUOUS & ~PyBUF_STRIDES)) != 0;
}
