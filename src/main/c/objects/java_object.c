/*
 * JavaObject: any Java object that Python holds.
 *
 * It has no buffer slots, because objects that cannot export must not look like buffers. Argument parsing ("s#"
 * refuses types with a release slot) and collections.abc.Buffer look at the slots. JavaBuffer derives from JavaObject
 * and adds them.
 *
 * Owns: one global reference, from construction to deallocation. Neither garbage collector sees a cycle that leads
 * through the JVM.
 *
 * Threads: immutable after construction. Calls into Java give up the GIL, except the few that touch only the
 * library's own tables.
 */
#include "base/bb.h"

#include "objects/java_object.h"

#include <structmember.h>

#include "base/dict.h"
#include "base/text.h"
#include "errors/errors.h"
#include "objects/fields.h"
#include "objects/java_buffer.h"
#include "objects/java_class.h"
#include "objects/java_member.h"
#include "objects/pickling.h"
#include "runtimes/attachment.h"
#include "runtimes/java_ids.h"

PyObject *bb_java_object_of_class(JNIEnv *env, jobject object, bb_java_class *class)
{
    PyTypeObject *type = class->instances;
    allocfunc allocate = (allocfunc)PyType_GetSlot(type, Py_tp_alloc);
    bb_java_object *self = (bb_java_object *)allocate(type, 0);
    if (self == NULL) {
        return NULL;
    }
    self->class = (bb_java_class *)Py_NewRef((PyObject *)class);
    if (!bb_exports_nothing(class)) {
        bb_java_buffer_new((bb_java_buffer *)self);
    }
    self->object = bb_global_ref(env, object);
    if (self->object == NULL) {
        Py_DECREF(self);
        return NULL;
    }
    return (PyObject *)self;
}

static PyObject *new_java_object(JNIEnv *env, jobject object)
{
    bb_java_class *class = bb_java_class_of_object(env, object);
    PyObject *self = class == NULL ? NULL : bb_java_object_of_class(env, object, class);
    Py_XDECREF((PyObject *)class);
    return self;
}

jobject bb_java_object_escape(PyObject *object)
{
    if (!bb_exports_nothing(((bb_java_object *)object)->class)) {
        bb_java_buffer *buffer = (bb_java_buffer *)object;
        if (!atomic_load(&buffer->escaped) && !atomic_load(&buffer->freed)) {
            atomic_store(&buffer->escaped, true);
        }
        /* Read after `escaped` is set. release() sets `freed`, then reads `escaped`: one of both sees the other. */
        if (atomic_load(&buffer->freed)) {
            PyErr_SetString(PyExc_BufferError, BB_FREED);
            return NULL;
        }
    }
    return ((bb_java_object *)object)->object;
}

void bb_java_object_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    if (((bb_java_object *)self)->weak_references != NULL) {
        PyObject_ClearWeakRefs(self);
    }
    bb_global_ref_release(((bb_java_object *)self)->object);
    Py_XDECREF((PyObject *)((bb_java_object *)self)->class);
    freefunc release = (freefunc)PyType_GetSlot(type, Py_tp_free);
    release(self);
    Py_DECREF(type);
}

bool bb_is_dunder(PyObject *name)
{
    return PyUnicode_GetLength(name) > 2 && PyUnicode_ReadChar(name, 0) == '_' && PyUnicode_ReadChar(name, 1) == '_';
}

/* The methods of `__python_names__`; new reference. NULL if the type adds none, or with an exception set. */
static PyObject *added_names(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    bool is_plain = type == bb_java_object_type || type == bb_java_buffer_type;
    return is_plain ? NULL : PyObject_GetAttrString((PyObject *)type, "__python_names__");
}

/*
 * A method of a Python protocol, such as Mapping.keys, that Java's class has no member of that name for. New
 * reference, or NULL; no exception is set if there is none.
 */
static PyObject *python_name(PyObject *self, PyObject *name)
{
    PyObject *names = added_names(self);
    PyObject *function = names == NULL ? NULL : bb_dict_get(names, name);
    PyObject *method = function == NULL ? NULL : PyObject_CallMethod(function, "__get__", "O", self);
    Py_XDECREF(function);
    Py_XDECREF(names);
    return method;
}

static PyObject *object_getattro(PyObject *self, PyObject *name)
{
    bb_java_object *object = (bb_java_object *)self;
    bb_java_class *class = object->class;
    /* Only names that are not attributes of the Python type get into this dictionary. */
    PyObject *known = PyDict_GetItemWithError(class->instance_members, name);
    if (known == NULL) {
        if (PyErr_Occurred()) { /* the name cannot be hashed or compared */
            return NULL;
        }
        PyObject *own = PyObject_GenericGetAttr(self, name);
        if (own != NULL || !PyErr_ExceptionMatches(PyExc_AttributeError) || bb_is_dunder(name)) {
            return own;
        }
        PyErr_Clear(); /* the AttributeError: Java is asked next */
    }
    JNIEnv *env = bb_enter_java();
    if (env == NULL) {
        return NULL;
    }
    bb_java_member *member = bb_java_class_member(env, class, name, false);
    if (member != NULL) {
        jobject instance = bb_java_object_escape(self);
        PyObject *value = instance == NULL ? NULL : bb_java_member_get(env, member, self, instance);
        Py_DECREF((PyObject *)member);
        return value;
    }
    if (PyErr_Occurred()) {
        return NULL;
    }
    PyObject *added = python_name(self, name);
    return added != NULL || PyErr_Occurred() ? added : bb_java_class_no_member(env, class, name, false);
}

static int object_setattro(PyObject *self, PyObject *name, PyObject *value)
{
    bb_java_object *object = (bb_java_object *)self;
    JNIEnv *env = bb_enter_java();
    if (env == NULL) {
        return -1;
    }
    bb_java_member *member = bb_java_class_member(env, object->class, name, false);
    if (member != NULL) {
        int status = bb_set_field(env, member, object->object, value);
        Py_DECREF((PyObject *)member);
        return status;
    }
    if (!PyErr_Occurred()) {
        bb_java_class_no_member(env, object->class, name, false);
    }
    return -1;
}

/* Calls a function of ObjectProtocol, which asks the object itself: user code. False with an exception set. */
static bool ask_of_object(JNIEnv *env, const bb_method *question, PyObject *self, jvalue *answer)
{
    return bb_ask_java(env, question, NULL, BB_ARGUMENTS({.l = ((bb_java_object *)self)->object}), answer);
}

static PyObject *object_str(PyObject *self)
{
    JNIEnv *env = bb_enter_java();
    if (env == NULL) {
        return NULL;
    }
    jvalue text;
    return ask_of_object(env, &bb_java.protocol.text, self, &text) ? bb_string_take(env, text.l) : NULL;
}

static PyObject *object_repr(PyObject *self)
{
    PyObject *text = object_str(self);
    if (text == NULL) {
        return NULL;
    }
    PyObject *repr = PyUnicode_FromFormat("<JavaObject %U: %U>", ((bb_java_object *)self)->class->name, text);
    Py_DECREF(text);
    return repr;
}

static Py_hash_t object_hash(PyObject *self)
{
    JNIEnv *env = bb_enter_java();
    if (env == NULL) {
        return -1;
    }
    jvalue hash;
    if (!ask_of_object(env, &bb_java.protocol.hash, self, &hash)) {
        return -1;
    }
    return hash.i == -1 ? -2 : hash.i; /* Python takes -1 for an error */
}

static bool is_freed(PyObject *object)
{
    return PyObject_TypeCheck(object, bb_java_buffer_type) && atomic_load(&((bb_java_buffer *)object)->freed);
}

/* Compares by compareTo(). */
static PyObject *compare(PyObject *self, PyObject *other, int operation)
{
    if (!((bb_java_object *)self)->class->is_comparable) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    jobject ours = bb_java_object_escape(self);
    jobject theirs = ours == NULL ? NULL : bb_java_object_escape(other);
    JNIEnv *env = theirs == NULL ? NULL : bb_enter_java();
    jvalue order;
    if (env == NULL ||
        !bb_ask_java(env, &bb_java.protocol.compare, NULL, BB_ARGUMENTS({.l = ours}, {.l = theirs}), &order)) {
        return NULL;
    }
    switch (operation) {
    case Py_LT:
        return PyBool_FromLong(order.i < 0);
    case Py_LE:
        return PyBool_FromLong(order.i <= 0);
    case Py_GT:
        return PyBool_FromLong(order.i > 0);
    default:
        return PyBool_FromLong(order.i >= 0);
    }
}

static PyObject *object_richcompare(PyObject *self, PyObject *other, int operation)
{
    if (bb_java_object_borrow(other) == NULL) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    if (operation != Py_EQ && operation != Py_NE) {
        return compare(self, other, operation);
    }
    /* A buffer whose memory was released equals only itself, on either side of the comparison. */
    if (self == other || is_freed(self) || is_freed(other)) {
        return PyBool_FromLong((operation == Py_EQ) == (self == other));
    }
    jobject theirs = bb_java_object_escape(other);
    if (theirs == NULL) {
        return NULL;
    }
    JNIEnv *env = bb_enter_java();
    if (env == NULL) {
        return NULL;
    }
    jvalue equal;
    const jvalue *given = BB_ARGUMENTS({.l = ((bb_java_object *)self)->object}, {.l = theirs});
    if (!bb_ask_java(env, &bb_java.protocol.equal, NULL, given, &equal)) {
        return NULL;
    }
    return PyBool_FromLong(operation == Py_EQ ? equal.z : !equal.z);
}

/* New list of the names that python_name() answers. */
static PyObject *python_names(PyObject *self)
{
    PyObject *names = added_names(self);
    if (names == NULL) {
        return PyErr_Occurred() ? NULL : PyList_New(0);
    }
    PyObject *list = PyDict_Keys(names);
    Py_DECREF(names);
    return list;
}

static PyObject *object_dir(PyObject *self, PyObject *unused)
{
    (void)unused;
    JNIEnv *env = bb_enter_java();
    if (env == NULL) {
        return NULL;
    }
    PyObject *own = PyObject_CallMethod((PyObject *)&PyBaseObject_Type, "__dir__", "O", self);
    PyObject *added = own == NULL ? NULL : python_names(self);
    PyObject *pythons = added == NULL ? NULL : PySequence_Concat(own, added);
    PyObject *names = pythons == NULL ? NULL : bb_java_class_member_names(env, ((bb_java_object *)self)->class, false);
    PyObject *java = bb_typed_names(names, own);
    PyObject *all = java == NULL ? NULL : PySequence_Concat(pythons, java);
    Py_XDECREF(java);
    Py_XDECREF(pythons);
    Py_XDECREF(added);
    Py_XDECREF(own);
    return all;
}

static PyObject *object_enter(PyObject *self, PyObject *unused)
{
    (void)unused;
    return Py_NewRef(self);
}

/* Adds a note of `failure` to `exception`. False: `exception` goes on. NULL if the note cannot be added. */
static PyObject *note(PyObject *exception, PyObject *failure)
{
    PyObject *module = PyImport_ImportModule("bufferbridge._errors.with_blocks");
    PyObject *noted = module == NULL ? NULL : PyObject_CallMethod(module, "survive", "OO", exception, failure);
    Py_XDECREF(module);
    if (noted == NULL) {
        return NULL;
    }
    Py_DECREF(noted);
    Py_RETURN_FALSE;
}

PyObject *bb_with_block_failed(PyObject *arguments)
{
    PyObject *exception = PyTuple_Size(arguments) < 2 ? Py_None : PyTuple_GetItem(arguments, 1);
    bool leaves_block = PyObject_TypeCheck(exception, (PyTypeObject *)PyExc_BaseException);
    if (!PyErr_ExceptionMatches(PyExc_Exception) || !leaves_block) {
        return NULL; /* no exception leaves the block, or Ctrl-C has come meanwhile */
    }
    PyObject *type, *failure, *traceback;
    PyErr_Fetch(&type, &failure, &traceback);
    PyErr_NormalizeException(&type, &failure, &traceback);
    PyObject *result = note(exception, failure);
    if (result == NULL && PyErr_ExceptionMatches(PyExc_Exception)) {
        PyErr_WriteUnraisable(failure);
        result = Py_NewRef(Py_False);
    }
    Py_XDECREF(type);
    Py_XDECREF(failure);
    Py_XDECREF(traceback);
    return result;
}

PyObject *bb_java_object_exit(PyObject *self, PyObject *arguments)
{
    JNIEnv *env = bb_enter_java();
    if (env == NULL) {
        return bb_with_block_failed(arguments);
    }
    jvalue nothing;
    bool closed = ask_of_object(env, &bb_java.protocol.close, self, &nothing);
    return closed ? Py_NewRef(Py_None) : bb_with_block_failed(arguments);
}

static PyMethodDef object_methods[] = {
    {"__dir__", object_dir, METH_NOARGS, "Names of the public members."},
    {"__reduce_ex__", bb_refuse_pickling, METH_O, "TypeError: the object lives in this process's JVM."},
    {"__enter__", object_enter, METH_NOARGS, "Returns the object itself."},
    {"__exit__", bb_java_object_exit, METH_VARARGS, "Closes a Java object that is AutoCloseable."},
    {NULL, NULL, 0, NULL},
};

static PyMemberDef object_members[] = {
    {"__weaklistoffset__", T_PYSSIZET, offsetof(bb_java_object, weak_references), READONLY, NULL},
    {NULL, 0, 0, 0, NULL},
};

PyDoc_STRVAR(object_doc, "A Java object. Its attributes are the object's public methods and fields; str() is\n"
                         "toString(), == is equals(), hash() is hashCode(); `with` closes an AutoCloseable.\n\n"
                         "A Java name that Python uses itself is reached with a trailing underscore.");

static PyType_Slot object_slots[] = {
    {Py_tp_dealloc, (void *)bb_java_object_dealloc},
    {Py_tp_getattro, (void *)object_getattro},
    {Py_tp_setattro, (void *)object_setattro},
    {Py_tp_str, (void *)object_str},
    {Py_tp_repr, (void *)object_repr},
    {Py_tp_hash, (void *)object_hash},
    {Py_tp_richcompare, (void *)object_richcompare},
    {Py_tp_methods, object_methods},
    {Py_tp_members, object_members},
    {Py_tp_doc, (void *)object_doc},
    {0, NULL},
};

static PyType_Spec object_spec = {
    .name = "bufferbridge.JavaObject",
    .basicsize = sizeof(bb_java_object),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = object_slots,
};

int bb_java_object_init(PyObject *module)
{
    bb_java_object_type = (PyTypeObject *)PyType_FromModuleAndSpec(module, &object_spec, NULL);
    if (bb_java_object_type == NULL) {
        return -1;
    }
    bb_java_object_new = new_java_object;
    return PyModule_AddObjectRef(module, "JavaObject", (PyObject *)bb_java_object_type);
}
