/*
 * Items of a JavaBuffer: what memoryview(x) answers, by an export that lasts only for the question.
 *
 * Known memory that was not held before is not held afterwards, unless a slice was asked for. A slice is a memoryview,
 * which has an export for as long as it lives. Arrays of primitives read items through Java instead (arrays.py).
 *
 * Owns nothing.
 *
 * Threads: any. The acquire and the release of a user's exporter are called for each item.
 */
#include "base/bb.h"

#include "values/buffer_items.h"

#include "base/java_objects.h"
#include "exports/export.h"
#include "exports/holding_word.h"
#include "tracing/report.h"

typedef PyObject *(*bb_question)(PyObject *view, PyObject *key, PyObject *value);

static PyObject *get(PyObject *view, PyObject *key, PyObject *value)
{
    (void)value;
    return PyObject_GetItem(view, key);
}

static PyObject *set(PyObject *view, PyObject *key, PyObject *value)
{
    return PyObject_SetItem(view, key, value) < 0 ? NULL : Py_NewRef(Py_None);
}

static PyObject *list_part(PyObject *view, PyObject *key, PyObject *value)
{
    (void)value;
    PyObject *part = PyObject_GetItem(view, key);
    PyObject *list = part == NULL ? NULL : PyObject_CallMethod(part, "tolist", NULL);
    Py_XDECREF(part);
    return list;
}

static PyObject *ask_view(PyObject *self, bb_question question, PyObject *key, PyObject *value)
{
    PyObject *view = PyMemoryView_FromObject(self);
    PyObject *answer = view == NULL ? NULL : question(view, key, value); /* may run a user's __index__ */
    Py_XDECREF(view);
    return answer;
}

/* A memoryview of memory that is held, which alone keeps the memory: a user's code sees one export. */
static PyObject *view_known(bb_java_buffer *buffer)
{
    if (bb_holding_acquire_for_question(buffer) == NULL) {
        bb_report_refusal(buffer->base.class->name, PyBUF_FULL_RO);
        return NULL;
    }
    PyObject *view = PyMemoryView_FromObject((PyObject *)buffer);
    bb_holding_release(buffer);
    return view;
}

/*
 * The same for guarded memory. The guard counts the question, too: a change between the question and the view would
 * outdate the holding, which the question keeps.
 */
static PyObject *view_guarded(bb_java_buffer *buffer)
{
    Py_buffer question;
    if (bb_getbuffer_for_question(buffer, &question) < 0) {
        bb_report_refusal(buffer->base.class->name, PyBUF_FULL_RO);
        return NULL;
    }
    PyObject *view = PyMemoryView_FromObject((PyObject *)buffer);
    PyBuffer_Release(&question);
    return view;
}

static PyObject *ask_known(bb_java_buffer *buffer, bb_question question, PyObject *key, PyObject *value)
{
    PyObject *view = bb_exports_guarded_memory(buffer) ? view_guarded(buffer) : view_known(buffer);
    PyObject *answer = view == NULL ? NULL : question(view, key, value);
    Py_XDECREF(view);
    bb_holding_end_question(buffer);
    return answer;
}

static PyObject *ask(PyObject *self, bb_question question, PyObject *key, PyObject *value)
{
    bb_java_buffer *buffer = (bb_java_buffer *)self;
    return bb_exports_known_memory(buffer) ? ask_known(buffer, question, key, value)
                                           : ask_view(self, question, key, value);
}

PyObject *bb_buffer_item(PyObject *self, PyObject *key)
{
    return ask(self, get, key, NULL);
}

PyObject *bb_buffer_at(PyObject *self, Py_ssize_t index)
{
    PyObject *key = PyLong_FromSsize_t(index);
    PyObject *item = key == NULL ? NULL : bb_buffer_item(self, key);
    Py_XDECREF(key);
    return item;
}

int bb_buffer_set_item(PyObject *self, PyObject *key, PyObject *value)
{
    if (value == NULL) {
        PyErr_SetString(PyExc_TypeError, "items of Java memory cannot be deleted");
        return -1;
    }
    PyObject *done = ask(self, set, key, value);
    Py_XDECREF(done);
    return done == NULL ? -1 : 0;
}

Py_ssize_t bb_buffer_length(PyObject *self)
{
    PyObject *shape = PyObject_GetAttrString(self, "shape");
    if (shape == NULL) {
        return -1;
    }
    Py_ssize_t length = -1;
    if (PyTuple_Size(shape) == 0) {
        PyErr_SetString(PyExc_TypeError, "0-dim memory has no length");
    } else {
        length = PyLong_AsSsize_t(PyTuple_GetItem(shape, 0));
    }
    Py_DECREF(shape);
    return length;
}

PyObject *bb_buffer_iterate(PyObject *self)
{
    if (bb_exports_known_memory((bb_java_buffer *)self)) {
        PyObject *module = PyImport_ImportModule("bufferbridge._objects.arrays");
        PyObject *iterator = module == NULL ? NULL : PyObject_CallMethod(module, "memory_items", "O", self);
        Py_XDECREF(module);
        return iterator;
    }
    /* One export for the whole loop: a user's exporter may have to decode its memory for each. */
    PyObject *view = PyMemoryView_FromObject(self);
    PyObject *iterator = view == NULL ? NULL : PyObject_GetIter(view);
    Py_XDECREF(view);
    return iterator;
}

/* Asking for the length could decode an image, or fail: `if x` often means `if x is not None`. */
int bb_buffer_is_true(PyObject *self)
{
    (void)self;
    return 1;
}

PyObject *bb_buffer_items(PyObject *module, PyObject *arguments)
{
    (void)module;
    PyObject *buffer, *key;
    if (!PyArg_ParseTuple(arguments, "O!O", bb_java_buffer_type, &buffer, &key)) {
        return NULL;
    }
    return ask(buffer, list_part, key, NULL);
}
