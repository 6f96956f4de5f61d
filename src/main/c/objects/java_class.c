/*
 * JavaClass: a Java class as Python sees it. A call constructs an object. Its attributes are the public static methods,
 * static fields and nested classes. A Java name that Python uses itself is reached with a trailing underscore.
 *
 * Owns, through each object: the JavaType, and the members that were used. The table (class_table.c) has the classes
 * themselves.
 *
 * Threads. If two threads use a class for the first time, both make an object. The thread that comes second to the
 * table drops its own object and uses the other one.
 */
#include "base/bb.h"

#include "objects/java_class.h"

#include <structmember.h>

#include "base/text.h"
#include "errors/errors.h"
#include "objects/call.h"
#include "objects/fields.h"
#include "objects/java_member.h"
#include "objects/java_object.h"
#include "objects/pickling.h"
#include "objects/throwable_class.h"
#include "runtimes/attachment.h"
#include "runtimes/java_ids.h"
#include "values/class_relations.h"
#include "values/class_table.h"

static PyTypeObject *java_class_type;

static void class_dealloc(PyObject *self)
{
    bb_java_class *class = (bb_java_class *)self;
    PyTypeObject *type = Py_TYPE(self);
    if (class->weak_references != NULL) {
        PyObject_ClearWeakRefs(self);
    }
    bb_class_table_remove(class); /* while `type` is held, no other class has its id */
    bb_global_ref_release(class->type);
    Py_XDECREF((PyObject *)class->instances);
    Py_XDECREF(class->name);
    Py_XDECREF(class->constructors);
    Py_XDECREF(class->instance_members);
    Py_XDECREF(class->static_members);
    Py_XDECREF(class->error_class);
    PyObject_Free(self);
    Py_DECREF(type);
}

static PyObject *java_name(JNIEnv *env, jobject type)
{
    jvalue name;
    /* May load the enclosing class, by a class loader that is user code. */
    return bb_ask_java(env, &bb_java.type.name, type, NULL, &name) ? bb_string_take(env, name.l) : NULL;
}

static jobject class_of_type(JNIEnv *env, jobject type)
{
    jvalue java_class;
    return bb_ask_java_with_gil(env, &bb_java.type.type, type, NULL, &java_class) ? java_class.l : NULL;
}

bool bb_java_class_check(PyObject *candidate)
{
    return Py_TYPE(candidate) == java_class_type;
}

jobject bb_java_class_object(JNIEnv *env, PyObject *class)
{
    return class_of_type(env, ((bb_java_class *)class)->type);
}

static int learn_export_kind(JNIEnv *env, bb_java_class *class, jobject type)
{
    jobject java_class = class_of_type(env, type);
    if (java_class == NULL) {
        return -1;
    }
    /* May load providers, which are user code. */
    jvalue kind;
    bool known = bb_ask_java(env, &bb_java.exportable.kind, NULL, BB_ARGUMENTS({.l = java_class}), &kind);
    (*env)->DeleteLocalRef(env, java_class);
    class->export_kind = (enum bb_export_kind)kind.i;
    return known ? 0 : -1;
}

/*
 * Chooses the Python type of the objects. Python makes the types, and keeps each of them: two threads get the same one.
 * Java may load the classes that the method of a functional interface names, which runs user code.
 */
static int choose_type(JNIEnv *env, bb_java_class *class, jobject type)
{
    enum { PRIMITIVE_ARRAY = 1 << 12, COMPARABLE = 1 << 13, THROWABLE = 1 << 14 }; /* Protocols.java */
    jvalue protocols;
    if (!bb_ask_java(env, &bb_java.type.protocols, type, NULL, &protocols)) {
        return -1;
    }
    class->is_comparable = (protocols.i & COMPARABLE) != 0;
    class->is_throwable = (protocols.i & THROWABLE) != 0;
    int wanted = protocols.i & ~(COMPARABLE | THROWABLE);
    if (class->export_kind == BB_EXPORTS_KNOWN_MEMORY) {
        wanted &= PRIMITIVE_ARRAY; /* a CharBuffer is memory, not a text */
    }
    PyTypeObject *base = bb_exports_nothing(class) ? bb_java_object_type : bb_java_buffer_type;
    if (wanted == 0) {
        class->instances = (PyTypeObject *)Py_NewRef((PyObject *)base);
        return 0;
    }
    PyObject *module = PyImport_ImportModule("bufferbridge._objects.protocols");
    PyObject *made = module == NULL ? NULL : PyObject_CallMethod(module, "type_for", "Oi", (PyObject *)base, wanted);
    Py_XDECREF(module);
    if (made != NULL && (!PyType_Check(made) || !PyType_IsSubtype((PyTypeObject *)made, base))) {
        PyErr_Format(PyExc_RuntimeError, "type_for() returned %R", made);
        Py_CLEAR(made);
    }
    class->instances = (PyTypeObject *)made;
    return made == NULL ? -1 : 0;
}

static bb_java_class *new_class(JNIEnv *env, jobject type, int id)
{
    bb_java_class *class = PyObject_New(bb_java_class, java_class_type);
    if (class == NULL) {
        return NULL;
    }
    class->id = id;
    class->stays = false;
    class->constructors = NULL;
    class->instance_members = PyDict_New();
    class->static_members = PyDict_New();
    class->type = NULL;
    class->instances = NULL;
    class->error_class = NULL;
    class->weak_references = NULL;
    class->is_comparable = false;
    class->is_throwable = false;
    class->name = java_name(env, type);
    if (class->name == NULL || class->instance_members == NULL || class->static_members == NULL) {
        goto failed;
    }
    class->type = bb_global_ref(env, type);
    if (class->type == NULL || learn_export_kind(env, class, type) < 0 || choose_type(env, class, type) < 0) {
        goto failed;
    }
    jvalue stays, constructors;
    if (!bb_ask_java_with_gil(env, &bb_java.type.stays, type, NULL, &stays) ||
        !bb_ask_java(env, &bb_java.type.constructors, type, NULL, &constructors)) {
        goto failed;
    }
    class->stays = stays.z;
    class->constructors = (PyObject *)bb_java_member_new(env, class, constructors.l, class->name);
    (*env)->DeleteLocalRef(env, constructors.l);
    if (class->constructors == NULL) {
        goto failed;
    }
    return class;
failed:
    Py_DECREF(class);
    return NULL;
}

bb_java_class *bb_java_class_take(JNIEnv *env, jobject type)
{
    bb_java_class *class = NULL;
    jvalue id;
    bool known = bb_ask_java_with_gil(env, &bb_java.type.id, type, NULL, &id);
    bb_class_entry *entry = known ? bb_class_table_entry(id.i) : NULL;
    if (entry == NULL) {
        goto done;
    }
    class = bb_class_table_get(entry);
    if (class == NULL) {
        bb_java_class *fresh = new_class(env, type, id.i);
        class = fresh == NULL ? NULL : bb_class_table_enter(entry, fresh);
    }
done:
    (*env)->DeleteLocalRef(env, type);
    return class;
}

bb_java_class *bb_java_class_of_object(JNIEnv *env, jobject object)
{
    jvalue type;
    bool known = bb_ask_java_with_gil(env, &bb_java.type.of, NULL, BB_ARGUMENTS({.l = object}), &type);
    return known ? bb_java_class_take(env, type.l) : NULL;
}

bb_java_class *bb_java_class_of(JNIEnv *env, int id, jobject object)
{
    bb_class_entry *entry = bb_class_table_entry(id);
    if (entry == NULL) {
        return NULL;
    }
    bb_java_class *class = bb_class_table_get(entry);
    return class != NULL ? class : bb_java_class_of_object(env, object);
}

/* Local reference to the String, or to the Class that a JavaObject holds. NULL with an exception set. */
static jobject name_or_class(JNIEnv *env, PyObject *argument)
{
    if (PyUnicode_Check(argument)) {
        return bb_string_to_java(env, argument);
    }
    jobject local = (*env)->NewLocalRef(env, bb_java_object_borrow(argument));
    return local != NULL ? local : (jobject)PyErr_NoMemory();
}

static PyObject *found_class(const bb_method *find, PyObject *argument)
{
    JNIEnv *env = bb_enter_java();
    jobject wanted = env == NULL ? NULL : name_or_class(env, argument);
    if (wanted == NULL) {
        return NULL;
    }
    /* A class loader is user code. */
    jvalue type;
    bool found = bb_ask_java(env, find, NULL, BB_ARGUMENTS({.l = wanted}), &type);
    (*env)->DeleteLocalRef(env, wanted);
    return found ? bb_java_class_for_python(bb_java_class_take(env, type.l)) : NULL;
}

PyObject *bb_jclass(PyObject *module, PyObject *argument)
{
    (void)module;
    if (!PyUnicode_Check(argument) && bb_java_object_borrow(argument) == NULL) {
        return PyErr_Format(PyExc_TypeError, "jclass() takes the name of a class, a str, or a java.lang.Class, not %R",
                            (PyObject *)Py_TYPE(argument));
    }
    return found_class(&bb_java.type.find, argument);
}

PyObject *bb_internal_class(PyObject *module, PyObject *name)
{
    (void)module;
    if (!PyUnicode_Check(name)) {
        return PyErr_Format(PyExc_TypeError, "internal_class() takes the name of a class, not %R",
                            (PyObject *)Py_TYPE(name));
    }
    return found_class(&bb_java.type.internal, name);
}

static PyObject *class_getattro(PyObject *self, PyObject *name)
{
    bb_java_class *class = (bb_java_class *)self;
    PyObject *known = PyDict_GetItemWithError(class->static_members, name);
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
    bb_java_member *member = bb_java_class_member(env, class, name, true);
    if (member != NULL) {
        PyObject *value = bb_java_member_get(env, member, NULL, NULL);
        Py_DECREF((PyObject *)member);
        return value;
    }
    return PyErr_Occurred() ? NULL : bb_java_class_no_member(env, class, name, true);
}

static int class_setattro(PyObject *self, PyObject *name, PyObject *value)
{
    bb_java_class *class = (bb_java_class *)self;
    JNIEnv *env = bb_enter_java();
    if (env == NULL) {
        return -1;
    }
    bb_java_member *member = bb_java_class_member(env, class, name, true);
    if (member != NULL) {
        int status = bb_set_field(env, member, NULL, value);
        Py_DECREF((PyObject *)member);
        return status;
    }
    if (!PyErr_Occurred()) {
        bb_java_class_no_member(env, class, name, true);
    }
    return -1;
}

static PyObject *class_call(PyObject *self, PyObject *arguments, PyObject *keywords)
{
    bb_java_class *class = (bb_java_class *)self;
    return bb_call_tuple((bb_java_member *)class->constructors, NULL, arguments, keywords);
}

static PyObject *class_repr(PyObject *self)
{
    return PyUnicode_FromFormat("<JavaClass %U>", ((bb_java_class *)self)->name);
}

static PyObject *class_dir(PyObject *self, PyObject *unused)
{
    (void)unused;
    JNIEnv *env = bb_enter_java();
    return env == NULL ? NULL : bb_typed_names(bb_java_class_member_names(env, (bb_java_class *)self, true), NULL);
}

static PyObject *class_get_name(PyObject *self, void *closure)
{
    (void)closure;
    return Py_NewRef(((bb_java_class *)self)->name);
}

static PyObject *class_get_described(PyObject *self, void *function)
{
    return bb_java_member_described((bb_java_member *)((bb_java_class *)self)->constructors, function, true);
}

static PyMethodDef class_methods[] = {
    {"__instancecheck__", bb_class_instancecheck, METH_O, "isinstance(x, cls): whether Java's instanceof holds."},
    {"__subclasscheck__", bb_class_subclasscheck, METH_O, "issubclass(x, cls): whether Java assigns an x to a cls."},
    {"__mro_entries__", bb_class_mro_entries, METH_O, "TypeError: a Java class has no subclasses in Python."},
    {"__reduce_ex__", bb_refuse_pickling, METH_O, "TypeError: the class lives in this process's JVM."},
    {"__dir__", class_dir, METH_NOARGS, "Names of the public static members and nested classes."},
    {NULL, NULL, 0, NULL},
};

static PyGetSetDef class_getset[] = {
    {"__name__", class_get_name, NULL, "The class's Java name.", NULL},
    {"__doc__", class_get_described, NULL, "The constructors.", (void *)"documentation"},
    {"__signature__", class_get_described, NULL, "For inspect.signature.", (void *)"signature"},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyMemberDef class_members[] = {
    {"__weaklistoffset__", T_PYSSIZET, offsetof(bb_java_class, weak_references), READONLY, NULL},
    {NULL, 0, 0, 0, NULL},
};

/* C[int], as Python writes type arguments. */
static PyObject *class_item(PyObject *self, PyObject *key)
{
    (void)key;
    return PyErr_Format(PyExc_TypeError,
                        "%R takes no type arguments: leave the brackets out; jclass('int[]') is an array", self);
}

static PyType_Slot class_slots[] = {
    {Py_tp_dealloc, (void *)class_dealloc},
    {Py_tp_getattro, (void *)class_getattro},
    {Py_tp_setattro, (void *)class_setattro},
    {Py_tp_call, (void *)class_call},
    {Py_tp_repr, (void *)class_repr},
    {Py_nb_or, (void *)bb_class_or},
    {Py_tp_methods, class_methods},
    {Py_tp_getset, class_getset},
    {Py_tp_members, class_members},
    {Py_mp_subscript, (void *)class_item},
    {0, NULL},
};

static PyType_Spec class_spec = {
    .name = "bufferbridge.JavaClass",
    .basicsize = sizeof(bb_java_class),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = class_slots,
};

int bb_java_class_init(PyObject *module)
{
    java_class_type = (PyTypeObject *)PyType_FromModuleAndSpec(module, &class_spec, NULL);
    if (java_class_type == NULL) {
        return -1;
    }
    return PyModule_AddObjectRef(module, "JavaClass", (PyObject *)java_class_type);
}
