/*
 * Dictionaries that other threads may change: what is found there is owned. CPython's older functions lend what they
 * find, which is safe only as long as this thread has the GIL and runs no other code.
 */
#ifndef BB_DICT_H
#define BB_DICT_H

#include "base/bb.h"

/* New reference to the value. NULL with an exception set, or with none if there is no such key. */
static inline PyObject *bb_dict_get(PyObject *dict, PyObject *key)
{
#ifdef Py_GIL_DISABLED
    PyObject *value = NULL;
    PyDict_GetItemRef(dict, key, &value);
    return value;
#else
    return Py_XNewRef(PyDict_GetItemWithError(dict, key));
#endif
}

/* The same for a name. No exception is set. */
static inline PyObject *bb_dict_get_named(PyObject *dict, const char *name)
{
#ifdef Py_GIL_DISABLED
    PyObject *value = NULL;
    if (PyDict_GetItemStringRef(dict, name, &value) < 0) {
        PyErr_Clear(); /* as PyDict_GetItemString() does */
    }
    return value;
#else
    return Py_XNewRef(PyDict_GetItemString(dict, name));
#endif
}

/*
 * Enters a value whose key is a str. If another thread has entered one, that stays. New reference to the value that
 * stays; NULL with an exception set.
 */
static inline PyObject *bb_dict_keep(PyObject *dict, PyObject *key, PyObject *value)
{
#ifdef Py_GIL_DISABLED
    PyObject *first = NULL;
    PyDict_SetDefaultRef(dict, key, value, &first);
    return first;
#else
    /* No other code runs between the lookup and the entry, because the key is a str, and no subclass of it. */
    PyObject *first = Py_XNewRef(PyDict_GetItemWithError(dict, key));
    if (first == NULL && !PyErr_Occurred() && PyDict_SetItem(dict, key, value) == 0) {
        first = Py_NewRef(value);
    }
    return first;
#endif
}

#endif
