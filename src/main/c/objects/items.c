/*
 * Items of Java objects, for reading.py: one JNI call reads many items into slots.
 *
 * Owns nothing between calls. Threads: any. Java runs without the GIL, because iterators are user code.
 */
#include "base/bb.h"

#include "objects/items.h"

#include <stdlib.h>

#include "errors/errors.h"
#include "objects/fields.h"
#include "objects/java_object.h"
#include "objects/unpack.h"
#include "runtimes/attachment.h"
#include "runtimes/java_ids.h"

enum { SMALL_COUNT = 16, LARGEST_COUNT = 1 << 16 };

/* The value of an item. `beside` has what Java returned for the items, or is NULL. */
static PyObject *item_of(JNIEnv *env, const bb_slot *slot, jobjectArray beside, jsize index)
{
    jobject returned = NULL;
    if (beside != NULL) {
        returned = (*env)->GetObjectArrayElement(env, beside, index);
        if ((*env)->ExceptionCheck(env)) { /* memory ran out for a local reference */
            (*env)->ExceptionClear(env);
            return PyErr_NoMemory();
        }
    }
    return bb_unpack(env, slot, returned);
}

/* Gives up the references to Python objects that no one will take. */
static void drop_all(const bb_slot *slots, Py_ssize_t count)
{
    for (Py_ssize_t i = 0; i < count; i++) {
        if (slots[i].tag == BB_PYTHON) {
            Py_DECREF((PyObject *)(intptr_t)slots[i].payload);
        }
    }
}

/*
 * Replaces each slot by its item: a new reference, as BB_PYTHON. Returns how many items were made: fewer than `count`
 * if an exception is set. The slot of the item that failed is BB_NONE then.
 */
static Py_ssize_t unpack_all(JNIEnv *env, bb_slot *slots, Py_ssize_t count, jobjectArray beside)
{
    for (Py_ssize_t done = 0; done < count; done++) {
        PyObject *item = item_of(env, &slots[done], beside, (jsize)done);
        if (item == NULL) {
            slots[done].tag = BB_NONE;
            return done;
        }
        slots[done].tag = BB_PYTHON;
        slots[done].payload = (int64_t)(intptr_t)item;
    }
    return count;
}

/* The list is made last: other threads and finalisers, which run meanwhile, can find it by the garbage collector. */
static PyObject *list_of_items(JNIEnv *env, bb_slot *slots, Py_ssize_t count, jobjectArray beside)
{
    PyObject *list = unpack_all(env, slots, count, beside) == count ? PyList_New(count) : NULL;
    if (list == NULL) {
        drop_all(slots, count);
        return NULL;
    }
    for (Py_ssize_t i = 0; i < count; i++) {
        PyList_SetItem(list, i, (PyObject *)(intptr_t)slots[i].payload);
    }
    return list;
}

static PyObject *fetch(JNIEnv *env, jobject source, int capacity)
{
    bb_slot small[SMALL_COUNT + 1];
    bb_slot *slots = capacity <= SMALL_COUNT ? small : malloc(((size_t)capacity + 1) * sizeof *slots);
    if (slots == NULL) {
        return PyErr_NoMemory();
    }
    PyObject *list = NULL;
    slots[0].payload = 0;
    jvalue beside;
    const jvalue *given = BB_ARGUMENTS({.l = source}, {.j = (jlong)(intptr_t)slots}, {.i = capacity});
    if (bb_ask_java(env, &bb_java.ahead.fetch, NULL, given, &beside)) {
        list = list_of_items(env, &slots[1], (Py_ssize_t)slots[0].payload, beside.l);
        (*env)->DeleteLocalRef(env, beside.l);
    } else {
        drop_all(&slots[1], (Py_ssize_t)slots[0].payload);
    }
    if (slots != small) {
        free(slots);
    }
    return list;
}

PyObject *bb_fetch(PyObject *module, PyObject *arguments)
{
    (void)module;
    PyObject *source;
    int capacity;
    if (!PyArg_ParseTuple(arguments, "O!i", bb_java_object_type, &source, &capacity)) {
        return NULL;
    }
    if (capacity < 1 || capacity > LARGEST_COUNT) {
        return PyErr_Format(PyExc_ValueError, "the capacity is %d; 1 to %d is required", capacity, (int)LARGEST_COUNT);
    }
    jobject object = bb_java_object_escape(source);
    JNIEnv *env = object == NULL ? NULL : bb_enter_java();
    return env == NULL ? NULL : fetch(env, object, capacity);
}

PyObject *bb_set_array_item(PyObject *module, PyObject *arguments)
{
    (void)module;
    PyObject *array, *value;
    int index;
    if (!PyArg_ParseTuple(arguments, "O!iO", bb_java_object_type, &array, &index, &value)) {
        return NULL;
    }
    jobject object = bb_java_object_escape(array);
    JNIEnv *env = object == NULL ? NULL : bb_enter_java();
    if (env == NULL || bb_set_item(env, object, index, value) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}
