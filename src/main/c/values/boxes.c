/*
 * Boxes: numbers and texts whose Python type stands for the Java class that they came from (boxes.py).
 *
 * Owns: the types, from their first use to the end of the process.
 *
 * Threads: any, with the GIL. If two threads load the types, both get the same ones.
 */
#include "base/bb.h"

#include "base/tuple.h"
#include "values/boxes.h"

static _Atomic(PyObject *) types; /* a tuple, in the order of bb_box from 1; NULL until it is loaded */

/* The tuple, borrowed. NULL with an exception set. */
static PyObject *load(void)
{
    PyObject *known = atomic_load_explicit(&types, memory_order_acquire);
    if (known != NULL) {
        return known;
    }
    PyObject *module = PyImport_ImportModule("bufferbridge._objects.boxes");
    PyObject *loaded = module == NULL ? NULL : PyObject_GetAttrString(module, "TYPES");
    Py_XDECREF(module);
    if (loaded == NULL) {
        return NULL;
    }
    if (!PyTuple_Check(loaded) || PyTuple_Size(loaded) != BB_BOX_COUNT - 1) {
        PyErr_Format(PyExc_RuntimeError, "boxes.TYPES is %R", loaded);
        Py_DECREF(loaded);
        return NULL;
    }
    if (atomic_compare_exchange_strong(&types, &known, loaded)) {
        return loaded;
    }
    Py_DECREF(loaded); /* another thread came first */
    return known;
}

int bb_box_of(PyObject *value)
{
    PyObject *boxes = load();
    if (boxes == NULL) {
        return -1;
    }
    PyObject *type = (PyObject *)Py_TYPE(value);
    for (int box = 1; box < BB_BOX_COUNT; box++) {
        if (PyTuple_GetItem(boxes, box - 1) == type) {
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
    PyObject *boxes = load();
    if (boxes == NULL) {
        Py_DECREF(plain);
        return NULL;
    }
    PyObject *arguments = bb_tuple_take(&plain, 1);
    if (arguments == NULL) {
        return NULL;
    }
    PyObject *boxed = PyObject_CallObject(PyTuple_GetItem(boxes, box - 1), arguments);
    Py_DECREF(arguments);
    return boxed;
}
