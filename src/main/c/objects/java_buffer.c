/*
 * JavaBuffer: a Java object that can export its memory, so it is a true Python buffer. It adds to JavaObject the two
 * buffer slots (export.c) and the attributes that describe the memory.
 *
 * Making a JavaBuffer is not an export. Java was asked for the kind of the class (java_class.c). Nothing looks at the
 * object's memory before a consumer's first request.
 *
 * Owns: for each JavaBuffer its exporter, its kept view and its block. Threads: any, with the GIL.
 */
#include "base/bb.h"

#include "objects/java_buffer.h"

#include <stdlib.h>

#include "base/description.h"
#include "base/pending.h"
#include "errors/errors.h"
#include "exports/export.h"
#include "exports/export_record.h"
#include "exports/guarded.h"
#include "exports/holding_word.h"
#include "objects/java_object.h"
#include "objects/pickling.h"
#include "protocols/arrow_export.h"
#include "protocols/dlpack_export.h"
#include "runtimes/attachment.h"
#include "runtimes/java_door.h"
#include "runtimes/java_ids.h"
#include "values/buffer_items.h"

void bb_java_buffer_new(bb_java_buffer *self)
{
    bool known = bb_exports_known_memory(self);
    atomic_store_explicit(&self->exports, known ? BB_NOT_HELD : 0, memory_order_relaxed);
}

/* ----------------------------------------------------------------------------- attributes -- */

/* A copy of the descriptor of known memory. Memory that was not held is not held afterwards either. */
static bb_descriptor *copy_known(bb_java_buffer *self)
{
    const bb_descriptor *descriptor = bb_held_acquire_for_question(self);
    if (descriptor == NULL) {
        return NULL;
    }
    bb_descriptor *copy = bb_descriptor_copy(descriptor);
    bb_holding_release(self);
    bb_holding_end_question(self);
    if (copy == NULL) {
        PyErr_NoMemory();
    }
    return copy;
}

/* The same for a user's exporter, from an export that is out. If none is, an export is made for the question alone. */
static bb_descriptor *copy_by_upcall(bb_java_buffer *self)
{
    bb_descriptor *copy = bb_export_copy_descriptor(self);
    if (copy != NULL) {
        return copy;
    }
    Py_buffer view;
    if (PyObject_GetBuffer((PyObject *)self, &view, PyBUF_FULL_RO) < 0) {
        return NULL;
    }
    copy = bb_export_copy_descriptor(self);
    PyBuffer_Release(&view);
    if (copy == NULL) {
        PyErr_NoMemory();
    }
    return copy;
}

static PyObject *get_buffer_description(PyObject *self, void *closure)
{
    bb_description_function attribute;
    *(void **)&attribute = closure;
    bb_java_buffer *buffer = (bb_java_buffer *)self;
    bb_descriptor *descriptor = bb_exports_known_memory(buffer) ? copy_known(buffer) : copy_by_upcall(buffer);
    PyObject *value = descriptor == NULL ? NULL : attribute(descriptor);
    free(descriptor);
    return value;
}

static int64_t export_count(PyObject *self)
{
    int64_t exports = atomic_load_explicit(&((bb_java_buffer *)self)->exports, memory_order_relaxed);
    return exports < 0 ? 0 : exports;
}

static PyObject *get_export_count(PyObject *self, void *closure)
{
    (void)closure;
    return PyLong_FromLongLong(export_count(self));
}

/* -------------------------------------------------------------------------------- methods -- */

static PyObject *buffer_supports(PyObject *self, PyObject *flags)
{
    long given = PyLong_AsLong(flags);
    if (given == -1 && PyErr_Occurred()) {
        return NULL;
    }
    int request = (int)given;
    if (request != given) {
        return PyErr_Format(PyExc_OverflowError, "flags have to fit a C int, got %ld", given);
    }
    int grants = bb_grants((bb_java_buffer *)self, request);
    if (grants < 0) {
        if (!PyErr_ExceptionMatches(PyExc_BufferError)) {
            return NULL;
        }
        PyErr_Clear(); /* the refusal is the answer */
    }
    return PyBool_FromLong(grants > 0);
}

/* Frees a block that belongs to this object alone, because no Java code has seen the object. */
static void free_block(JNIEnv *env, void *block)
{
    bb_report_unraisable(env, bb_call_java_with_gil(env, &bb_java.block.run, block, NULL).thrown, NULL);
    (*env)->DeleteGlobalRef(env, block);
}

/*
 * Lets go of the block at the object's end. Until then nothing changes `block`, so a consumer that has kept an
 * address reads mapped memory.
 */
static void let_go_of_block(bb_java_buffer *self)
{
    if (self->block == NULL) {
        return;
    }
    if (atomic_load(&self->escaped)) {
        bb_global_ref_release(self->block); /* when Java is done, the garbage collector frees it */
    } else {
        bb_do_in_java(free_block, self->block);
    }
}

/*
 * Gives the memory of a block back to the system, unless Java code has the object. No further export of it can begin.
 * The addresses stay mapped. Runs without the GIL, because the system takes long for large memory.
 */
static void vacate_block(bb_java_buffer *self)
{
    JNIEnv *env = atomic_load(&self->escaped) ? NULL : bb_enter_java_to_release();
    if (env != NULL) {
        bb_report_unraisable(env, bb_call_java(env, &bb_java.block.vacate, self->block, NULL).thrown, NULL);
    }
}

/* Lets go of known memory. Whether no export is out. */
static bool let_go(bb_java_buffer *self)
{
    if (!bb_exports_known_memory(self)) {
        return export_count((PyObject *)self) == 0;
    }
    if (self->block == NULL || atomic_load(&self->escaped)) {
        return bb_holding_let_go(self);
    }
    if (!bb_holding_end(self)) {
        return false;
    }
    vacate_block(self);
    return true;
}

/* Raises BufferError with what is known of the exports that prevent release() or a block's end. Returns NULL. */
static PyObject *refuse_release(PyObject *buffer, bool ends_with_block)
{
    int64_t exports = export_count(buffer);
    long long told = exports > 0 ? exports : 1; /* the last one has been released since */
    PyObject *module = PyImport_ImportModule("bufferbridge._reports.exports");
    PyObject *text = module == NULL
                         ? NULL
                         : PyObject_CallMethod(module, "refusal_of_release", "OLi", buffer, told, (int)ends_with_block);
    if (text != NULL) {
        PyErr_SetObject(PyExc_BufferError, text);
    }
    Py_XDECREF(text);
    Py_XDECREF(module);
    return NULL;
}

static PyObject *buffer_release(PyObject *self, PyObject *unused)
{
    (void)unused;
    if (!let_go((bb_java_buffer *)self)) {
        return refuse_release(self, false);
    }
    Py_RETURN_NONE;
}

static PyObject *buffer_exit(PyObject *self, PyObject *arguments)
{
    if (!let_go((bb_java_buffer *)self)) {
        refuse_release(self, true);
        return bb_with_block_failed(arguments);
    }
    return bb_java_object_exit(self, arguments);
}

/*
 * New str. NULL with no exception set if the geometry is not known. A user's exporter is not asked, because a repr must
 * not decode an image.
 */
static PyObject *geometry_text(bb_java_buffer *self)
{
    bool known = bb_exports_known_memory(self);
    bb_descriptor *descriptor = known ? copy_known(self) : bb_export_copy_descriptor(self);
    bb_pending_survive((PyObject *)self); /* memory that is refused still has a repr */
    PyObject *text = descriptor == NULL ? NULL : bb_descriptor_text(descriptor);
    free(descriptor);
    return text;
}

static PyObject *buffer_repr(PyObject *self)
{
    int64_t exports = export_count(self);
    PyObject *name = ((bb_java_object *)self)->class->name;
    PyObject *geometry = geometry_text((bb_java_buffer *)self);
    if (geometry == NULL) {
        return PyErr_Occurred() ? NULL : PyUnicode_FromFormat("<JavaBuffer %U, not exported>", name);
    }
    PyObject *repr = exports > 0 ? PyUnicode_FromFormat("<JavaBuffer %U, %U, %lld export%s out>", name, geometry,
                                                        (long long)exports, exports == 1 ? "" : "s")
                                 : PyUnicode_FromFormat("<JavaBuffer %U, %U, not exported>", name, geometry);
    Py_DECREF(geometry);
    return repr;
}

/* What a function of the package says of the object. */
static PyObject *told_by(const char *module_name, const char *function, PyObject *self)
{
    PyObject *module = PyImport_ImportModule(module_name);
    PyObject *told = module == NULL ? NULL : PyObject_CallMethod(module, function, "O", self);
    Py_XDECREF(module);
    return told;
}

static PyObject *get_array_interface(PyObject *self, void *closure)
{
    (void)closure;
    return told_by("bufferbridge._lending.interface", "interface_of", self);
}

/* numpy takes the buffer. It calls this only if the buffer was refused: see bufferbridge._memory.numpy_array. */
static PyObject *buffer_array(PyObject *self, PyObject *arguments, PyObject *keywords)
{
    PyObject *result = NULL;
    PyObject *module = PyImport_ImportModule("bufferbridge._memory.numpy_array");
    PyObject *as_array = module == NULL ? NULL : PyObject_GetAttrString(module, "as_array");
    PyObject *first = as_array == NULL ? NULL : Py_BuildValue("(O)", self);
    PyObject *all = first == NULL ? NULL : PySequence_Concat(first, arguments);
    if (all != NULL) {
        result = PyObject_Call(as_array, all, keywords);
    }
    Py_XDECREF(all);
    Py_XDECREF(first);
    Py_XDECREF(as_array);
    Py_XDECREF(module);
    return result;
}

static void buffer_dealloc(PyObject *self)
{
    bb_java_buffer *buffer = (bb_java_buffer *)self;
    /* No export is out, because each export has a reference to this object. */
    if (bb_exports_known_memory(buffer)) {
        bb_holding_let_go(buffer);
    }
    bb_records_drop_spares(buffer);
    let_go_of_block(buffer);
    bb_global_ref_release(atomic_load(&buffer->exporter));
    bb_global_ref_release(atomic_load(&buffer->kept_view));
    bb_java_object_dealloc(self);
}

static const char DISPLAYS[] = "bufferbridge._objects.displays";

static PyObject *buffer_html(PyObject *self, PyObject *unused)
{
    (void)unused;
    return told_by(DISPLAYS, "page", self);
}

/* IPython's printer, and whether it is in the object already, which is no container. */
static PyObject *buffer_pretty(PyObject *self, PyObject *arguments)
{
    if (PyTuple_Size(arguments) == 0) {
        PyErr_SetString(PyExc_TypeError, "_repr_pretty_() takes IPython's printer");
        return NULL;
    }
    PyObject *text = told_by(DISPLAYS, "text", self);
    PyObject *printer = text == NULL ? NULL : PyTuple_GetItem(arguments, 0);
    PyObject *done = printer == NULL ? NULL : PyObject_CallMethod(printer, "text", "O", text);
    Py_XDECREF(text);
    return done;
}

static PyObject *get_dtype(PyObject *self, void *closure)
{
    (void)closure;
    return told_by("bufferbridge._memory.numpy_array", "dtype_of", self);
}

static PyMethodDef buffer_methods[] = {
    {"supports", buffer_supports, METH_O,
     "supports(flags) -> bool: whether a request with these PyBUF_ flags would be granted.\n\n"
     "No export stays out. A user's exporter is asked and released again, because only it knows."},
    {"release", buffer_release, METH_NOARGS,
     "Lets go of the memory this object holds; BufferError while an export is out.\n\n"
     "Memory of empty() and copy() reads as zeros from then on. Its addresses stay mapped until this object dies,\n"
     "for consumers that keep an address and no export. Memory that Java code was given stays as it is."},
    {"__reduce_ex__", bb_pickle_memory, METH_O,
     "Pickles the memory with its format and shape: out of band from protocol 5 on, otherwise as a copy."},
    {"__array__", (PyCFunction)(void (*)(void))buffer_array, METH_VARARGS | METH_KEYWORDS,
     "For numpy, which shares the memory by the buffer protocol and asks for this only when that was refused."},
    {"__dlpack__", (PyCFunction)(void (*)(void))bb_dlpack_export, METH_FASTCALL | METH_KEYWORDS,
     "__dlpack__($self, *, stream=None, max_version=None, dl_device=None, copy=None)\n--\n\n"
     "A DLPack capsule of the memory, for numpy.from_dlpack(x), torch.from_dlpack(x) and their like.\n\n"
     "The capsule, and then the consumer's array, holds one export. Read-only memory needs max_version=(1, 0) or\n"
     "later. BufferError for items that DLPack has no type for, and strides that are no multiple of an item."},
    {"__dlpack_device__", bb_dlpack_device_of, METH_NOARGS, "The device of the memory: (1, 0), the CPU."},
    {"__arrow_c_schema__", bb_arrow_schema_of, METH_NOARGS,
     "The Arrow type of the memory, as a capsule; BufferError for items that Arrow has no type for."},
    {"__arrow_c_array__", (PyCFunction)(void (*)(void))bb_arrow_array_of, METH_FASTCALL | METH_KEYWORDS,
     "__arrow_c_array__($self, requested_schema=None)\n--\n\n"
     "C-contiguous memory of numbers as an Arrow array, for pyarrow.array(x), polars.Series(x) and their like.\n\n"
     "Further dimensions are lists of one size. The array holds one export. Arrow takes memory for immutable, so do "
     "not\n"
     "write it while an array is out."},
    {"_repr_html_", buffer_html, METH_NOARGS, "For Jupyter: shape, format and a corner of the values."},
    {"_repr_pretty_", buffer_pretty, METH_VARARGS, "For IPython: shape, format and a corner of the values."},
    {"__exit__", buffer_exit, METH_VARARGS,
     "Releases the memory; then closes a Java object that is AutoCloseable. Replaces no exception that leaves the "
     "block."},
    {NULL, NULL, 0, NULL},
};

static PyGetSetDef buffer_getset[] = {
    {"nbytes", get_buffer_description, NULL, "product(shape) * itemsize, bytes.", (void *)bb_description_nbytes},
    {"format", get_buffer_description, NULL, "The items' format, in the syntax of PEP 3118.",
     (void *)bb_description_format},
    {"itemsize", get_buffer_description, NULL, "Bytes of one item.", (void *)bb_description_itemsize},
    {"ndim", get_buffer_description, NULL, "Number of dimensions, at most 64.", (void *)bb_description_ndim},
    {"shape", get_buffer_description, NULL, "Items along each dimension.", (void *)bb_description_shape},
    {"strides", get_buffer_description, NULL, "Bytes from one item to the next, for each dimension.",
     (void *)bb_description_strides},
    {"readonly", get_buffer_description, NULL, "Whether the memory may only be read.", (void *)bb_description_readonly},
    {"dtype", get_dtype, NULL, "The numpy.dtype of the items, if numpy is installed and has one.", NULL},
    {"__array_interface__", get_array_interface, NULL,
     "The memory's address and geometry, for libraries that know no buffers. The memory stays in place until this\n"
     "object dies or is released.",
     NULL},
    {"export_count", get_export_count, NULL, "How many exports of this object are out.", NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

PyDoc_STRVAR(buffer_doc, "A Java object that exports its memory: memoryview(x), numpy.asarray(x) and every other\n"
                         "consumer of PEP 3118 buffers share that memory with Java. len(x), x[i], x[i:j] and\n"
                         "iteration do what they do with memoryview(x).\n\n"
                         "Nothing is exported until a consumer asks, and each export is released to the Java\n"
                         "exporter that granted it. Errors: BufferError when the exporter refuses the request.");

static PyType_Slot buffer_slots[] = {
    {Py_bf_getbuffer, (void *)bb_getbuffer},
    {Py_bf_releasebuffer, (void *)bb_releasebuffer},
    {Py_tp_dealloc, (void *)buffer_dealloc},
    {Py_tp_repr, (void *)buffer_repr},
    {Py_tp_methods, buffer_methods},
    {Py_tp_getset, buffer_getset},
    {Py_mp_length, (void *)bb_buffer_length},
    {Py_mp_subscript, (void *)bb_buffer_item},
    {Py_mp_ass_subscript, (void *)bb_buffer_set_item},
    {Py_tp_iter, (void *)bb_buffer_iterate},
    {Py_sq_item, (void *)bb_buffer_at},
    {Py_sq_length, (void *)bb_buffer_length},
    {Py_nb_bool, (void *)bb_buffer_is_true},
    {Py_tp_doc, (void *)buffer_doc},
    {0, NULL},
};

static PyType_Spec buffer_spec = {
    .name = "bufferbridge.JavaBuffer",
    .basicsize = sizeof(bb_java_buffer),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = buffer_slots,
};

int bb_java_buffer_init(PyObject *module)
{
    bb_java_buffer_type =
        (PyTypeObject *)PyType_FromModuleAndSpec(module, &buffer_spec, (PyObject *)bb_java_object_type);
    if (bb_java_buffer_type == NULL || bb_dlpack_init() < 0) {
        return -1;
    }
    return PyModule_AddObjectRef(module, "JavaBuffer", (PyObject *)bb_java_buffer_type);
}
