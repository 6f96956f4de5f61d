/*
 * The table of classes by JavaType id.
 *
 * Owns: the table. A class that Java never unloads is entered with a reference, and stays. Any other class is entered
 * without one. When the last reference to its class object goes, the object leaves the table and lets Java unload the
 * class. The classes that were used last are kept until Python collects all garbage. Otherwise a loop over such
 * objects would make the same class again and again.
 *
 * Threads. The table is two levels of atomic pointers. A reader takes its reference before it gives up the GIL.
 */
#include "base/bb.h"

#include "objects/class_table.h"

#include <string.h>

enum { CHUNK = 256, CHUNKS = 1024 };

static _Atomic(bb_class_entry *) table[CHUNKS];
bb_class_entry *bb_class_table_entry(int id)
{
    if (id < 0 || id >= CHUNK * CHUNKS) {
        PyErr_Format(PyExc_RuntimeError, "more than %d Java classes were used from Python", CHUNK * CHUNKS);
        return NULL;
    }
    bb_class_entry *chunk = atomic_load_explicit(&table[id / CHUNK], memory_order_acquire);
    if (chunk == NULL) {
        bb_class_entry *fresh = PyMem_Calloc(CHUNK, sizeof *fresh);
        if (fresh == NULL) {
            PyErr_NoMemory();
            return NULL;
        }
        if (atomic_compare_exchange_strong(&table[id / CHUNK], &chunk, fresh)) {
            chunk = fresh;
        } else {
            PyMem_Free(fresh);
        }
    }
    return &chunk[id % CHUNK];
}

bb_java_class *bb_class_table_get(bb_class_entry *entry)
{
    return (bb_java_class *)Py_XNewRef((PyObject *)atomic_load_explicit(entry, memory_order_acquire));
}

void bb_class_table_remove(bb_java_class *class)
{
    bb_class_entry *chunk = class->id < 0 ? NULL
                                          : atomic_load_explicit(&table[class->id / CHUNK], memory_order_acquire);
    if (chunk != NULL) {
        bb_java_class *expected = class;
        atomic_compare_exchange_strong(&chunk[class->id % CHUNK], &expected, NULL);
    }
}

/* ------------------------------------------------------------------------------ used last -- */

enum { USED_LAST = 32 };

static bb_java_class *used_last[USED_LAST]; /* with references; guarded by the GIL */
static int next_place;

/* Keeps a class that would otherwise go with its last object. */
static void note_use(bb_java_class *class)
{
    bb_java_class *forgotten = used_last[next_place];
    used_last[next_place] = (bb_java_class *)Py_NewRef((PyObject *)class);
    next_place = (next_place + 1) % USED_LAST;
    Py_XDECREF((PyObject *)forgotten);
}

PyObject *bb_forget_classes(PyObject *module, PyObject *arguments)
{
    enum { EVERYTHING = 2 };
    (void)module;
    const char *phase;
    PyObject *info;
    if (!PyArg_ParseTuple(arguments, "sO!:forget_classes", &phase, &PyDict_Type, &info)) {
        return NULL;
    }
    PyObject *generation = PyDict_GetItemString(info, "generation");
    long number = generation == NULL || !PyLong_Check(generation) ? 0 : PyLong_AsLong(generation);
    if (number == -1 && PyErr_Occurred() != NULL) {
        return NULL;
    }
    for (int i = 0; number >= EVERYTHING && strcmp(phase, "start") == 0 && i < USED_LAST; i++) {
        bb_java_class *forgotten = used_last[i];
        used_last[i] = NULL;
        Py_XDECREF((PyObject *)forgotten);
    }
    Py_RETURN_NONE;
}

bb_java_class *bb_class_table_enter(bb_class_entry *entry, bb_java_class *fresh)
{
    bb_java_class *first = NULL;
    if (fresh->export_kind == BB_EXPORTS_NOTHING_YET) {
        return fresh;
    }
    if (atomic_compare_exchange_strong(entry, &first, fresh)) {
        if (fresh->stays) {
            Py_INCREF((PyObject *)fresh); /* the table's reference */
        } else {
            note_use(fresh);
        }
        return fresh;
    }
    Py_INCREF((PyObject *)first);
    Py_DECREF((PyObject *)fresh);
    return first;
}
