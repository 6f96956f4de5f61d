/*
 * Boxes: numbers and texts whose Python type stands for the Java class that they came from (boxes.py).
 *
 * Owns: the types, from their first use to the end of the process.
 *
 * Threads: any, with the GIL. If two threads load the types, both get the same ones.
 */
#include "base/bb.h"

#include "base/tuple.h"
#include "objects/boxes.h"

static PyObject *types; /* a tuple, in the order of bb_box from 1; NULL until it is loaded */

static bool load(void)
{
    if (types != NULL) {
        return true;
    }
    PyObject *module = PyImport_ImportModule("bufferbridge._objects.boxes");
    PyObject *loaded = module == NULL ? NULL : PyObject_GetAttrString(module, "TYPES");
    Py_XDECREF(module);
    if (loaded == NULL) {
        return false;
    }
    if (!PyTuple_Check(loaded) || PyTuple_Size(loaded) != BB_BOX_COUNT - 1) {
        PyErr_Format(PyExc_RuntimeError, "boxes.TYPES is %R", loaded);
        Py_DECREF(loaded);
        return false;
    }
    if (types == NULL) {
        types = loaded;
    } else { /* another thread came first */
        Py_DECREF(loaded);
    }
    return true;
}

int bb_box_of(PyObject *value)
{
    if (!load()) {
        return -1;
    }
    PyObject *type = (PyObject *)Py_TYPE(value);
    for (int box = 1; box < BB_BOX_COUNT; box++) {
        if (PyTuple_GetItem(types, box - 1) == type) {
            return box;
        }
    }
    return BB_PLAIN;
}

PyObject *bb_boxed(int box, PyObject *plain)
{
    if (box == BB_PLAIN || plain == NULL) {
        return plain;
    }
    if (!load()) {
        Py_DECREF(plain);
        return NULL;
    }
    PyObject *arguments = bb_tuple_take(&plain, 1);
    if (arguments == NULL) {
        return NULL;
    }
    PyObject *boxed = PyObject_CallObject(PyTuple_GetItem(types, box - 1), arguments);
    Py_DECREF(arguments);
    return boxed;
}
