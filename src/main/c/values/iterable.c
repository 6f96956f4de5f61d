/*
 * Python values that can be looped over, such as dicts, sets, ranges and generators, on their way to Java.
 *
 * They are packed as themselves. Java asks what they are, and has their items read (read_items.c), where it matters.
 *
 * Owns nothing. Threads: any, with the GIL.
 */
#include "base/bb.h"

#include "values/iterable.h"

#include "base/text.h"

enum bb_iterable bb_builtin_kind(PyObject *value)
{
    if (PyDict_Check(value)) {
        return BB_MAPPING;
    }
    if (PyAnySet_Check(value) || PyDictKeys_Check(value) || PyDictItems_Check(value)) {
        return BB_SET;
    }
    if (PyRange_Check(value)) {
        return BB_RANGE;
    }
    if (PyDictValues_Check(value)) {
        return BB_COLLECTION;
    }
    return PyIter_Check(value) ? BB_ITERATOR : BB_UNASKED;
}

int bb_pack_iterable(bb_arguments *arguments, PyObject *value, enum bb_iterable kind, bb_slot *slot)
{
    int index = bb_add_entry(arguments, NULL);
    if (index < 0 || bb_add_entry(arguments, NULL) < 0) {
        return -1;
    }
    PyObject *name = PyType_GetQualName(Py_TYPE(value)); /* not by the attribute: a metaclass may answer anything */
    int status = name == NULL ? -1 : bb_add_ref(arguments, bb_string_to_java(arguments->env, name), slot);
    Py_XDECREF(name);
    if (status == 0 && bb_add_entry(arguments, NULL) < 0) {
        status = -1;
    }
    slot->tag = BB_ITERABLE;
    slot->aux = index;
    slot->payload = (int64_t)(intptr_t)arguments + (int64_t)kind + (PyCallable_Check(value) ? BB_CALLABLE_ITERABLE : 0);
    return status;
}

bb_arguments *bb_arguments_of_iterable(const bb_slot *slot)
{
    return (bb_arguments *)(intptr_t)(slot->payload & ~(int64_t)(BB_ITERABLE_ALIGNMENT - 1));
}

int bb_ask_kind(bb_slot *slot)
{
    PyObject *iterables = PyImport_ImportModule("bufferbridge._objects.iterables");
    PyObject *told = iterables == NULL ? NULL : PyObject_CallMethod(iterables, "kind", "O", slot->object);
    long kind = told == NULL ? -1 : PyLong_AsLong(told);
    Py_XDECREF(told);
    Py_XDECREF(iterables);
    if (kind < 0) {
        return -1;
    }
    slot->payload = (slot->payload & ~(int64_t)BB_KINDS) | (int64_t)kind;
    return (int)kind;
}
