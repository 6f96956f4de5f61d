/*
 * Arrow's C data interface of a JavaBuffer.
 *
 * One dimension is an array of a primitive type, over the memory itself. More dimensions are lists of one size, one
 * level for each further dimension. Consumers may move a child out of its parent, and release it later than that. So
 * each level has a reference to what holds the export. The last release of all gives the export back, on any thread.
 *
 * Owns: for each array its buffer; for each schema its own blocks. Threads: releases run on any, everything else needs
 * the GIL.
 */
#include "base/bb.h"

#include "protocols/arrow_export.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/deferred.h"
#include "base/pending.h"
#include "errors/python_door.h"
#include "protocols/arrow.h"

enum { NULLABLE = 2 };

enum { REQUEST = PyBUF_ND | PyBUF_FORMAT }; /* C-contiguous, with shape and format */

/* One dimension. */
typedef struct bb_arrow_level {
    bb_arrow_array array; /* of all levels but the first, whose array is its capsule's */
    bb_arrow_array *child;
    const void *buffers[2];
} bb_arrow_level;

/* What the arrays of one export have in common. */
typedef struct bb_arrow_owner {
    Py_buffer view;
    bb_deferred deferred;
    atomic_int levels_left;
    bb_arrow_level levels[];
} bb_arrow_owner;

/* ------------------------------------------------------------------------------------- schemas -- */

typedef struct bb_schema_block {
    bb_arrow_schema *child;
    char format[32];
} bb_schema_block;

static void release_schema(bb_arrow_schema *schema)
{
    bb_schema_block *block = schema->private_data;
    if (block->child != NULL) {
        if (block->child->release != NULL) {
            block->child->release(block->child);
        }
        free(block->child);
    }
    free(block);
    schema->release = NULL;
}

/* Fills in the schema of the dimensions from `level` on. False if memory runs out; `schema` is then released. */
static bool fill_schema(bb_arrow_schema *schema, const Py_buffer *view, char type, int level)
{
    bb_schema_block *block = calloc(1, sizeof *block);
    if (block == NULL) {
        return false;
    }
    *schema = (bb_arrow_schema){.format = block->format,
                                .name = level == 0 ? "" : "item",
                                .flags = NULLABLE, /* as of ordinary types, although there are no nulls */
                                .release = release_schema,
                                .private_data = block};
    if (level == view->ndim - 1) {
        block->format[0] = type;
        return true;
    }
    snprintf(block->format, sizeof block->format, "+w:%lld", (long long)view->shape[level + 1]);
    block->child = calloc(1, sizeof *block->child);
    schema->n_children = 1;
    schema->children = &block->child;
    if (block->child == NULL || !fill_schema(block->child, view, type, level + 1)) {
        release_schema(schema);
        return false;
    }
    return true;
}

static void schema_capsule_ends(PyObject *capsule)
{
    bb_arrow_schema *schema = PyCapsule_GetPointer(capsule, BB_ARROW_SCHEMA);
    if (schema->release != NULL) {
        schema->release(schema);
    }
    free(schema);
}

static PyObject *new_schema(const Py_buffer *view, char type)
{
    bb_arrow_schema *schema = calloc(1, sizeof *schema);
    if (schema == NULL || !fill_schema(schema, view, type, 0)) {
        free(schema);
        return PyErr_NoMemory();
    }
    PyObject *capsule = PyCapsule_New(schema, BB_ARROW_SCHEMA, schema_capsule_ends);
    if (capsule == NULL) {
        schema->release(schema);
        free(schema);
    }
    return capsule;
}

/* -------------------------------------------------------------------------------------- arrays -- */

static void release_owner(JNIEnv *env, void *data)
{
    (void)env;
    bb_arrow_owner *owner = data;
    bb_buffer_release(&owner->view);
    free(owner);
}

static void release_exported(bb_arrow_array *array)
{
    bb_arrow_owner *owner = array->private_data;
    for (int64_t i = 0; i < array->n_children; i++) {
        if (array->children[i]->release != NULL) { /* otherwise the consumer has moved it */
            array->children[i]->release(array->children[i]);
        }
    }
    array->release = NULL;
    if (atomic_fetch_sub(&owner->levels_left, 1) == 1) {
        bb_give_back_in_python(&owner->deferred, release_owner, owner);
    }
}

/* Fills in the array of the dimensions from `level` on, which holds `count` lists or items. */
static void fill_array(bb_arrow_array *array, bb_arrow_owner *owner, int level, int64_t count)
{
    bool is_last = level == owner->view.ndim - 1;
    bb_arrow_level *own = &owner->levels[level];
    own->buffers[0] = NULL;
    own->buffers[1] = owner->view.buf;
    *array = (bb_arrow_array){.length = count,
                              .n_buffers = is_last ? 2 : 1,
                              .buffers = own->buffers,
                              .release = release_exported,
                              .private_data = owner};
    if (!is_last) {
        own->child = &owner->levels[level + 1].array;
        array->n_children = 1;
        array->children = &own->child;
        fill_array(own->child, owner, level + 1, count * owner->view.shape[level + 1]);
    }
}

static void array_capsule_ends(PyObject *capsule)
{
    bb_arrow_array *array = PyCapsule_GetPointer(capsule, BB_ARROW_ARRAY);
    if (array->release != NULL) {
        array->release(array);
    }
    free(array);
}

/* Takes the buffer. New capsule, or NULL with an exception set, and the buffer is released. */
static PyObject *new_array(Py_buffer *view)
{
    bb_arrow_owner *owner = malloc(sizeof *owner + (size_t)view->ndim * sizeof *owner->levels);
    bb_arrow_array *array = owner == NULL ? NULL : malloc(sizeof *array);
    PyObject *capsule = array == NULL ? NULL : PyCapsule_New(array, BB_ARROW_ARRAY, NULL);
    if (capsule == NULL) {
        free(array);
        free(owner);
        PyBuffer_Release(view);
        return PyErr_Occurred() ? NULL : PyErr_NoMemory();
    }
    owner->view = *view;
    atomic_init(&owner->levels_left, view->ndim);
    fill_array(array, owner, 0, view->shape[0]);
    PyCapsule_SetDestructor(capsule, array_capsule_ends);
    return capsule;
}

/* ------------------------------------------------------------------------------------ requests -- */

/* Arrow's type for items of a format in this machine's byte order; 0 for formats that it has no type for. */
static char arrow_type(const char *format, Py_ssize_t itemsize)
{
    const char *own_orders = PY_BIG_ENDIAN ? "@=>!" : "@=<";
    if (format[0] != '\0' && strchr(own_orders, format[0]) != NULL) {
        format++;
    }
    if (format[0] == '\0' || format[1] != '\0') {
        return 0;
    }
    static const char *const INTS = "bhilqn";
    static const char *const UINTS = "BHILQN";
    static const char SIGNED[] = {[1] = 'c', [2] = 's', [4] = 'i', [8] = 'l'};
    static const char UNSIGNED[] = {[1] = 'C', [2] = 'S', [4] = 'I', [8] = 'L'};
    if (strchr(INTS, format[0]) != NULL) {
        return SIGNED[itemsize];
    }
    if (strchr(UINTS, format[0]) != NULL) {
        return UNSIGNED[itemsize];
    }
    return format[0] == 'e' ? 'e' : format[0] == 'f' ? 'f' : format[0] == 'd' ? 'g' : 0;
}

/* Whether Arrow can count the items of all dimensions. Memory without items may have any number of rows. */
static bool has_countable_rows(const Py_buffer *view)
{
    int64_t count = 1;
    for (int i = 0; i < view->ndim; i++) {
        if (view->shape[i] > 0 && count > INT64_MAX / view->shape[i]) {
            return false;
        }
        count *= view->shape[i];
    }
    return true;
}

/* Arrow's type of memory that it can have; 0 with BufferError set for other memory. */
static char require_arrow_type(const Py_buffer *view)
{
    char type = arrow_type(view->format, view->itemsize);
    bool is_bool = view->format[0] == '?';
    if (type == 0) {
        PyErr_Format(PyExc_BufferError, "Arrow has no type for items of the format '%.200s'%s", view->format,
                     is_bool ? ": its booleans are bits; numpy.asarray(x).view('u1') shares the bytes" : "");
    } else if (view->ndim == 0) {
        PyErr_SetString(PyExc_BufferError,
                        "Arrow has no arrays without a dimension; numpy.asarray(x).reshape(1) has one");
        type = 0;
    } else if (!has_countable_rows(view)) {
        PyErr_SetString(PyExc_BufferError, "Arrow counts rows in 64 bits; the memory without items has more of them");
        type = 0;
    } else if ((uintptr_t)view->buf % (uintptr_t)view->itemsize != 0) {
        PyErr_SetString(PyExc_BufferError,
                        "Arrow's items are aligned, and these are not; bufferbridge.copy(x) copies them");
        type = 0;
    }
    return type;
}

PyObject *bb_arrow_schema_of(PyObject *self, PyObject *unused)
{
    (void)unused;
    Py_buffer view;
    if (PyObject_GetBuffer(self, &view, REQUEST) < 0) {
        return NULL;
    }
    char type = require_arrow_type(&view);
    PyObject *schema = type == 0 ? NULL : new_schema(&view, type);
    bb_buffer_release(&view);
    return schema;
}

/* The requested schema is a wish that a producer need not meet, so it is not read. */
PyObject *bb_arrow_array_of(PyObject *self, PyObject *const *arguments, Py_ssize_t count, PyObject *names)
{
    (void)arguments;
    Py_ssize_t named = names == NULL ? 0 : PyTuple_Size(names);
    bool is_wish = named == 0 || PyUnicode_CompareWithASCIIString(PyTuple_GetItem(names, 0), "requested_schema") == 0;
    if (count + named > 1 || !is_wish) {
        PyErr_SetString(PyExc_TypeError, "__arrow_c_array__() takes one argument, requested_schema, or none");
        return NULL;
    }
    Py_buffer view;
    if (PyObject_GetBuffer(self, &view, REQUEST) < 0) {
        return NULL;
    }
    char type = require_arrow_type(&view);
    PyObject *schema = type == 0 ? NULL : new_schema(&view, type);
    if (schema == NULL) {
        bb_buffer_release(&view);
        return NULL;
    }
    PyObject *array = new_array(&view);
    PyObject *pair = array == NULL ? NULL : Py_BuildValue("(OO)", schema, array);
    Py_XDECREF(array);
    Py_DECREF(schema);
    return pair;
}
