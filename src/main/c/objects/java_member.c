/*
 * Members of Java classes: method groups, fields and nested classes. Each is found once per class and name.
 *
 * Owns: nothing of its own. Each JavaClass keeps the members it found in two dictionaries.
 *
 * Threads: if two threads look a name up at once, they find equal members, and the first one stays. A member in a
 * dictionary is never replaced or removed. Callers give up the GIL with a member, so they own a reference.
 */
#include "base/bb.h"

#include "objects/java_member.h"

#include "base/dict.h"
#include "base/text.h"
#include "errors/errors.h"
#include "objects/fields.h"
#include "objects/java_class.h"
#include "objects/java_method.h"
#include "objects/throwable_class.h"
#include "runtimes/attachment.h"
#include "runtimes/java_ids.h"

static PyTypeObject *java_member_type;

bb_java_member *bb_java_member_new(JNIEnv *env, bb_java_class *class, jobject local, PyObject *name)
{
    jvalue kind;
    bool known = bb_ask_java_with_gil(env, &bb_java.member.kind, local, NULL, &kind);
    bb_java_member *member = known ? PyObject_New(bb_java_member, java_member_type) : NULL;
    if (member == NULL) {
        return NULL;
    }
    member->kind = (enum bb_member_kind)kind.i;
    member->name = Py_NewRef(name);
    member->class_name = Py_NewRef(class->name);
    atomic_init(&member->way, NULL);
    member->member = bb_global_ref(env, local);
    if (member->member == NULL) {
        Py_DECREF(member);
        return NULL;
    }
    return member;
}

static void member_dealloc(PyObject *self)
{
    bb_java_member *member = (bb_java_member *)self;
    PyTypeObject *type = Py_TYPE(self);
    bb_global_ref_release(member->member);
    Py_XDECREF(member->name);
    Py_XDECREF(member->class_name);
    bb_direct_field_free(atomic_load(&member->way));
    PyObject_Free(self);
    Py_DECREF(type);
}

/* New reference to the member. NULL with an exception set, or with none if there is no such member. */
static bb_java_member *find_member(JNIEnv *env, bb_java_class *class, PyObject *name, bool is_static)
{
    jstring java_name = bb_string_to_java(env, name);
    if (java_name == NULL) {
        return NULL;
    }
    /* Reading signatures may load classes, which runs user code. */
    jvalue local;
    const jvalue *given = BB_ARGUMENTS({.l = java_name}, {.z = is_static});
    bool answered = bb_ask_java(env, &bb_java.type.member, class->type, given, &local);
    (*env)->DeleteLocalRef(env, java_name);
    if (!answered || local.l == NULL) {
        return NULL;
    }
    bb_java_member *member = bb_java_member_new(env, class, local.l, name);
    (*env)->DeleteLocalRef(env, local.l);
    return member;
}

/* The name without its trailing underscore. NULL with no exception set if it has none. */
static PyObject *without_underscore(PyObject *name)
{
    Py_ssize_t length = PyUnicode_GetLength(name);
    if (length < 2 || PyUnicode_ReadChar(name, length - 1) != '_') {
        return NULL;
    }
    return PyUnicode_Substring(name, 0, length - 1);
}

/* Takes a member that was just found. New reference to the member that stays. */
static bb_java_member *keep_member(PyObject *known, PyObject *name, bb_java_member *found)
{
    PyObject *first = bb_dict_keep(known, name, (PyObject *)found);
    Py_DECREF((PyObject *)found);
    return (bb_java_member *)first;
}

static bb_java_member *look_up(JNIEnv *env, bb_java_class *class, PyObject *name, bool is_static)
{
    PyObject *known = is_static ? class->static_members : class->instance_members;
    bb_java_member *member = (bb_java_member *)bb_dict_get(known, name);
    if (member != NULL || PyErr_Occurred()) {
        return member;
    }
    member = find_member(env, class, name, is_static);
    if (member == NULL && !PyErr_Occurred()) {
        PyObject *shorter = without_underscore(name);
        if (shorter != NULL) {
            member = find_member(env, class, shorter, is_static);
            Py_DECREF(shorter);
        }
    }
    return member == NULL ? NULL : keep_member(known, name, member);
}

bb_java_member *bb_java_class_member(JNIEnv *env, bb_java_class *class, PyObject *name, bool is_static)
{
    PyObject *plain = PyUnicode_FromObject(name); /* the name itself, or a copy if its type is a subclass of str */
    bb_java_member *member = plain == NULL ? NULL : look_up(env, class, plain, is_static);
    Py_XDECREF(plain);
    return member;
}

PyObject *bb_java_member_described(bb_java_member *member, const char *function, bool is_constructor)
{
    JNIEnv *env = bb_enter_java();
    PyObject *group = env == NULL ? NULL : bb_java_object_new(env, member->member);
    PyObject *module = group == NULL ? NULL : PyImport_ImportModule("bufferbridge._objects.signatures");
    PyObject *told = module == NULL ? NULL
                                    : PyObject_CallMethod(module, function, "OOO", group, member->name,
                                                          is_constructor ? Py_True : Py_False);
    Py_XDECREF(module);
    Py_XDECREF(group);
    return told;
}

PyObject *bb_typed_names(PyObject *names, PyObject *taken)
{
    PyObject *module = names == NULL ? NULL : PyImport_ImportModule("bufferbridge._objects.packages");
    PyObject *typed = NULL;
    if (module != NULL) {
        typed = taken == NULL ? PyObject_CallMethod(module, "typed", "O", names)
                              : PyObject_CallMethod(module, "typed", "OO", names, taken);
    }
    Py_XDECREF(module);
    Py_XDECREF(names);
    return typed;
}

PyObject *bb_java_class_member_names(JNIEnv *env, bb_java_class *class, bool is_static)
{
    /* Reading signatures may load classes, which runs user code. */
    jvalue names;
    if (!bb_ask_java(env, &bb_java.type.member_names, class->type, BB_ARGUMENTS({.z = is_static}), &names)) {
        return NULL;
    }
    jsize count = (*env)->GetArrayLength(env, names.l);
    PyObject *list = PyList_New(0);
    for (jsize i = 0; list != NULL && i < count; i++) {
        PyObject *name = bb_string_take(env, (*env)->GetObjectArrayElement(env, names.l, i));
        if (name == NULL || PyList_Append(list, name) < 0) {
            Py_CLEAR(list);
        }
        Py_XDECREF(name);
    }
    (*env)->DeleteLocalRef(env, names.l);
    return list;
}

/* Why a name that the class declares is not a member: str, or None. NULL with an exception set. */
static PyObject *obstacle_of(JNIEnv *env, bb_java_class *class, PyObject *name)
{
    jstring java_name = bb_string_to_java(env, name);
    if (java_name == NULL) {
        return NULL;
    }
    jvalue obstacle;
    bool answered = bb_ask_java(env, &bb_java.type.obstacle, class->type, BB_ARGUMENTS({.l = java_name}), &obstacle);
    (*env)->DeleteLocalRef(env, java_name);
    return answered ? bb_string_take(env, obstacle.l) : NULL;
}

/* The error for a name that is no member: an exception, or NULL with one set. */
static PyObject *absence(JNIEnv *env, bb_java_class *class, PyObject *name, bool is_static)
{
    PyObject *names = bb_java_class_member_names(env, class, is_static);
    PyObject *of_objects = names == NULL ? NULL : bb_java_class_member_names(env, class, false);
    PyObject *obstacle = of_objects == NULL ? NULL : obstacle_of(env, class, name);
    PyObject *errors = obstacle == NULL ? NULL : PyImport_ImportModule("bufferbridge._errors.exceptions");
    PyObject *error = errors == NULL ? NULL
                                     : PyObject_CallMethod(errors, "no_member", "OOOOOOO", class->name, name, names,
                                                           of_objects, is_static ? Py_True : Py_False, obstacle,
                                                           bb_exports_nothing(class) ? Py_False : Py_True);
    Py_XDECREF(errors);
    Py_XDECREF(obstacle);
    Py_XDECREF(of_objects);
    Py_XDECREF(names);
    return error;
}

PyObject *bb_java_class_no_member(JNIEnv *env, bb_java_class *class, PyObject *name, bool is_static)
{
    PyObject *error = absence(env, class, name, is_static);
    if (error != NULL) {
        PyErr_SetObject((PyObject *)Py_TYPE(error), error);
        Py_DECREF(error);
    }
    return NULL;
}

PyObject *bb_java_member_get(JNIEnv *env, bb_java_member *member, PyObject *self, jobject instance)
{
    switch (member->kind) {
    case BB_FIELD:
        return bb_get_field(env, member, instance);
    case BB_NESTED_TYPE: {
        jvalue type;
        bool known =
            bb_ask_java_with_gil(env, &bb_java.calls.nested_type, NULL, BB_ARGUMENTS({.l = member->member}), &type);
        return known ? bb_java_class_for_python(bb_java_class_take(env, type.l)) : NULL;
    }
    default:
        return bb_java_method_new(member, self, instance);
    }
}

static PyType_Slot member_slots[] = {
    {Py_tp_dealloc, (void *)member_dealloc},
    {0, NULL},
};

static PyType_Spec member_spec = {
    .name = "bufferbridge._native.JavaMember",
    .basicsize = sizeof(bb_java_member),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = member_slots,
};

int bb_java_member_init(PyObject *module)
{
    java_member_type = (PyTypeObject *)PyType_FromModuleAndSpec(module, &member_spec, NULL);
    return java_member_type == NULL ? -1 : 0;
}
