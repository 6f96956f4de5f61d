/*
 * A C extension over Java's memory: mean(x) reads it without the GIL, and a Window holds it between calls.
 *
 * x is a JavaBuffer of C-contiguous doubles. Nothing is copied, and no memoryview is made. While a Window is open, Java
 * cannot close the memory's arena.
 */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <bufferbridge_api.h>
#include <string.h>

static const bb_api *bridge;

/* Acquires doubles. 0, or -1 with an exception set. */
static int acquire_doubles(PyObject *object, bb_view *view)
{
    if (bridge->acquire(object, BB_READ_CONTIGUOUS, view) < 0) {
        return -1;
    }
    if (strcmp(view->format, "d") != 0) {
        PyErr_Format(PyExc_TypeError, "expected items of the format 'd', got '%s'", view->format);
        bridge->release(view);
        return -1;
    }
    return 0;
}

static double mean_of(const bb_view *view)
{
    const double *items = view->address;
    int64_t count = view->length / view->itemsize;
    double sum = 0;
    for (int64_t i = 0; i < count; i++) {
        sum += items[i];
    }
    return count == 0 ? 0 : sum / (double)count;
}

static PyObject *mean(PyObject *module, PyObject *object)
{
    bb_view view;
    double result;
    (void)module;
    if (acquire_doubles(object, &view) < 0) {
        return NULL;
    }
    Py_BEGIN_ALLOW_THREADS
    result = mean_of(&view);
    bridge->release(&view); /* needs no GIL; with it is cheaper */
    Py_END_ALLOW_THREADS
    return PyFloat_FromDouble(result);
}

/* ----------------------------------------------------------------------------------------- Window -- */

typedef struct {
    PyObject_HEAD
    bb_view view; /* empty once it is closed */
} window;

static PyObject *window_new(PyTypeObject *type, PyObject *arguments, PyObject *keywords)
{
    static char *names[] = {"memory", NULL};
    PyObject *object;
    if (!PyArg_ParseTupleAndKeywords(arguments, keywords, "O:Window", names, &object)) {
        return NULL;
    }
    allocfunc allocate = (allocfunc)PyType_GetSlot(type, Py_tp_alloc);
    window *self = (window *)allocate(type, 0);
    if (self != NULL && acquire_doubles(object, &self->view) < 0) {
        Py_DECREF(self);
        return NULL;
    }
    return (PyObject *)self;
}

static void window_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    bridge->release(&((window *)self)->view);
    freefunc release = (freefunc)PyType_GetSlot(type, Py_tp_free);
    release(self);
    Py_DECREF(type);
}

static PyObject *window_mean(PyObject *self, PyObject *unused)
{
    const bb_view *view = &((window *)self)->view;
    (void)unused;
    if (view->address == NULL) {
        PyErr_SetString(PyExc_ValueError, "the window is closed");
        return NULL;
    }
    return PyFloat_FromDouble(mean_of(view));
}

static PyObject *window_close(PyObject *self, PyObject *unused)
{
    (void)unused;
    bridge->release(&((window *)self)->view);
    Py_RETURN_NONE;
}

static PyMethodDef window_methods[] = {
    {"mean", window_mean, METH_NOARGS, "The mean of what Java's memory has now."},
    {"close", window_close, METH_NOARGS, "Lets go of the memory."},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot window_slots[] = {
    {Py_tp_new, (void *)window_new},
    {Py_tp_dealloc, (void *)window_dealloc},
    {Py_tp_methods, window_methods},
    {0, NULL},
};

static PyType_Spec window_spec = {
    .name = "means.Window", .basicsize = sizeof(window), .flags = Py_TPFLAGS_DEFAULT, .slots = window_slots};

/* ----------------------------------------------------------------------------------------- module -- */

static PyMethodDef functions[] = {
    {"mean", mean, METH_O, "mean(buffer, /): the mean of a JavaBuffer of doubles."},
    {NULL, NULL, 0, NULL},
};

static int execute(PyObject *module)
{
    bridge = bb_import();
    PyObject *type = bridge == NULL ? NULL : PyType_FromModuleAndSpec(module, &window_spec, NULL);
    int status = type == NULL ? -1 : PyModule_AddObjectRef(module, "Window", type);
    Py_XDECREF(type);
    return status;
}

static PyModuleDef_Slot slots[] = {{Py_mod_exec, (void *)execute}, {0, NULL}};

static PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, .m_name = "means", .m_size = 0, .m_methods = functions, .m_slots = slots};

PyMODINIT_FUNC PyInit_means(void)
{
    return PyModuleDef_Init(&definition);
}
