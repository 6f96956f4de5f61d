/*
 * JavaMethod: a method group bound to an instance or to its class. The expression `object.name` yields it. A call
 * converts the arguments, picks the overload as Java does, runs it without the GIL and converts the result.
 *
 * Python calls it by the vectorcall protocol, without a tuple of the arguments. The limited API names that protocol
 * only from 3.12 on, but 3.11 has it too.
 *
 * Owns: references to the member and to the instance, whose global reference it borrows. Threads: any, with the GIL;
 * immutable.
 */
#include "base/bb.h"

#include "objects/java_method.h"

#include <structmember.h>

#include "objects/call.h"

#ifndef Py_TPFLAGS_HAVE_VECTORCALL
#define Py_TPFLAGS_HAVE_VECTORCALL (1UL << 11)
#endif

/* The top bit says whether there is room before the first argument. */
#define COUNT_OF(flagged) ((Py_ssize_t)((flagged) & ~((size_t)1 << (8 * sizeof(size_t) - 1))))

typedef PyObject *(*vectorcall)(PyObject *callable, PyObject *const *arguments, size_t flagged_count,
                                PyObject *keyword_names);

typedef struct bb_java_method {
    PyObject_HEAD
    vectorcall vectorcall;
    bb_java_member *member;
    PyObject *self;   /* NULL for a static method */
    jobject instance; /* owned by `self` */
} bb_java_method;

static PyTypeObject *java_method_type;

static PyObject *method_vectorcall(PyObject *self, PyObject *const *arguments, size_t flagged_count,
                                   PyObject *keyword_names)
{
    bb_java_method *method = (bb_java_method *)self;
    if (keyword_names != NULL && PyTuple_Size(keyword_names) > 0) {
        return bb_refuse_keywords(method->member);
    }
    return bb_call(method->member, method->instance, arguments, COUNT_OF(flagged_count));
}

PyObject *bb_java_method_new(bb_java_member *member, PyObject *self, jobject instance)
{
    bb_java_method *method = PyObject_New(bb_java_method, java_method_type);
    if (method == NULL) {
        return NULL;
    }
    method->vectorcall = method_vectorcall;
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
    return bb_call_tuple(method->member, method->instance, arguments, keywords);
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

static PyObject *method_get_described(PyObject *self, void *function)
{
    return bb_java_member_described(((bb_java_method *)self)->member, function, false);
}

/* A method is bound already. With this slot, help() and inspect take it for a method. */
static PyObject *method_get(PyObject *self, PyObject *object, PyObject *type)
{
    (void)object;
    (void)type;
    return Py_NewRef(self);
}

static PyGetSetDef method_getset[] = {
    {"__name__", method_get_name, NULL, "The method's Java name.", NULL},
    {"__doc__", method_get_described, NULL, "The overloads.", (void *)"documentation"},
    {"__signature__", method_get_described, NULL, "For inspect.signature.", (void *)"signature"},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyMemberDef method_members[] = {
    {"__vectorcalloffset__", T_PYSSIZET, offsetof(bb_java_method, vectorcall), READONLY, NULL},
    {NULL, 0, 0, 0, NULL},
};

static PyType_Slot method_slots[] = {
    {Py_tp_dealloc, (void *)method_dealloc},
    {Py_tp_call, (void *)method_call},
    {Py_tp_repr, (void *)method_repr},
    {Py_tp_members, method_members},
    {Py_tp_getset, method_getset},
    {Py_tp_descr_get, (void *)method_get},
    {0, NULL},
};

static PyType_Spec method_spec = {
    .name = "bufferbridge.JavaMethod",
    .basicsize = sizeof(bb_java_method),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE |
             Py_TPFLAGS_HAVE_VECTORCALL,
    .slots = method_slots,
};

int bb_java_method_init(PyObject *module)
{
    java_method_type = (PyTypeObject *)PyType_FromModuleAndSpec(module, &method_spec, NULL);
    return java_method_type == NULL ? -1 : 0;
}
