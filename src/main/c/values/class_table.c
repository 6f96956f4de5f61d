/*
 * The table of classes by JavaType id.
 *
 * Owns: the table. A class that Java never unloads is entered with a reference, and stays. Any other class is entered
 * without one. When the last reference to its class object goes, the object leaves the table and lets Java unload the
 * class. The classes that were used last are kept until Python collects all garbage. Otherwise a loop over such
 * objects would make the same class again and again.
 *
 * Threads. The table is two levels of atomic pointers. A reader takes its reference before it gives up the GIL.
 * Without a GIL, the last reference to a class may go at that moment. There the table has a weak reference to a class
 * that may be unloaded, and reads it under a lock.
 */
#include "base/bb.h"

#include "values/class_table.h"

#include <string.h>

#include "base/gil.h"

enum { CHUNK = 256, CHUNKS = 1024 };

static _Atomic(bb_class_entry *) table[CHUNKS];
#ifdef Py_GIL_DISABLED
static pthread_mutex_t passing_lock = PTHREAD_MUTEX_INITIALIZER;
#endif

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

static bb_java_class *lasting(bb_class_entry *entry)
{
    return (bb_java_class *)Py_XNewRef((PyObject *)atomic_load_explicit(&entry->lasting, memory_order_acquire));
}

#ifdef Py_GIL_DISABLED

/* Under the lock. New reference to the class that the entry's weak reference has, or NULL. */
static bb_java_class *alive(const bb_class_entry *entry)
{
    PyObject *class = NULL;
    if (entry->passing != NULL) {
        PyWeakref_GetRef(entry->passing, &class);
    }
    return (bb_java_class *)class;
}

bb_java_class *bb_class_table_get(bb_class_entry *entry)
{
    bb_java_class *class = lasting(entry);
    if (class == NULL) {
        pthread_mutex_lock(&passing_lock);
        class = alive(entry);
        pthread_mutex_unlock(&passing_lock);
    }
    return class;
}

/* New reference to the class that was entered first, or NULL: it was this one. NULL with an exception set, too. */
static bb_java_class *enter(bb_class_entry *entry, bb_java_class *fresh)
{
    bb_java_class *first = NULL;
    if (fresh->stays) {
        return atomic_compare_exchange_strong(&entry->lasting, &first, fresh) ? NULL : lasting(entry);
    }
    PyObject *weak = PyWeakref_NewRef((PyObject *)fresh, NULL);
    if (weak == NULL) {
        return NULL;
    }
    pthread_mutex_lock(&passing_lock);
    first = alive(entry);
    if (first == NULL) {
        PyObject *dead = entry->passing;
        entry->passing = weak;
        weak = dead;
    }
    pthread_mutex_unlock(&passing_lock);
    Py_XDECREF(weak);
    return first;
}

/* A weak reference to a dead class stays until another class has the id. It keeps only itself. */
void bb_class_table_remove(bb_java_class *class)
{
    (void)class;
}

#else

bb_java_class *bb_class_table_get(bb_class_entry *entry)
{
    return lasting(entry);
}

static bb_java_class *enter(bb_class_entry *entry, bb_java_class *fresh)
{
    bb_java_class *first = NULL;
    return atomic_compare_exchange_strong(&entry->lasting, &first, fresh) ? NULL : lasting(entry);
}

void bb_class_table_remove(bb_java_class *class)
{
    bb_class_entry *chunk = class->id < 0 ? NULL
                                          : atomic_load_explicit(&table[class->id / CHUNK], memory_order_acquire);
    if (chunk != NULL) {
        bb_java_class *expected = class;
        atomic_compare_exchange_strong(&chunk[class->id % CHUNK].lasting, &expected, NULL);
    }
}

#endif

/* ------------------------------------------------------------------------------ used last -- */

enum { USED_LAST = 32 };

static pthread_mutex_t used_last_lock = PTHREAD_MUTEX_INITIALIZER;
static bb_java_class *used_last[USED_LAST]; /* with references */
static int next_place;

/* Puts a class, or NULL, at the next place, and gives up the reference to the class that was there. */
static void replace_oldest(bb_java_class *class)
{
    bb_lock_without_gil(&used_last_lock);
    bb_java_class *forgotten = used_last[next_place];
    used_last[next_place] = class;
    next_place = (next_place + 1) % USED_LAST;
    bb_unlock_without_gil(&used_last_lock);
    Py_XDECREF((PyObject *)forgotten);
}

/* Keeps a class that would otherwise go with its last object. */
static void note_use(bb_java_class *class)
{
    replace_oldest((bb_java_class *)Py_NewRef((PyObject *)class));
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
        replace_oldest(NULL);
    }
    Py_RETURN_NONE;
}

bb_java_class *bb_class_table_enter(bb_class_entry *entry, bb_java_class *fresh)
{
    if (fresh->export_kind == BB_EXPORTS_NOTHING_YET) {
        return fresh;
    }
    bb_java_class *first = enter(entry, fresh);
    if (first == NULL && !PyErr_Occurred()) {
        if (fresh->stays) {
            Py_INCREF((PyObject *)fresh); /* the table's reference */
        } else {
            note_use(fresh);
        }
        return fresh;
    }
    Py_DECREF((PyObject *)fresh);
    return first;
}
