/*
 * LentMemory: memory that a Python object lends by another protocol, as a buffer.
 *
 * A lease acquires the buffer of a LentMemory as it acquires any other. When the last buffer is released, nothing
 * refers to the LentMemory any more. So it dies, and gives the memory back by the protocol that it came by.
 *
 * Owns: the description, and what the protocol has granted. Threads: immutable after construction.
 */
#include "base/bb.h"

#include "protocols/lent_memory.h"

#include <stdlib.h>
#include <string.h>
#include <structmember.h>

#include "base/pending.h"
#include "base/reduce.h"
#include "bufferbridge.h"

typedef struct bb_lent_memory {
    PyObject_HEAD
    bb_descriptor *descriptor; /* owned */
    bb_lent_release release;
    void *owner;
    char is_complex;
} bb_lent_memory;

PyTypeObject *bb_lent_memory_type;

/* Whether the strides are those of memory without gaps; `first` is the dimension with the smallest stride. */
static bool is_contiguous(const bb_descriptor *descriptor, int first, int step)
{
    const int64_t *shape = bb_descriptor_shape(descriptor);
    const int64_t *strides = bb_descriptor_strides(descriptor);
    int64_t expected = descriptor->itemsize;
    for (int i = 0; i < descriptor->ndim; i++) {
        int at = first + i * step;
        if (shape[at] != 1 && strides[at] != expected) {
            return false;
        }
        expected *= shape[at];
    }
    return true;
}

/* The number of bytes. -1 with BufferError set if the shape is invalid. */
static int64_t byte_size(const bb_lent_geometry *geometry)
{
    int64_t bytes = geometry->itemsize;
    bool is_empty = false;
    for (int i = 0; i < geometry->ndim; i++) {
        int64_t length = geometry->shape[i];
        if (length < 0 || (length > 0 && bytes > INT64_MAX / length)) {
            PyErr_Format(PyExc_BufferError, "dimension %d has %lld items, which no memory has", i, (long long)length);
            return -1;
        }
        is_empty = is_empty || length == 0;
        bytes *= length == 0 ? 1 : length;
    }
    return is_empty ? 0 : bytes;
}

/* New block, or NULL with an exception set. */
static bb_descriptor *describe_lent(const bb_lent_geometry *geometry)
{
    int64_t length = byte_size(geometry);
    if (length < 0) {
        return NULL;
    }
    if (length > 0 && geometry->address == NULL) {
        PyErr_Format(PyExc_BufferError, "the address of %lld bytes is NULL", (long long)length);
        return NULL;
    }
    size_t arrays = 2 * (size_t)geometry->ndim * sizeof(int64_t);
    size_t size = sizeof(bb_descriptor) + arrays + strlen(geometry->format) + 1;
    bb_descriptor *descriptor = malloc(size);
    if (descriptor == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    /* "buf is never NULL": numpy and memoryview take NULL for an error, even if len is 0. */
    *descriptor = (bb_descriptor){.size = (int64_t)size,
                                  .buf = geometry->address != NULL ? geometry->address : descriptor,
                                  .len = length,
                                  .itemsize = geometry->itemsize,
                                  .ndim = geometry->ndim,
                                  .flags = geometry->is_readonly ? BB_READONLY : 0};
    int64_t *shape = (int64_t *)(void *)(descriptor + 1);
    int64_t *strides = shape + geometry->ndim;
    int64_t stride = geometry->itemsize;
    for (int i = geometry->ndim - 1; i >= 0; i--) {
        shape[i] = geometry->shape[i];
        strides[i] = geometry->strides != NULL ? geometry->strides[i] : stride;
        stride *= shape[i];
    }
    strcpy((char *)(strides + geometry->ndim), geometry->format);
    if (length == 0 || is_contiguous(descriptor, geometry->ndim - 1, -1)) {
        descriptor->flags |= BB_C_CONTIGUOUS;
    }
    if (length == 0 || is_contiguous(descriptor, 0, 1)) {
        descriptor->flags |= BB_F_CONTIGUOUS;
    }
    return descriptor;
}

/* The protocol's release may be code of another library, which runs with no exception pending. */
static void give_back(bb_lent_release release, void *owner)
{
    bb_pending pending;
    bb_pending_set_aside(&pending);
    release(owner);
    bb_pending_survive(NULL);
    bb_pending_put_back(&pending);
}

PyObject *bb_lent_memory_new(const bb_lent_geometry *geometry, bb_lent_release release, void *owner)
{
    allocfunc allocate = (allocfunc)PyType_GetSlot(bb_lent_memory_type, Py_tp_alloc);
    bb_descriptor *descriptor = describe_lent(geometry);
    bb_lent_memory *self = descriptor == NULL ? NULL : (bb_lent_memory *)allocate(bb_lent_memory_type, 0);
    if (self == NULL) {
        free(descriptor);
        give_back(release, owner);
        return NULL;
    }
    self->descriptor = descriptor;
    self->release = release;
    self->owner = owner;
    self->is_complex = geometry->format[0] == 'Z';
    return (PyObject *)self;
}

static void lent_dealloc(PyObject *object)
{
    bb_lent_memory *self = (bb_lent_memory *)object;
    PyTypeObject *type = Py_TYPE(object);
    give_back(self->release, self->owner);
    free(self->descriptor);
    freefunc release = (freefunc)PyType_GetSlot(type, Py_tp_free);
    release(object);
    Py_DECREF(type);
}

static int lent_getbuffer(PyObject *self, Py_buffer *view, int flags)
{
    view->obj = NULL;
    const char *reason = bb_reduce(((bb_lent_memory *)self)->descriptor, flags, view);
    if (reason != NULL) {
        PyErr_SetString(PyExc_BufferError, reason);
        return -1;
    }
    view->obj = Py_NewRef(self);
    return 0;
}

static PyMemberDef lent_members[] = {
    {"is_complex", T_BOOL, offsetof(bb_lent_memory, is_complex), READONLY, "Whether the items are complex numbers."},
    {NULL, 0, 0, 0, NULL},
};

static PyType_Slot lent_slots[] = {
    {Py_tp_members, lent_members},
    {Py_bf_getbuffer, (void *)lent_getbuffer},
    {Py_tp_dealloc, (void *)lent_dealloc},
    {0, NULL},
};

static PyType_Spec lent_spec = {
    .name = "bufferbridge._native.LentMemory",
    .basicsize = sizeof(bb_lent_memory),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = lent_slots,
};

int bb_lent_memory_init(PyObject *module)
{
    bb_lent_memory_type = (PyTypeObject *)PyType_FromModuleAndSpec(module, &lent_spec, NULL);
    return bb_lent_memory_type == NULL ? -1 : 0;
}
