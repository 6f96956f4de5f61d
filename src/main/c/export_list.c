/*
 * What is out: a snapshot of the records of export.c and the counts of holding.c as a Python list.
 *
 * Both lists are copied under their locks, with a reference to each JavaBuffer, before a Python object
 * is made: making one may run the garbage collector, which may release exports, which takes the locks.
 * A JavaBuffer with an export out is kept alive by its consumer, so it can be referenced.
 */
#include "export_list.h"

#include <stdlib.h>

#include "export.h"
#include "holding.h"

enum { UNKNOWN_REQUEST = -1 };

typedef struct bb_row {
    PyObject *exporter; /* owned */
    int flags;          /* or UNKNOWN_REQUEST */
    int64_t bytes;
} bb_row;

typedef struct bb_rows {
    bb_row *rows;
    size_t count;
    size_t capacity;
    int failed;
} bb_rows;

static void add_row(bb_rows *list, bb_java_buffer *buffer, int flags, int64_t bytes)
{
    if (list->count == list->capacity) {
        size_t capacity = list->capacity ? 2 * list->capacity : 32;
        bb_row *rows = realloc(list->rows, capacity * sizeof *rows);
        if (rows == NULL) {
            list->failed = 1;
            return;
        }
        list->rows = rows;
        list->capacity = capacity;
    }
    list->rows[list->count++] = (bb_row){Py_NewRef((PyObject *)buffer), flags, bytes};
}

static void visit_export(bb_java_buffer *buffer, int flags, int64_t bytes, void *data)
{
    add_row(data, buffer, flags, bytes);
}

static void visit_holding(bb_java_buffer *buffer, int64_t exports, int64_t bytes, void *data)
{
    for (int64_t i = 0; i < exports; i++) {
        add_row(data, buffer, UNKNOWN_REQUEST, bytes);
    }
}

static int append(PyObject *list, const bb_row *row)
{
    PyObject *flags = row->flags == UNKNOWN_REQUEST ? Py_NewRef(Py_None) : PyLong_FromLong(row->flags);
    PyObject *item = flags == NULL ? NULL
                                   : Py_BuildValue("(OOL)", row->exporter, flags, (long long)row->bytes);
    int status = item == NULL ? -1 : PyList_Append(list, item);
    Py_XDECREF(item);
    Py_XDECREF(flags);
    return status;
}

PyObject *bb_exports(PyObject *module, PyObject *unused)
{
    (void)module;
    (void)unused;
    bb_rows rows = {0};
    bb_exports_visit(visit_export, &rows);
    bb_holdings_visit(visit_holding, &rows);
    PyObject *list = rows.failed ? PyErr_NoMemory() : PyList_New(0);
    for (size_t i = 0; i < rows.count; i++) {
        if (list != NULL && append(list, &rows.rows[i]) < 0) {
            Py_CLEAR(list);
        }
        Py_DECREF(rows.rows[i].exporter);
    }
    free(rows.rows);
    return list;
}

static void count_export(bb_java_buffer *buffer, int flags, int64_t bytes, void *data)
{
    (void)buffer;
    (void)flags;
    (void)bytes;
    ++*(int64_t *)data;
}

int64_t bb_exports_out(void)
{
    int64_t count = bb_held_exports(NULL, NULL, 0);
    bb_exports_visit(count_export, &count);
    return count;
}
