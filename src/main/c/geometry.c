/* Format and shape of exported memory, for people to read. Owns nothing. */
#include "geometry.h"

#include <string.h>

void bb_geometry_copy(bb_geometry *geometry, const bb_descriptor *descriptor)
{
    geometry->ndim = descriptor->ndim;
    memcpy(geometry->shape, bb_descriptor_shape(descriptor), (size_t)descriptor->ndim * sizeof(int64_t));
    size_t room = sizeof geometry->format - 1;
    strncpy(geometry->format, bb_descriptor_format(descriptor), room);
    geometry->format[room] = '\0';
}

PyObject *bb_tuple_of_int64(const int64_t *values, int count)
{
    PyObject *tuple = PyTuple_New(count);
    for (int i = 0; tuple != NULL && i < count; i++) {
        PyObject *item = PyLong_FromLongLong(values[i]);
        if (item == NULL) {
            Py_CLEAR(tuple);
            break;
        }
        PyTuple_SetItem(tuple, i, item);
    }
    return tuple;
}

PyObject *bb_geometry_text(const bb_geometry *geometry)
{
    PyObject *shape = bb_tuple_of_int64(geometry->shape, geometry->ndim);
    if (shape == NULL) {
        return NULL;
    }
    PyObject *text = PyUnicode_FromFormat("format '%s', shape %R", geometry->format, shape);
    Py_DECREF(shape);
    return text;
}
