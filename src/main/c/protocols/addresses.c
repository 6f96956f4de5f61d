/*
 * Memory that is lent by an address, as __array_interface__ does, both ways.
 *
 * Owns: nothing. Threads: any, with the GIL.
 */
#include "base/bb.h"

#include "protocols/addresses.h"

#include "base/description.h"
#include "base/java_objects.h"
#include "base/pending.h"
#include "exports/export.h"
#include "protocols/lent_memory.h"

static void release_kept(void *owner)
{
    Py_DECREF((PyObject *)owner);
}

/* The items of a tuple of ints. 0, or -1 with an exception set. */
static int read_tuple(PyObject *tuple, int64_t *to)
{
    for (Py_ssize_t i = 0; i < PyTuple_Size(tuple); i++) {
        to[i] = PyLong_AsLongLong(PyTuple_GetItem(tuple, i));
        if (to[i] == -1 && PyErr_Occurred()) {
            return -1;
        }
    }
    return 0;
}

PyObject *bb_lend_at(PyObject *module, PyObject *arguments)
{
    (void)module;
    unsigned long long address;
    const char *format;
    long long itemsize;
    PyObject *shape, *strides, *kept;
    int is_readonly;
    if (!PyArg_ParseTuple(arguments, "KsLO!OpO", &address, &format, &itemsize, &PyTuple_Type, &shape, &strides,
                          &is_readonly, &kept)) {
        return NULL;
    }
    bool has_strides = strides != Py_None;
    Py_ssize_t ndim = PyTuple_Size(shape);
    if (ndim > PyBUF_MAX_NDIM || itemsize < 1 ||
        (has_strides && (!PyTuple_Check(strides) || PyTuple_Size(strides) != ndim))) {
        return PyErr_Format(PyExc_BufferError,
                            "memory has at most %d dimensions, items of at least one byte, and as many strides as "
                            "dimensions; the shape is %R, the strides are %R, an item has %lld bytes",
                            PyBUF_MAX_NDIM, shape, strides, itemsize);
    }
    int64_t lengths[PyBUF_MAX_NDIM];
    int64_t steps[PyBUF_MAX_NDIM];
    if (read_tuple(shape, lengths) < 0 || (has_strides && read_tuple(strides, steps) < 0)) {
        return NULL;
    }
    const bb_lent_geometry geometry = {
        .address = (void *)(uintptr_t)address,
        .format = format,
        .itemsize = itemsize,
        .ndim = (int)ndim,
        .shape = lengths,
        .strides = has_strides ? steps : NULL,
        .is_readonly = is_readonly != 0,
    };
    return bb_lent_memory_new(&geometry, release_kept, Py_NewRef(kept));
}

/* New tuple of what is known of the buffer, or NULL with an exception set. */
static PyObject *tell_address(const Py_buffer *view)
{
    bool is_contiguous = PyBuffer_IsContiguous(view, 'C');
    PyObject *shape = bb_tuple_of_sizes((const int64_t *)view->shape, view->ndim);
    PyObject *strides = shape == NULL   ? NULL
                        : is_contiguous ? Py_NewRef(Py_None)
                                        : bb_tuple_of_sizes((const int64_t *)view->strides, view->ndim);
    PyObject *told = strides == NULL
                         ? NULL
                         : Py_BuildValue("(KsnOOO)", (unsigned long long)(uintptr_t)view->buf, view->format,
                                         view->itemsize, shape, strides, view->readonly ? Py_True : Py_False);
    Py_XDECREF(strides);
    Py_XDECREF(shape);
    return told;
}

PyObject *bb_keep_address(PyObject *module, PyObject *buffer)
{
    (void)module;
    if (!PyObject_TypeCheck(buffer, bb_java_buffer_type)) {
        return PyErr_Format(PyExc_TypeError, "a JavaBuffer is required, not %R", (PyObject *)Py_TYPE(buffer));
    }
    Py_buffer view;
    if (bb_getbuffer_to_keep(buffer, &view) < 0) {
        return NULL;
    }
    PyObject *told = NULL;
    if (view.suboffsets != NULL) {
        PyErr_SetString(PyExc_BufferError, "memory with suboffsets has no one address");
    } else {
        told = tell_address(&view);
    }
    bb_buffer_release(&view);
    return told;
}
