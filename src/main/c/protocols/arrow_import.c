/*
 * Memory that Python objects lend by Arrow's C data interface.
 *
 * An array of numbers without nulls is lent as it is. An array of lists of one size is memory of more dimensions. What
 * has no items of its own in memory is refused: nulls, bits, texts, dictionaries, and values with a unit.
 *
 * The array is moved out of its capsule and belongs to the LentMemory, which releases it. The schema is only read.
 *
 * Owns: nothing between calls. Threads: any, with the GIL.
 */
#include "base/bb.h"

#include "protocols/arrow_import.h"

#include <stdlib.h>
#include <string.h>

#include "base/pending.h"
#include "protocols/arrow.h"
#include "protocols/lent_memory.h"

/* ------------------------------------------------------------------------------- what is refused -- */

/* The buffer format of Arrow's primitive types that are numbers, and the bytes of an item. NULL for other types. */
static const char *format_of_items(const char *arrow, int64_t *itemsize)
{
    static const struct {
        char arrow;
        char size;
        const char *format;
    } NUMBERS[] = {{'c', 1, "b"}, {'C', 1, "B"}, {'s', 2, "h"}, {'S', 2, "H"}, {'i', 4, "i"}, {'I', 4, "I"},
                   {'l', 8, "q"}, {'L', 8, "Q"}, {'e', 2, "e"}, {'f', 4, "f"}, {'g', 8, "d"}};
    for (size_t i = 0; i < sizeof NUMBERS / sizeof *NUMBERS && arrow[0] != '\0' && arrow[1] == '\0'; i++) {
        if (NUMBERS[i].arrow == arrow[0]) {
            *itemsize = NUMBERS[i].size;
            return NUMBERS[i].format;
        }
    }
    return NULL;
}

static void refuse_type(const char *arrow)
{
    const char *reason = strcmp(arrow, "b") == 0    ? "its booleans are bits; x.cast('uint8') copies them to bytes"
                         : arrow[0] == 't'          ? "it has a unit; x.cast('int64') has the numbers"
                         : strcmp(arrow, "+s") == 0 ? "it is a table; each of its columns has memory of its own"
                                                    : "its items are no numbers in a row";
    PyErr_Format(PyExc_BufferError, "Arrow's type '%.100s' has no buffer format: %s", arrow, reason);
}

/* Whether a bit of the range is unset. */
static bool has_null(const uint8_t *bits, int64_t from, int64_t count)
{
    enum { BITS = 8 };
    for (int64_t i = from; i < from + count; i++) {
        if (!(bits[i / BITS] >> (i % BITS) & 1)) {
            return true;
        }
    }
    return false;
}

static int require_no_nulls(const bb_arrow_array *array, int64_t from, int64_t count)
{
    /* The count of a child is of all its items, and its parent may have a part of them. */
    if (array->null_count == 0 || array->n_buffers < 1 || array->buffers[0] == NULL ||
        !has_null(array->buffers[0], from, count)) {
        return 0;
    }
    PyErr_SetString(PyExc_BufferError, "the array has nulls, which a buffer has not: x.fill_null(value) replaces them; "
                                       "pyarrow's x.buffers() are the bitmap of what is valid, and the values");
    return -1;
}

/* ----------------------------------------------------------------------------------- geometry -- */

typedef struct bb_arrow_geometry {
    bb_lent_geometry lent;
    int64_t shape[PyBUF_MAX_NDIM];
} bb_arrow_geometry;

/* The size of the lists of a type such as "+w:3"; -1 for other types. */
static int64_t list_size(const char *arrow)
{
    return strncmp(arrow, "+w:", 3) == 0 ? strtoll(arrow + 3, NULL, 10) : -1;
}

/* Describes the items, which may be lists of one size. 0, or -1 with an exception set. */
static int describe_items(const bb_arrow_schema *schema, const bb_arrow_array *array, bb_arrow_geometry *to)
{
    int64_t from = array->offset;
    int64_t count = array->length;
    int64_t size;
    to->shape[0] = count;
    to->lent = (bb_lent_geometry){.ndim = 1, .shape = to->shape, .is_readonly = true};
    while ((size = list_size(schema->format)) >= 0) {
        if (require_no_nulls(array, from, count) < 0) {
            return -1;
        }
        if (to->lent.ndim == PyBUF_MAX_NDIM || schema->n_children != 1 || array->n_children != 1) {
            refuse_type(schema->format);
            return -1;
        }
        to->shape[to->lent.ndim++] = size;
        schema = schema->children[0];
        array = array->children[0];
        from = from * size + array->offset;
        count *= size;
    }
    to->lent.format = format_of_items(schema->format, &to->lent.itemsize);
    if (to->lent.format == NULL || schema->dictionary != NULL || array->n_buffers != 2) {
        refuse_type(schema->dictionary != NULL ? "dictionary" : schema->format);
        return -1;
    }
    const char *items = array->buffers[1];
    to->lent.address = items == NULL ? NULL : (char *)items + from * to->lent.itemsize;
    return require_no_nulls(array, from, count);
}

/* ------------------------------------------------------------------------------------ lending -- */

static void release_array(void *owner)
{
    bb_arrow_array *array = owner;
    if (array->release != NULL) {
        array->release(array);
    }
    free(array);
}

/* Moves the array. New LentMemory, or NULL with an exception set, and `array` is released or stays with its capsule. */
static PyObject *lend_array(const bb_arrow_schema *schema, bb_arrow_array *array)
{
    bb_arrow_geometry geometry;
    if (describe_items(schema, array, &geometry) < 0) {
        return NULL;
    }
    bb_arrow_array *moved = malloc(sizeof *moved);
    if (moved == NULL) {
        return PyErr_NoMemory();
    }
    *moved = *array;
    array->release = NULL;
    return bb_lent_memory_new(&geometry.lent, release_array, moved);
}

/* What was moved out of a capsule may be gone, and what the capsule still tells of it with it. */
static PyObject *refuse_taken(const char *method)
{
    return PyErr_Format(
        PyExc_BufferError,
        "%s() returned capsules of Arrow whose memory was taken before; each call has to return new ones", method);
}

/* The pair of capsules that __arrow_c_array__() returns. */
static PyObject *lend_pair(PyObject *pair)
{
    bool is_pair = PyTuple_Check(pair) && PyTuple_Size(pair) == 2 &&
                   PyCapsule_IsValid(PyTuple_GetItem(pair, 0), BB_ARROW_SCHEMA) &&
                   PyCapsule_IsValid(PyTuple_GetItem(pair, 1), BB_ARROW_ARRAY);
    if (!is_pair) {
        return PyErr_Format(PyExc_BufferError, "__arrow_c_array__() returned %R, and no capsules of Arrow", pair);
    }
    bb_arrow_schema *schema = PyCapsule_GetPointer(PyTuple_GetItem(pair, 0), BB_ARROW_SCHEMA);
    bb_arrow_array *array = PyCapsule_GetPointer(PyTuple_GetItem(pair, 1), BB_ARROW_ARRAY);
    if (schema->release == NULL || array->release == NULL) {
        return refuse_taken("__arrow_c_array__");
    }
    return lend_array(schema, array);
}

static int refuse_stream(bb_arrow_stream *stream)
{
    const char *error = stream->get_last_error(stream);
    PyErr_Format(PyExc_BufferError, "the stream of Arrow failed: %s", error == NULL ? "it does not say why" : error);
    return -1;
}

/* Sets PyErr if the stream goes on after its first array. */
static int require_end(bb_arrow_stream *stream)
{
    bb_arrow_array second = {.release = NULL};
    if (stream->get_next(stream, &second) != 0) {
        return refuse_stream(stream);
    }
    if (second.release == NULL) {
        return 0;
    }
    second.release(&second);
    PyErr_SetString(PyExc_BufferError, "the memory is in several chunks: x.combine_chunks() of pyarrow, x.rechunk() of "
                                       "polars copies them to one");
    return -1;
}

static PyObject *lend_stream(PyObject *capsule)
{
    if (!PyCapsule_IsValid(capsule, BB_ARROW_STREAM)) {
        return PyErr_Format(PyExc_BufferError, "__arrow_c_stream__() returned %R, and no capsule of Arrow", capsule);
    }
    bb_arrow_stream *stream = PyCapsule_GetPointer(capsule, BB_ARROW_STREAM);
    if (stream->release == NULL) {
        return refuse_taken("__arrow_c_stream__");
    }
    bb_arrow_schema schema = {.release = NULL};
    bb_arrow_array array = {.release = NULL};
    PyObject *lent = NULL;
    if (stream->get_schema(stream, &schema) != 0 || stream->get_next(stream, &array) != 0) {
        refuse_stream(stream);
    } else if (array.release == NULL) {
        PyErr_SetString(PyExc_BufferError, "the stream of Arrow has no array, and so no memory");
    } else if (require_end(stream) == 0) {
        lent = lend_array(&schema, &array);
    }
    bb_pending pending;
    bb_pending_set_aside(&pending);
    if (array.release != NULL) {
        array.release(&array);
    }
    if (schema.release != NULL) {
        schema.release(&schema);
    }
    bb_pending_put_back(&pending);
    return lent;
}

PyObject *bb_lend_by_arrow(PyObject *module, PyObject *object)
{
    (void)module;
    bool is_stream = false;
    PyObject *method = PyObject_GetAttrString(object, "__arrow_c_array__");
    if (method == NULL && PyErr_ExceptionMatches(PyExc_AttributeError)) {
        PyErr_Clear(); /* it has streams only */
        is_stream = true;
        method = PyObject_GetAttrString(object, "__arrow_c_stream__");
    }
    PyObject *granted = method == NULL ? NULL : PyObject_CallObject(method, NULL);
    PyObject *lent = granted == NULL ? NULL : is_stream ? lend_stream(granted) : lend_pair(granted);
    Py_XDECREF(granted);
    Py_XDECREF(method);
    return lent;
}
