/*
 * Memory that Python objects lend by DLPack.
 *
 * The tensor comes in a capsule, which is renamed when its tensor is taken, or by the C exchange table of its type. It
 * belongs to a LentMemory from then on. Memory of another device, a copy, and items that have no buffer format are
 * refused, and the tensor is deleted. A tensor from before version 1 does not say whether it may be written. So it is
 * read-only.
 *
 * Owns: nothing between calls. Threads: any, with the GIL.
 */
#include "base/bb.h"

#include "protocols/dlpack_import.h"

#include <stdlib.h>

#include "base/pending.h"
#include "protocols/dlpack.h"
#include "protocols/lent_memory.h"

/* What a LentMemory owns. One of the two tensors is NULL. */
typedef struct bb_borrowed {
    bb_dlpack_versioned *versioned;
    bb_dlpack_unversioned *unversioned;
    PyObject *kept; /* owned; or NULL */
} bb_borrowed;

static void release_borrowed(void *owner)
{
    bb_borrowed *borrowed = owner;
    if (borrowed->versioned != NULL && borrowed->versioned->deleter != NULL) {
        borrowed->versioned->deleter(borrowed->versioned);
    }
    if (borrowed->unversioned != NULL && borrowed->unversioned->deleter != NULL) {
        borrowed->unversioned->deleter(borrowed->unversioned);
    }
    Py_XDECREF(borrowed->kept);
    free(borrowed);
}

/* Releases what was borrowed, if anything was. The pending exception survives. */
static void give_up(bb_borrowed *borrowed)
{
    bb_pending pending;
    bb_pending_set_aside(&pending);
    if (borrowed != NULL) {
        release_borrowed(borrowed);
    }
    bb_pending_put_back(&pending);
}

/* ----------------------------------------------------------------------------- what is refused -- */

static const char *device_name(int32_t type)
{
    static const char *const NAMES[] = {[2] = "CUDA",     [3] = "pinned CUDA host memory",
                                        [4] = "OpenCL",   [7] = "Vulkan",
                                        [8] = "Metal",    [9] = "VPI",
                                        [10] = "ROCm",    [11] = "pinned ROCm host memory",
                                        [12] = "unnamed", [13] = "managed CUDA memory",
                                        [14] = "oneAPI",  [15] = "WebGPU",
                                        [16] = "Hexagon", [17] = "MAIA",
                                        [18] = "Trainium"};
    bool is_known = type >= 0 && (size_t)type < sizeof NAMES / sizeof *NAMES && NAMES[type] != NULL;
    return is_known ? NAMES[type] : "unknown";
}

static const char *format_of_number(const bb_dlpack_type *type)
{
    enum { BYTE = 8, TWO = 16, FOUR = 32, EIGHT = 64, SIXTEEN = 128 };
    switch (type->code) {
    case BB_DLPACK_INT:
        return type->bits == BYTE    ? "b"
               : type->bits == TWO   ? "h"
               : type->bits == FOUR  ? "i"
               : type->bits == EIGHT ? "q"
                                     : NULL;
    case BB_DLPACK_UINT:
        return type->bits == BYTE    ? "B"
               : type->bits == TWO   ? "H"
               : type->bits == FOUR  ? "I"
               : type->bits == EIGHT ? "Q"
                                     : NULL;
    case BB_DLPACK_FLOAT:
        return type->bits == TWO ? "e" : type->bits == FOUR ? "f" : type->bits == EIGHT ? "d" : NULL;
    case BB_DLPACK_COMPLEX:
        return type->bits == EIGHT ? "Zf" : type->bits == SIXTEEN ? "Zd" : NULL;
    case BB_DLPACK_BOOL:
        return type->bits == BYTE ? "?" : NULL;
    default:
        return NULL;
    }
}

/* The kinds of numbers that no format has, by DLPack's code. */
static const char *kind_of(uint8_t code)
{
    static const char *const KINDS[] = {
        [BB_DLPACK_INT] = "int",       [BB_DLPACK_UINT] = "uint",       [BB_DLPACK_FLOAT] = "float", [3] = "opaque",
        [BB_DLPACK_BFLOAT] = "bfloat", [BB_DLPACK_COMPLEX] = "complex", [BB_DLPACK_BOOL] = "bool"};
    return code < sizeof KINDS / sizeof *KINDS ? KINDS[code] : "small float";
}

/* The buffer format, or NULL with BufferError set. */
static const char *format_of(const bb_dlpack_type *type)
{
    const char *format = type->lanes == 1 ? format_of_number(type) : NULL;
    if (format == NULL) {
        PyErr_Format(PyExc_BufferError,
                     "items of %d x %s%d (DLPack's type %d) have no buffer format: share their bits as integers, as "
                     "x.view(torch.uint8) does, or convert them to float32",
                     (int)type->lanes, kind_of(type->code), (int)type->bits, (int)type->code);
    }
    return format;
}

static int require_memory_of_the_cpu(const bb_dltensor *tensor)
{
    if (tensor->device.type != BB_DEVICE_CPU) {
        PyErr_Format(PyExc_BufferError,
                     "the memory is on the device (%d, %d), %s; x.cpu(), or what moves x to the CPU, copies it",
                     (int)tensor->device.type, (int)tensor->device.id, device_name(tensor->device.type));
        return -1;
    }
    if (tensor->ndim < 0 || tensor->ndim > PyBUF_MAX_NDIM) {
        PyErr_Format(PyExc_BufferError, "a buffer has 0 to %d dimensions, not %d", PyBUF_MAX_NDIM, (int)tensor->ndim);
        return -1;
    }
    return 0;
}

static int require_version(const bb_dlpack_versioned *tensor)
{
    if (tensor->major != BB_DLPACK_MAJOR) {
        PyErr_Format(PyExc_BufferError, "DLPack %u.%u came; version %d was asked for", (unsigned)tensor->major,
                     (unsigned)tensor->minor, BB_DLPACK_MAJOR);
        return -1;
    }
    if (tensor->flags & BB_DLPACK_IS_COPIED) {
        PyErr_SetString(PyExc_BufferError, "the object lends a copy of its memory, which would not be live");
        return -1;
    }
    return 0;
}

/* ------------------------------------------------------------------------------------ lending -- */

/* Takes what is borrowed. New LentMemory, or NULL with an exception set. */
static PyObject *lend(bb_borrowed *borrowed)
{
    const bb_dlpack_versioned *versioned = borrowed->versioned;
    const bb_dltensor *tensor = versioned != NULL ? &versioned->tensor : &borrowed->unversioned->tensor;
    bool is_understood = versioned == NULL || require_version(versioned) == 0;
    const char *format = !is_understood || require_memory_of_the_cpu(tensor) < 0 ? NULL : format_of(&tensor->type);
    if (format == NULL) {
        give_up(borrowed);
        return NULL;
    }
    int64_t strides[PyBUF_MAX_NDIM];
    enum { BITS = 8 };
    int64_t itemsize = tensor->type.bits / BITS;
    for (int i = 0; i < tensor->ndim && tensor->strides != NULL; i++) {
        strides[i] = tensor->strides[i] * itemsize;
    }
    const bb_lent_geometry geometry = {
        .address = tensor->data == NULL ? NULL : (char *)tensor->data + tensor->byte_offset,
        .format = format,
        .itemsize = itemsize,
        .ndim = tensor->ndim,
        .shape = tensor->shape,
        .strides = tensor->strides == NULL ? NULL : strides,
        .is_readonly = versioned == NULL || (versioned->flags & BB_DLPACK_READ_ONLY) != 0,
    };
    return bb_lent_memory_new(&geometry, release_borrowed, borrowed);
}

/* What every request needs, kept permanently. */
static PyObject *dlpack_name;
static PyObject *no_arguments;
static PyObject *wanted; /* by name: a versioned tensor that is no copy */

int bb_dlpack_import_init(void)
{
    dlpack_name = PyUnicode_InternFromString("__dlpack__");
    no_arguments = dlpack_name == NULL ? NULL : Py_BuildValue("()");
    wanted = no_arguments == NULL
                 ? NULL
                 : Py_BuildValue("{s(ii)sO}", "max_version", BB_DLPACK_MAJOR, BB_DLPACK_MINOR, "copy", Py_False);
    return wanted == NULL ? -1 : 0;
}

/* Asks for a versioned capsule that is no copy, and then for any. NULL with an exception set. */
static PyObject *capsule_of(PyObject *object)
{
    PyObject *method = PyObject_GetAttr(object, dlpack_name);
    PyObject *capsule = method == NULL ? NULL : PyObject_Call(method, no_arguments, wanted);
    if (method != NULL && capsule == NULL && PyErr_ExceptionMatches(PyExc_TypeError)) {
        PyErr_Clear(); /* it is from before the arguments */
        capsule = PyObject_Call(method, no_arguments, NULL);
    }
    Py_XDECREF(method);
    return capsule;
}

/* Takes the tensor out of the capsule. 0, or -1 with an exception set. */
static int take_tensor(PyObject *capsule, bb_borrowed *borrowed)
{
    if (PyCapsule_IsValid(capsule, BB_DLPACK_VERSIONED)) {
        borrowed->versioned = PyCapsule_GetPointer(capsule, BB_DLPACK_VERSIONED);
        return PyCapsule_SetName(capsule, BB_DLPACK_VERSIONED_USED);
    }
    if (PyCapsule_IsValid(capsule, BB_DLPACK)) {
        borrowed->unversioned = PyCapsule_GetPointer(capsule, BB_DLPACK);
        return PyCapsule_SetName(capsule, BB_DLPACK_USED);
    }
    PyErr_Format(PyExc_BufferError, "__dlpack__() returned %R, and no capsule with a tensor", capsule);
    return -1;
}

static int ask_table(const bb_dlpack_table *table, PyObject *object, bb_borrowed *borrowed)
{
    return table->tensor_of(object, &borrowed->versioned) == 0 ? 0 : -1;
}

static int ask_object(PyObject *object, bb_borrowed *borrowed)
{
    PyObject *capsule = capsule_of(object);
    int status = capsule == NULL ? -1 : take_tensor(capsule, borrowed);
    Py_XDECREF(capsule);
    return status;
}

PyObject *bb_lend_by_dlpack(PyObject *module, PyObject *arguments)
{
    (void)module;
    PyObject *object, *capsule, *kept;
    if (!PyArg_ParseTuple(arguments, "OOO", &object, &capsule, &kept)) {
        return NULL;
    }
    const bb_dlpack_table *table = NULL;
    if (PyCapsule_IsValid(capsule, BB_DLPACK_TABLE)) {
        table = PyCapsule_GetPointer(capsule, BB_DLPACK_TABLE);
    }
    bb_borrowed *borrowed = calloc(1, sizeof *borrowed);
    if (borrowed == NULL) {
        return PyErr_NoMemory();
    }
    borrowed->kept = Py_NewRef(kept);
    bool has_table = table != NULL && table->major == BB_DLPACK_MAJOR;
    if ((has_table ? ask_table(table, object, borrowed) : ask_object(object, borrowed)) < 0) {
        give_up(borrowed);
        return NULL;
    }
    return lend(borrowed);
}
