/*
 * The items of dicts, sets, ranges, generators and other iterables among the arguments of a call.
 *
 * Java has them read once it has chosen a method that wants them, and only then.
 *
 * Owns nothing: what is read belongs to the bb_arguments that the value was packed into.
 *
 * Threads: any, with the GIL. Loops run user code, with neither a lock nor an exception pending. What is read is
 * packed after the loop.
 */
#include "base/bb.h"

#include "calls/read_items.h"

#include <stdlib.h>

#include "objects/pack.h"
#include "values/iterable.h"

/* A list in lists is bounded by Python's limit of recursion. This bounds all other containers in one another. */
enum { MAX_DEPTH = 200 };

/* Signals are looked for once in as many items, because not every iterator runs Python code. */
enum { ITEMS_PER_SIGNAL = 64 };

static int refuse_count(Py_ssize_t count)
{
    if (count <= INT32_MAX) {
        return 0;
    }
    PyErr_Format(PyExc_OverflowError, "%zd items do not fit a Java collection (at most %d)", count, INT32_MAX);
    return -1;
}

/* Appends a key and its value. */
static int append_pair(PyObject *list, PyObject *pair)
{
    if (!PyTuple_Check(pair) || PyTuple_Size(pair) != 2) {
        PyErr_Format(PyExc_TypeError, "items() of a mapping gave %R; a tuple of a key and its value is required", pair);
        return -1;
    }
    return PyList_Append(list, PyTuple_GetItem(pair, 0)) < 0 ? -1 : PyList_Append(list, PyTuple_GetItem(pair, 1));
}

/* Runs a loop to its end. `flatten` takes the items for pairs. */
static int append_all(PyObject *list, PyObject *iterator, bool flatten)
{
    PyObject *item;
    for (Py_ssize_t count = 1; (item = PyIter_Next(iterator)) != NULL; count++) {
        int status = flatten ? append_pair(list, item) : PyList_Append(list, item);
        Py_DECREF(item);
        if (status < 0 || refuse_count(flatten ? 2 * count : count) < 0 ||
            (count % ITEMS_PER_SIGNAL == 0 && PyErr_CheckSignals() < 0)) {
            return -1;
        }
    }
    return PyErr_Occurred() ? -1 : 0;
}

/* New tuple of the items, or of keys and values by turns. */
static PyObject *items_of(PyObject *value, bool pairs)
{
    PyObject *source = pairs ? PyObject_CallMethod(value, "items", NULL) : Py_NewRef(value);
    PyObject *iterator = source == NULL ? NULL : PyObject_GetIter(source);
    Py_XDECREF(source);
    PyObject *list = iterator == NULL ? NULL : PyList_New(0);
    PyObject *items = list == NULL || append_all(list, iterator, pairs) < 0 ? NULL : PyList_AsTuple(list);
    Py_XDECREF(list);
    Py_XDECREF(iterator);
    return items;
}

static int pack_items(bb_arguments *read, PyObject *value, bool pairs, bb_items *found, Py_ssize_t *count)
{
    PyObject *items = items_of(value, pairs);
    if (items == NULL) {
        return -1;
    }
    *count = PyTuple_Size(items);
    found->slots = bb_add_slots(read, items, *count);
    int status = found->slots == NULL ? -1 : 0;
    for (Py_ssize_t i = 0; i < *count && status == 0; i++) {
        status = bb_pack(read, PyTuple_GetItem(items, i), &found->slots[i]);
    }
    Py_DECREF(items);
    return status;
}

/* A number of a range, if 64 bits have it: 1, 0 if not, or -1 with an exception set. */
static int number_of(PyObject *range, const char *name, long long *number)
{
    PyObject *value = PyObject_GetAttrString(range, name);
    int overflow = 0;
    *number = value == NULL ? -1 : PyLong_AsLongLongAndOverflow(value, &overflow);
    Py_XDECREF(value);
    if (overflow != 0) {
        return 0;
    }
    return *number == -1 && PyErr_Occurred() ? -1 : 1;
}

/* Packs the numbers of a range without making them objects: 1, 0 if 64 bits do not have them, or -1. */
static int pack_range(bb_arguments *read, PyObject *range, bb_items *found, Py_ssize_t *count)
{
    long long start;
    long long step;
    long long last;
    *count = PyObject_Size(range);
    if (*count < 0 || refuse_count(*count) < 0) {
        return -1;
    }
    int status = number_of(range, "start", &start);
    status = status == 1 ? number_of(range, "step", &step) : status;
    if (status != 1 || *count == 0) {
        return status;
    }
    if (__builtin_mul_overflow(step, (long long)*count - 1, &last) || __builtin_add_overflow(start, last, &last)) {
        return 0;
    }
    found->slots = bb_add_slots(read, NULL, *count);
    if (found->slots == NULL) {
        return -1;
    }
    for (Py_ssize_t i = 0; i < *count; i++) {
        found->slots[i] = (bb_slot){.tag = BB_INT, .payload = start + i * step};
    }
    return 1;
}

static int fill(bb_arguments *read, const bb_slot *slot, enum bb_reading how, bb_items *found, Py_ssize_t *count)
{
    if (how != BB_READ_OBJECTS && PyRange_Check(slot->object)) {
        int packed = pack_range(read, slot->object, found, count);
        if (packed != 0) {
            return packed < 0 ? -1 : 0;
        }
    }
    return pack_items(read, slot->object, how == BB_READ_PAIRS, found, count);
}

jobjectArray bb_read_items(JNIEnv *env, const bb_slot *slot, enum bb_reading how, bb_slot **slots, Py_ssize_t *count)
{
    bb_arguments *owner = bb_arguments_of_iterable(slot);
    if (owner->depth >= MAX_DEPTH) {
        PyErr_Format(PyExc_RecursionError, "more than %d containers in one another, while passing one to Java",
                     MAX_DEPTH);
        return NULL;
    }
    bb_arguments *read = malloc(sizeof *read);
    if (read == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    bb_arguments_init(read, env);
    read->depth = owner->depth + 1;
    bb_items found = {0};
    jobjectArray refs = NULL;
    if (fill(read, slot, how, &found, count) == 0) {
        refs = bb_arguments_refs(read);
    }
    if (PyErr_Occurred()) {
        bb_arguments_clear(read, refs);
        free(read);
        return NULL;
    }
    bb_arguments_drop_refs(read); /* they end with this native method; the array has the objects */
    read->next = owner->read;
    owner->read = read;
    *slots = found.slots;
    return refs;
}
