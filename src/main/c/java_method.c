/*
 * JavaMethod: a method group bound to an instance or to its class; what `object.name` yields.
 *
 * Owns: references to the member and to the instance, whose global reference it borrows.
 * Immutable.
 */
#include "java_method.h"

#include "call.h"

typedef struct bb_java_method {
    PyObject_HEAD
    bb_java_member *member;
    PyObject *self;   /* NULL for a static method */
    jobject instance; /* owned by `self` */
} bb_java_method;

static PyTypeObject *java_method_type;

PyObject *bb_java_method_new(bb_java_member *member, PyObject *self, jobject instance)
{
    bb_java_method *method = PyObject_New(bb_java_method, java_method_type);
    if (method == NULL) {
        return NULL;
    }
    method->member = (bb_java_member *)Py_NewRef((PyObject *)member);
    method->self = Py_XNewRef(self);
    method->instance = instance;
    return (PyObject *)method;
}

static void method_dealloc(PyObject *self)
{
    bb_java_method *method = (bb_java_method *)self;
    PyTypeObject *type = Py_TYPE(self);
    Py_DECREF((PyObject *)method->member);
    Py_XDECREF(method->self);
    PyObject_Free(self);
    Py_DECREF(type);
}

static PyObject *method_call(PyObject *self, PyObject *arguments, PyObject *keywords)
{
    bb_java_method *method = (bb_java_method *)self;
    return bb_call(method->member, method->instance, arguments, keywords);
}

static PyObject *method_repr(PyObject *self)
{
    bb_java_member *member = ((bb_java_method *)self)->member;
    return PyUnicode_FromFormat("<JavaMethod %U.%U>", member->class_name, member->name);
}

static PyObject *method_get_name(PyObject *self, void *closure)
{
    (void)closure;
    return Py_NewRef(((bb_java_method *)self)->member->name);
}

static PyGetSetDef method_getset[] = {
    {"__name__", method_get_name, NULL, "The method's Java name.", NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

PyDoc_STRVAR(method_doc,
             "A Java method and its overloads. Calling it converts the arguments, picks the overload\n"
             "as Java does, runs it without the GIL and converts the result.");

static PyType_Slot method_slots[] = {
    {Py_tp_dealloc, (void *)method_dealloc},
    {Py_tp_call, (void *)method_call},
    {Py_tp_repr, (void *)method_repr},
    {Py_tp_getset, method_getset},
    {Py_tp_doc, (void *)method_doc},
    {0, NULL},
};

static PyType_Spec method_spec = {
    .name = "bufferbridge.JavaMethod",
    .basicsize = sizeof(bb_java_method),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .slots = method_slots,
};

int bb_java_method_init(PyObject *module)
{
    java_method_type = (PyTypeObject *)PyType_FromModuleAndSpec(module, &method_spec, NULL);
    return java_method_type == NULL ? -1 : 0;
}
