/*
 * UnpickledBuffer: what a JavaBuffer becomes by pickling.
 *
 * The process that unpickles may have no JVM. An UnpickledBuffer lays the geometry of the Java memory over bytes.
 * These come from the pickle, or from a buffer that was handed over out of band. Consumers see the same format, shape
 * and contiguity. bufferbridge._memory.pickling decides how to pickle.
 *
 * Owns: the buffer of the bytes, from construction until deallocation or until the garbage collector clears it. The
 * bytes may be any Python object with a buffer, so an UnpickledBuffer may be in a cycle. It owns nothing in Java.
 *
 * Threads: immutable after construction. There is no release slot: exports only keep the object alive.
 */
#include "base/bb.h"

#include "objects/pickling.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/description.h"
#include "base/reduce.h"
#include "bufferbridge.h"
#include "objects/java_class.h"

typedef struct bb_unpickled {
    PyObject_HEAD
    Py_buffer source;
    bb_descriptor *descriptor;
} bb_unpickled;

enum { MAX_DIMENSIONS = 64 };

/* ----------------------------------------------------------------------------------- geometry -- */

/* Fills in the shape, and strides without gaps. The bytes, or -1 with an exception set if the shape is invalid. */
static int64_t place_items(bb_descriptor *descriptor, PyObject *shape, bool is_fortran)
{
    int64_t *items = (int64_t *)(void *)(descriptor + 1);
    int64_t *strides = items + descriptor->ndim;
    int64_t bytes = descriptor->itemsize;
    int long_dimensions = 0;
    for (int i = 0; i < descriptor->ndim; i++) {
        int at = is_fortran ? i : descriptor->ndim - 1 - i;
        items[at] = PyLong_AsLongLong(PyTuple_GetItem(shape, at));
        if (items[at] < 0) {
            if (!PyErr_Occurred()) {
                PyErr_Format(PyExc_ValueError, "a shape of %R has a negative length", shape);
            }
            return -1;
        }
        strides[at] = bytes;
        if (items[at] > 0 && bytes > INT64_MAX / items[at]) {
            PyErr_Format(PyExc_ValueError, "a shape of %R is larger than the address space", shape);
            return -1;
        }
        bytes *= items[at];
        long_dimensions += items[at] != 1;
    }
    bool both = long_dimensions <= 1 || bytes == 0;
    descriptor->flags |= both ? BB_C_CONTIGUOUS | BB_F_CONTIGUOUS : is_fortran ? BB_F_CONTIGUOUS : BB_C_CONTIGUOUS;
    return bytes;
}

/*
 * Checks the itemsize, because consumers read as many bytes as the format says. If struct knows the format and gives
 * another size: -1 with ValueError. memoryview does not index formats that struct does not know, and numpy compares the
 * two itself.
 */
static int require_size(const char *format, Py_ssize_t itemsize)
{
    Py_ssize_t size = PyBuffer_SizeFromFormat(format);
    if (size < 0) {
        PyErr_Clear(); /* struct does not know the format */
        return 0;
    }
    if (size != itemsize) {
        PyErr_Format(PyExc_ValueError, "an item of format '%s' has %zd bytes; itemsize %zd was given", format, size,
                     itemsize);
        return -1;
    }
    return 0;
}

/* A block without its memory. NULL with an exception set. */
static bb_descriptor *new_descriptor(const char *format, Py_ssize_t itemsize, PyObject *shape, bool is_fortran)
{
    Py_ssize_t ndim = PyTuple_Size(shape);
    if (ndim > MAX_DIMENSIONS || itemsize <= 0) {
        PyErr_Format(
            PyExc_ValueError,
            "at most %d dimensions and an itemsize of at least 1 are required, got %zd dimensions and itemsize %zd",
            MAX_DIMENSIONS, ndim, itemsize);
        return NULL;
    }
    if (require_size(format, itemsize) < 0) {
        return NULL;
    }
    size_t size = sizeof(bb_descriptor) + 2 * (size_t)ndim * sizeof(int64_t) + strlen(format) + 1;
    bb_descriptor *descriptor = calloc(1, size);
    if (descriptor == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    descriptor->size = (int64_t)size;
    descriptor->itemsize = itemsize;
    descriptor->ndim = (int32_t)ndim;
    descriptor->len = place_items(descriptor, shape, is_fortran);
    if (descriptor->len < 0) {
        free(descriptor);
        return NULL;
    }
    strcpy((char *)bb_descriptor_format(descriptor), format);
    return descriptor;
}

/* --------------------------------------------------------------------------------------- type -- */

/* Lays the geometry over the bytes. -1 with an exception set. */
static int take_bytes(bb_unpickled *self, PyObject *bytes, bool readonly)
{
    if (PyObject_GetBuffer(bytes, &self->source, PyBUF_SIMPLE) < 0) {
        return -1;
    }
    if (self->source.len != self->descriptor->len) {
        PyErr_Format(PyExc_ValueError, "%zd bytes were unpickled; %lld are required by the shape", self->source.len,
                     (long long)self->descriptor->len);
        return -1;
    }
    /* "buf is never NULL", even if len is 0. */
    self->descriptor->buf = self->source.buf != NULL ? self->source.buf : self->descriptor;
    if (readonly || self->source.readonly) {
        self->descriptor->flags |= BB_READONLY;
    }
    return 0;
}

static PyObject *unpickled_new(PyTypeObject *type, PyObject *arguments, PyObject *keywords)
{
    (void)keywords;
    PyObject *bytes, *shape;
    const char *format;
    Py_ssize_t itemsize;
    int is_fortran, readonly;
    if (!PyArg_ParseTuple(arguments, "OsnO!pp:UnpickledBuffer", &bytes, &format, &itemsize, &PyTuple_Type, &shape,
                          &is_fortran, &readonly)) {
        return NULL;
    }
    allocfunc allocate = (allocfunc)PyType_GetSlot(type, Py_tp_alloc);
    bb_unpickled *self = (bb_unpickled *)allocate(type, 0);
    if (self == NULL) {
        return NULL;
    }
    PyObject_GC_UnTrack(self); /* until it is complete: taking the bytes runs user code, which could find it */
    self->descriptor = new_descriptor(format, itemsize, shape, is_fortran);
    if (self->descriptor == NULL || take_bytes(self, bytes, readonly) < 0) {
        Py_DECREF(self);
        return NULL;
    }
    PyObject_GC_Track(self);
    return (PyObject *)self;
}

static int unpickled_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(((bb_unpickled *)self)->source.obj);
    return 0;
}

/* No consumer uses the memory any more. An export holds this object, so its consumer would be in the cycle too. */
static int unpickled_clear(PyObject *self)
{
    PyBuffer_Release(&((bb_unpickled *)self)->source);
    return 0;
}

static void unpickled_dealloc(PyObject *self)
{
    bb_unpickled *buffer = (bb_unpickled *)self;
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    PyBuffer_Release(&buffer->source);
    free(buffer->descriptor);
    freefunc release = (freefunc)PyType_GetSlot(type, Py_tp_free);
    release(self);
    Py_DECREF(type);
}

static int unpickled_getbuffer(PyObject *exporter, Py_buffer *view, int flags)
{
    if (view == NULL) {
        PyErr_SetString(PyExc_BufferError, "a Py_buffer to fill is required, not NULL");
        return -1;
    }
    Py_buffer reduced;
    view->obj = NULL;
    if (((bb_unpickled *)exporter)->source.obj == NULL) {
        PyErr_SetString(PyExc_BufferError, "UnpickledBuffer: the garbage collector has cleared it");
        return -1;
    }
    const char *reason = bb_reduce(((bb_unpickled *)exporter)->descriptor, flags, &reduced);
    if (reason != NULL) {
        PyErr_Format(PyExc_BufferError, "UnpickledBuffer: %s", reason);
        return -1;
    }
    reduced.obj = Py_NewRef(exporter);
    *view = reduced;
    return 0;
}

static PyObject *unpickled_repr(PyObject *self)
{
    PyObject *geometry = bb_descriptor_text(((bb_unpickled *)self)->descriptor);
    PyObject *repr = geometry == NULL ? NULL : PyUnicode_FromFormat("<UnpickledBuffer, %U>", geometry);
    Py_XDECREF(geometry);
    return repr;
}

static PyObject *get_unpickled_description(PyObject *self, void *closure)
{
    bb_description_function attribute;
    *(void **)&attribute = closure;
    return attribute(((bb_unpickled *)self)->descriptor);
}

static PyMethodDef unpickled_methods[] = {
    {"__reduce_ex__", bb_pickle_memory, METH_O, "Pickles as a JavaBuffer does."},
    {NULL, NULL, 0, NULL},
};

static PyGetSetDef unpickled_getset[] = {
    {"nbytes", get_unpickled_description, NULL, "product(shape) * itemsize, bytes.", (void *)bb_description_nbytes},
    {"format", get_unpickled_description, NULL, "The items' format, in the syntax of PEP 3118.",
     (void *)bb_description_format},
    {"itemsize", get_unpickled_description, NULL, "Bytes of one item.", (void *)bb_description_itemsize},
    {"ndim", get_unpickled_description, NULL, "Number of dimensions, at most 64.", (void *)bb_description_ndim},
    {"shape", get_unpickled_description, NULL, "Items along each dimension.", (void *)bb_description_shape},
    {"strides", get_unpickled_description, NULL, "Bytes from one item to the next, for each dimension.",
     (void *)bb_description_strides},
    {"readonly", get_unpickled_description, NULL, "Whether the memory may only be read.",
     (void *)bb_description_readonly},
    {NULL, NULL, NULL, NULL, NULL},
};

PyDoc_STRVAR(unpickled_doc, "What a JavaBuffer becomes by pickling: a Python buffer of the same format and shape.\n"
                            "It needs no JVM. bufferbridge.array makes a Java array of it again.");

static PyType_Slot unpickled_slots[] = {
    {Py_tp_new, (void *)unpickled_new},
    {Py_tp_dealloc, (void *)unpickled_dealloc},
    {Py_tp_traverse, (void *)unpickled_traverse},
    {Py_tp_clear, (void *)unpickled_clear},
    {Py_bf_getbuffer, (void *)unpickled_getbuffer},
    {Py_tp_repr, (void *)unpickled_repr},
    {Py_tp_methods, unpickled_methods},
    {Py_tp_getset, unpickled_getset},
    {Py_tp_doc, (void *)unpickled_doc},
    {0, NULL},
};

static PyType_Spec unpickled_spec = {
    .name = "bufferbridge.UnpickledBuffer",
    .basicsize = sizeof(bb_unpickled),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = unpickled_slots,
};

int bb_pickling_init(PyObject *module)
{
    PyObject *type = PyType_FromSpec(&unpickled_spec);
    int status = type == NULL ? -1 : PyModule_AddObjectRef(module, "UnpickledBuffer", type);
    Py_XDECREF(type);
    return status;
}

/* ----------------------------------------------------------------------------------- pickling -- */

PyObject *bb_pickle_memory(PyObject *self, PyObject *protocol)
{
    PyObject *pickle = PyImport_ImportModule("bufferbridge._memory.pickling");
    PyObject *reduced = pickle == NULL ? NULL : PyObject_CallMethod(pickle, "reduce", "OO", self, protocol);
    Py_XDECREF(pickle);
    return reduced;
}

PyObject *bb_refuse_pickling(PyObject *self, PyObject *protocol)
{
    (void)protocol;
    PyObject *name = NULL;
    if (bb_java_object_borrow(self) != NULL) {
        name = ((bb_java_object *)self)->class->name;
    } else if (bb_java_class_check(self)) {
        name = ((bb_java_class *)self)->name;
    }
    if (name == NULL) {
        return PyErr_Format(PyExc_TypeError, "cannot pickle %R object", (PyObject *)Py_TYPE(self));
    }
    return PyErr_Format(PyExc_TypeError,
                        "cannot pickle %U: a Java object lives in this process's JVM; only the memory of a "
                        "JavaBuffer can be pickled, as a copy",
                        name);
}
