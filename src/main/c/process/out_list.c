/*
 * Lists of exports, holdings and leases that are out, for Python and for Java. The lists are snapshots of what other
 * files list: records (export_record.c), holdings (holding_list.c), traces (trace.c) and leases (lease.c).
 *
 * Before a Python object is made, each list is copied under its lock, with a reference to every object in it. Making
 * one may run the garbage collector, which may release exports, which takes the locks. A consumer keeps a JavaBuffer
 * with an export alive, and a lease keeps its object alive. So both can be referenced.
 *
 * Owns nothing between calls. Threads: any, with the GIL.
 */
#include "base/bb.h"

#include "process/out_list.h"

#include <stdlib.h>

#include "base/pending.h"
#include "base/text.h"
#include "errors/errors.h"
#include "errors/python_door.h"
#include "errors/python_errors.h"
#include "exports/export_record.h"
#include "exports/holding_list.h"
#include "leases/lease.h"
#include "runtimes/java_door.h"
#include "runtimes/java_ids.h"
#include "tracing/trace.h"

typedef struct bb_rows {
    bb_outstanding *rows; /* this struct owns exporter and acquisition */
    size_t count;
    size_t capacity;
    int failed;
} bb_rows;

/* Makes room for one more row. False if memory ran out. */
static bool make_room(bb_rows *list)
{
    if (list->count == list->capacity) {
        size_t capacity = list->capacity ? 2 * list->capacity : 32;
        bb_outstanding *rows = realloc(list->rows, capacity * sizeof *rows);
        if (rows == NULL) {
            list->failed = 1;
            return false;
        }
        list->rows = rows;
        list->capacity = capacity;
    }
    return true;
}

/* There is room. Takes the reference to the exporter. */
static void take_row(bb_rows *list, const bb_outstanding *out)
{
    list->rows[list->count++] = *out;
    Py_XINCREF(out->origin.acquisition);
}

static void add_row(const bb_outstanding *out, void *data)
{
    if (make_room(data)) {
        Py_INCREF(out->exporter);
        take_row(data, out);
    }
}

/* Adds one row for each untraced export of a holding. The traces have the other exports. */
static void add_counted(const bb_holding *holding, int64_t exports, void *data)
{
    const bb_outstanding row = {.exporter = (PyObject *)holding->buffer, .bytes = holding->descriptor.len};
    int64_t traced = atomic_load_explicit(&holding->buffer->traced, memory_order_relaxed);
    for (int64_t i = traced; i < exports; i++) {
        add_row(&row, data);
    }
}

static PyObject *export_tuple(const bb_outstanding *row)
{
    if (row->origin.since == 0) {
        return Py_BuildValue("(OOLiOOO)", row->exporter, Py_None, (long long)row->bytes, 0, Py_None, Py_None, Py_None);
    }
    PyObject *acquisition = row->origin.acquisition == NULL ? Py_None : row->origin.acquisition;
    return Py_BuildValue("(OiLiLkO)", row->exporter, row->flags, (long long)row->bytes, row->retained,
                         (long long)row->origin.since, row->origin.thread, acquisition);
}

/*
 * New reference to a listed JavaBuffer. With the GIL it is alive: its deallocation takes it off the list before any
 * other thread can read the list. Without a GIL it may be dying; then this returns NULL.
 */
static PyObject *living_owner(const bb_holding *holding)
{
#ifdef Py_GIL_DISABLED
    PyObject *owner = NULL;
    if (holding->weak_owner != NULL) {
        PyWeakref_GetRef(holding->weak_owner, &owner);
    }
    return owner;
#else
    return Py_NewRef((PyObject *)holding->buffer);
#endif
}

static void add_holding(const bb_holding *holding, int64_t exports, void *data)
{
    PyObject *owner = make_room(data) ? living_owner(holding) : NULL;
    if (owner != NULL) {
        const bb_outstanding row = {.exporter = owner,
                                    .bytes = holding->descriptor.len,
                                    .exports = exports,
                                    .address = (int64_t)(intptr_t)holding->descriptor.buf,
                                    .origin = holding->origin};
        take_row(data, &row);
    }
}

static PyObject *holding_tuple(const bb_outstanding *row)
{
    PyObject *acquisition = row->origin.acquisition == NULL ? Py_None : row->origin.acquisition;
    return Py_BuildValue("(OLLLLkO)", row->exporter, (long long)row->exports, (long long)row->bytes,
                         (long long)row->address, (long long)row->origin.since, row->origin.thread, acquisition);
}

typedef PyObject *(*bb_row_tuple)(const bb_outstanding *row);

/* Frees the rows. */
static PyObject *list_of(bb_rows *rows, bb_row_tuple row_tuple)
{
    PyObject *list = rows->failed ? PyErr_NoMemory() : PyList_New(0);
    for (size_t i = 0; i < rows->count; i++) {
        PyObject *row = list == NULL ? NULL : row_tuple(&rows->rows[i]);
        if (list != NULL && (row == NULL || PyList_Append(list, row) < 0)) {
            Py_CLEAR(list);
        }
        Py_XDECREF(row);
        Py_DECREF(rows->rows[i].exporter);
        Py_XDECREF(rows->rows[i].origin.acquisition);
    }
    free(rows->rows);
    return list;
}

PyObject *bb_exports(PyObject *module, PyObject *unused)
{
    (void)module;
    (void)unused;
    bb_rows rows = {0};
    bb_exports_visit(add_row, &rows);
    bb_traces_visit(add_row, &rows);
    bb_holdings_visit(add_counted, &rows);
    return list_of(&rows, export_tuple);
}

PyObject *bb_holdings(PyObject *module, PyObject *unused)
{
    (void)module;
    (void)unused;
    bb_rows rows = {0};
    bb_holdings_visit(add_holding, &rows);
    return list_of(&rows, holding_tuple);
}

PyObject *bb_leases(PyObject *module, PyObject *unused)
{
    (void)module;
    (void)unused;
    bb_rows rows = {0};
    bb_leases_visit(add_row, &rows);
    return list_of(&rows, export_tuple);
}

PyObject *bb_class_name(PyObject *module, PyObject *object)
{
    (void)module;
    if (!PyObject_TypeCheck(object, bb_java_object_type)) {
        return PyErr_Format(PyExc_TypeError, "class_name() takes a JavaObject");
    }
    return Py_NewRef(((bb_java_object *)object)->class->name);
}

static void count_export(const bb_outstanding *out, void *count)
{
    (void)out;
    ++*(int64_t *)count;
}

int64_t bb_exports_out(void)
{
    int64_t count = bb_held_exports(NULL, NULL, 0);
    bb_exports_visit(count_export, &count);
    return count;
}

/* ------------------------------------------------------------------------------- for Java -- */

/* New local reference; `texts` is a list of str and None. NULL without memory. */
static jobjectArray string_array(JNIEnv *env, PyObject *texts)
{
    Py_ssize_t count = PyList_Size(texts);
    jobjectArray array = (*env)->NewObjectArray(env, (jsize)count, bb_java.string.class, NULL);
    for (Py_ssize_t i = 0; array != NULL && i < count; i++) {
        PyObject *text = PyList_GetItem(texts, i);
        jstring string = text == Py_None ? NULL : bb_string_to_java(env, text);
        (*env)->SetObjectArrayElement(env, array, (jsize)i, string);
        (*env)->DeleteLocalRef(env, string);
    }
    return array;
}

static bb_outcome do_texts(JNIEnv *env, const bb_operands *of)
{
    PyObject *module = PyImport_ImportModule("bufferbridge._reports.exports");
    PyObject *name = module == NULL ? NULL : bb_string_to_python(env, of->text);
    PyObject *texts = name == NULL ? NULL : PyObject_CallMethod(module, "texts", "O", name);
    bb_outcome array = {.value.l = texts == NULL ? NULL : string_array(env, texts)};
    Py_XDECREF(texts);
    Py_XDECREF(name);
    Py_XDECREF(module);
    bb_pending_survive(NULL);
    return array;
}

jobjectArray JNICALL bb_native_out_texts(JNIEnv *env, jclass class, jstring list)
{
    (void)class;
    jvalue texts = {.l = NULL};
    if (bb_in_python_if_possible(env, do_texts, &(bb_operands){.text = list}, &texts) == BB_STACK_IS_SHORT) {
        bb_throw_stack_overflow(env);
    }
    return texts.l;
}

static void add_counted_bytes(const bb_holding *holding, int64_t exports, void *sum)
{
    *(int64_t *)sum += exports * holding->descriptor.len;
}

jlong JNICALL bb_native_held_bytes(JNIEnv *env, jclass class)
{
    (void)env;
    (void)class;
    int64_t sum = 0;
    bb_holdings_visit(add_counted_bytes, &sum);
    return sum;
}
