/*
 * DLPack of a JavaBuffer.
 *
 * A capsule has a tensor, whose deleter the consumer calls once, on any thread, with or without the GIL. A capsule that
 * nobody consumed does so when it dies. The tensor holds one export of the JavaBuffer, acquired as any other consumer
 * acquires one, and its deleter releases that export. A copy holds no export, and its deleter frees the copy.
 *
 * Owns: each tensor owns its buffer or its copy. Threads: the deleter runs on any, everything else needs the GIL.
 */
#include "base/bb.h"

#include "protocols/dlpack_export.h"

#include <stdlib.h>
#include <string.h>

#include "base/deferred.h"
#include "base/pending.h"
#include "errors/python_door.h"
#include "protocols/dlpack.h"

enum { ALIGNMENT = 256 }; /* "the data pointer should be aligned to 256 bytes" */

typedef struct bb_tensor {
    union {
        bb_dlpack_versioned versioned;
        bb_dlpack_unversioned unversioned;
    } as; /* the first field: its address is the tensor's */
    Py_buffer view;
    void *copy; /* or NULL */
    bb_deferred deferred;
    int64_t shape[]; /* then the strides, in items */
} bb_tensor;

static inline int64_t *strides_of(bb_tensor *tensor)
{
    return tensor->shape + tensor->view.ndim;
}

/* What a consumer has asked for. */
typedef struct bb_wanted {
    bool is_versioned;
    bool is_copied;
} bb_wanted;

/* ----------------------------------------------------------------------------- the release -- */

static void release_tensor(JNIEnv *env, void *data)
{
    (void)env;
    bb_buffer_release(&((bb_tensor *)data)->view);
    free(data);
}

/* Once Python has ended, the memory stays, as that of all exports. */
static void delete_tensor(bb_tensor *tensor)
{
    if (tensor->copy != NULL) {
        free(tensor->copy);
        free(tensor);
    } else {
        bb_give_back_in_python(&tensor->deferred, release_tensor, tensor);
    }
}

static void delete_versioned(bb_dlpack_versioned *self)
{
    delete_tensor(self->context);
}

static void delete_unversioned(bb_dlpack_unversioned *self)
{
    delete_tensor(self->context);
}

/* A consumer renames a capsule that it takes the tensor of. */
static void capsule_ends(PyObject *capsule)
{
    if (PyCapsule_IsValid(capsule, BB_DLPACK_VERSIONED)) {
        delete_tensor(((bb_dlpack_versioned *)PyCapsule_GetPointer(capsule, BB_DLPACK_VERSIONED))->context);
    } else if (PyCapsule_IsValid(capsule, BB_DLPACK)) {
        delete_tensor(((bb_dlpack_unversioned *)PyCapsule_GetPointer(capsule, BB_DLPACK))->context);
    }
}

/* -------------------------------------------------------------------------------- the type -- */

static bool code_of(char code, uint8_t *result)
{
    if (code == '?') {
        *result = BB_DLPACK_BOOL;
    } else if (strchr("bhilqn", code) != NULL) {
        *result = BB_DLPACK_INT;
    } else if (strchr("BHILQN", code) != NULL) {
        *result = BB_DLPACK_UINT;
    } else if (strchr("efd", code) != NULL) {
        *result = BB_DLPACK_FLOAT;
    } else {
        return false;
    }
    return true;
}

/* The type of items in this machine's byte order. False for all other formats. */
static bool type_of(const char *format, Py_ssize_t itemsize, bb_dlpack_type *type)
{
    enum { BITS = 8 };
    const char *own_orders = PY_BIG_ENDIAN ? "@=>!" : "@=<";
    if (format[0] != '\0' && strchr(own_orders, format[0]) != NULL) {
        format++;
    }
    bool is_complex = format[0] == 'Z';
    if (is_complex) {
        format++;
    }
    if (format[0] == '\0' || format[1] != '\0' || !code_of(format[0], &type->code)) {
        return false;
    }
    if (is_complex) {
        if (type->code != BB_DLPACK_FLOAT) {
            return false;
        }
        type->code = BB_DLPACK_COMPLEX;
    }
    type->bits = (uint8_t)(itemsize * BITS);
    type->lanes = 1;
    return true;
}

/* ---------------------------------------------------------------------------- the geometry -- */

static int cannot_say(const char *reason)
{
    PyErr_Format(PyExc_BufferError, "DLPack cannot say that %s", reason);
    return -1;
}

/* The strides of the consumer's memory. 0, or -1 with BufferError set. */
static int describe_strides(bb_tensor *tensor)
{
    const Py_buffer *view = &tensor->view;
    for (int i = 0; i < view->ndim; i++) {
        strides_of(tensor)[i] = view->strides[i] / view->itemsize;
        if (view->strides[i] % view->itemsize != 0) {
            PyErr_Format(PyExc_BufferError,
                         "DLPack has strides in items; the stride %zd of dimension %d is no multiple of %zd bytes; "
                         "copy=True copies the memory",
                         view->strides[i], i, view->itemsize);
            return -1;
        }
    }
    return 0;
}

/* The strides of C-contiguous memory. */
static void describe_without_gaps(bb_tensor *tensor)
{
    uint64_t stride = 1; /* which may wrap around if there are no items */
    for (int i = tensor->view.ndim - 1; i >= 0; i--) {
        strides_of(tensor)[i] = (int64_t)stride;
        stride *= (uint64_t)tensor->shape[i];
    }
}

/* Copies the memory of the buffer, in C order. 0, or -1 with an exception set. */
static int copy_memory(bb_tensor *tensor)
{
    size_t size = ((size_t)tensor->view.len / ALIGNMENT + 1) * ALIGNMENT;
    tensor->copy = aligned_alloc(ALIGNMENT, size);
    if (tensor->copy == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    describe_without_gaps(tensor);
    return PyBuffer_ToContiguous(tensor->copy, &tensor->view, tensor->view.len, 'C');
}

/* Describes the memory of the buffer, or a copy of it. 0, or -1 with an exception set. */
static int describe_tensor(bb_tensor *tensor, bb_dltensor *to, const bb_wanted *wanted)
{
    const Py_buffer *view = &tensor->view;
    if (view->readonly && !wanted->is_versioned && !wanted->is_copied) {
        return cannot_say("memory is read-only before its version 1.0: pass max_version=(1, 0), or copy=True");
    }
    if (!type_of(view->format, view->itemsize, &to->type)) {
        PyErr_Format(PyExc_BufferError,
                     "DLPack has no type for items of the format '%.200s'; numpy.asarray(x) has them, and their fields",
                     view->format);
        return -1;
    }
    for (int i = 0; i < view->ndim; i++) {
        tensor->shape[i] = view->shape[i];
    }
    if ((wanted->is_copied ? copy_memory(tensor) : describe_strides(tensor)) < 0) {
        return -1;
    }
    size_t alignment = (size_t)view->itemsize / (to->type.code == BB_DLPACK_COMPLEX ? 2 : 1);
    if (tensor->copy == NULL && (uintptr_t)view->buf % alignment != 0) {
        return cannot_say("items are not aligned; copy=True copies them");
    }
    to->data = tensor->copy != NULL ? tensor->copy : view->buf;
    to->device = (bb_dlpack_device){.type = BB_DEVICE_CPU};
    to->ndim = view->ndim;
    to->shape = tensor->shape;
    to->strides = strides_of(tensor);
    to->byte_offset = 0;
    return 0;
}

/* Completes the structure that the consumer reads. Its tensor. */
static bb_dltensor *begin_tensor(bb_tensor *tensor, const bb_wanted *wanted)
{
    if (!wanted->is_versioned) {
        tensor->as.unversioned.context = tensor;
        tensor->as.unversioned.deleter = delete_unversioned;
        return &tensor->as.unversioned.tensor;
    }
    uint64_t read_only = tensor->view.readonly && !wanted->is_copied ? BB_DLPACK_READ_ONLY : 0;
    tensor->as.versioned.major = BB_DLPACK_MAJOR;
    tensor->as.versioned.minor = BB_DLPACK_MINOR;
    tensor->as.versioned.context = tensor;
    tensor->as.versioned.deleter = delete_versioned;
    tensor->as.versioned.flags = read_only | (wanted->is_copied ? BB_DLPACK_IS_COPIED : 0);
    return &tensor->as.versioned.tensor;
}

/* A tensor of the object's memory. NULL with an exception set. */
static bb_tensor *new_tensor(PyObject *object, const bb_wanted *wanted)
{
    Py_buffer view; /* only JavaBuffers come here, whose buffers may be released by a copy of the structure */
    if (PyObject_GetBuffer(object, &view, wanted->is_copied ? PyBUF_FULL_RO : PyBUF_RECORDS_RO) < 0) {
        return NULL;
    }
    bb_tensor *tensor = malloc(sizeof *tensor + 2 * (size_t)view.ndim * sizeof *tensor->shape);
    if (tensor == NULL) {
        PyBuffer_Release(&view);
        PyErr_NoMemory();
        return NULL;
    }
    tensor->view = view;
    tensor->copy = NULL;
    bool is_described = describe_tensor(tensor, begin_tensor(tensor, wanted), wanted) == 0;
    if (!is_described || wanted->is_copied) {
        bb_buffer_release(&tensor->view);
    }
    if (!is_described) {
        free(tensor->copy);
        free(tensor);
        return NULL;
    }
    return tensor;
}

/* ------------------------------------------------------------------------------ the request -- */

/* A pair such as (1, 0). 0, or -1 with an exception set. */
static int read_pair(const char *name, PyObject *pair, long *first, long *second)
{
    if (!PyTuple_Check(pair) || PyTuple_Size(pair) != 2) {
        PyErr_Format(PyExc_TypeError, "%s is a tuple of two ints or None, not %R", name, pair);
        return -1;
    }
    *first = PyLong_AsLong(PyTuple_GetItem(pair, 0));
    *second = *first == -1 && PyErr_Occurred() ? -1 : PyLong_AsLong(PyTuple_GetItem(pair, 1));
    return PyErr_Occurred() ? -1 : 0;
}

static int read_version(PyObject *value, bb_wanted *wanted)
{
    long major, minor;
    if (value == Py_None) {
        return 0;
    }
    if (read_pair("max_version", value, &major, &minor) < 0) {
        return -1;
    }
    wanted->is_versioned = major >= BB_DLPACK_MAJOR;
    return 0;
}

static int read_device(PyObject *value, bb_wanted *wanted)
{
    (void)wanted;
    long type, id;
    if (value == Py_None) {
        return 0;
    }
    if (read_pair("dl_device", value, &type, &id) < 0) {
        return -1;
    }
    if (type != BB_DEVICE_CPU) {
        PyErr_Format(PyExc_BufferError, "Java's memory is on the CPU, the device (1, 0); dl_device is %R", value);
        return -1;
    }
    return 0;
}

/* None, or -1, which asks for no synchronisation. */
static int read_stream(PyObject *value, bb_wanted *wanted)
{
    (void)wanted;
    long stream = value == Py_None ? -1 : PyLong_AsLong(value);
    if (stream == -1 && PyErr_Occurred()) {
        return -1;
    }
    if (stream != -1) {
        PyErr_Format(PyExc_ValueError, "memory on the CPU has no streams; stream is %R, and None is required", value);
        return -1;
    }
    return 0;
}

static int read_copy(PyObject *value, bb_wanted *wanted)
{
    int is_copied = value == Py_None ? 0 : PyObject_IsTrue(value);
    wanted->is_copied = is_copied > 0;
    return is_copied < 0 ? -1 : 0;
}

/* The arguments by name. The names are interned, as those of most callers are, so most are found by address. */
static struct {
    const char *text;
    int (*read)(PyObject *value, bb_wanted *wanted);
    PyObject *name;
} parameters[] = {
    {"dl_device", read_device, NULL},
    {"copy", read_copy, NULL},
    {"max_version", read_version, NULL},
    {"stream", read_stream, NULL},
};

enum { PARAMETERS = sizeof parameters / sizeof *parameters };

static int read_argument(PyObject *name, PyObject *value, bb_wanted *wanted)
{
    for (int i = 0; i < PARAMETERS; i++) {
        if (name == parameters[i].name) {
            return parameters[i].read(value, wanted);
        }
    }
    for (int i = 0; i < PARAMETERS; i++) {
        if (PyUnicode_Compare(name, parameters[i].name) == 0) {
            return parameters[i].read(value, wanted);
        }
    }
    PyErr_Format(PyExc_TypeError, "__dlpack__() takes stream, max_version, dl_device and copy, not %R", name);
    return -1;
}

static PyObject *cpu; /* the device of all memory, a tuple */

int bb_dlpack_init(void)
{
    cpu = Py_BuildValue("(ii)", BB_DEVICE_CPU, 0);
    if (cpu == NULL) {
        return -1;
    }
    for (int i = 0; i < PARAMETERS; i++) {
        parameters[i].name = PyUnicode_InternFromString(parameters[i].text);
        if (parameters[i].name == NULL) {
            return -1;
        }
    }
    return 0;
}

PyObject *bb_dlpack_export(PyObject *self, PyObject *const *arguments, Py_ssize_t count, PyObject *names)
{
    if (count != 0) {
        return PyErr_Format(PyExc_TypeError, "__dlpack__() takes its arguments by name; %zd came by position", count);
    }
    bb_wanted wanted = {.is_versioned = false};
    Py_ssize_t named = names == NULL ? 0 : PyTuple_Size(names);
    for (Py_ssize_t i = 0; i < named; i++) {
        if (read_argument(PyTuple_GetItem(names, i), arguments[i], &wanted) < 0) {
            return NULL;
        }
    }
    bb_tensor *tensor = new_tensor(self, &wanted);
    if (tensor == NULL) {
        return NULL;
    }
    PyObject *capsule = PyCapsule_New(tensor, wanted.is_versioned ? BB_DLPACK_VERSIONED : BB_DLPACK, capsule_ends);
    if (capsule == NULL) {
        bb_pending pending;
        bb_pending_set_aside(&pending);
        delete_tensor(tensor);
        bb_pending_put_back(&pending);
    }
    return capsule;
}

PyObject *bb_dlpack_device_of(PyObject *self, PyObject *unused)
{
    (void)self;
    (void)unused;
    return Py_NewRef(cpu);
}
