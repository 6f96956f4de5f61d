/*
 * The classes of Throwables, for which Python has classes of exceptions (throwables.py).
 *
 * Owns nothing: a class of exceptions has a reference to its JavaClass, and not the other way round. Threads: any, with
 * the GIL. Class loaders, which are user code, may run in superclass() and in class_of().
 */
#include "base/bb.h"

#include "objects/throwable_class.h"

#include "errors/errors.h"
#include "objects/java_class.h"
#include "objects/java_object.h"
#include "runtimes/attachment.h"
#include "runtimes/java_ids.h"

PyObject *bb_java_class_for_python(bb_java_class *class)
{
    if (class == NULL || !class->is_throwable) {
        return (PyObject *)class;
    }
    PyObject *module = PyImport_ImportModule("bufferbridge._errors.exceptions");
    PyObject *errors = module == NULL ? NULL : PyObject_CallMethod(module, "class_of", "O", (PyObject *)class);
    Py_XDECREF(module);
    Py_DECREF((PyObject *)class);
    return errors;
}

PyObject *bb_java_class_of_errors(PyObject *candidate)
{
    if (!PyType_Check(candidate) || !PyType_IsSubtype((PyTypeObject *)candidate, (PyTypeObject *)PyExc_Exception)) {
        return NULL;
    }
    PyObject *class = PyObject_GetAttrString(candidate, "__java_class__");
    if (class == NULL && PyErr_ExceptionMatches(PyExc_AttributeError)) {
        PyErr_Clear(); /* one of Python's own exceptions */
    } else if (class != NULL && !bb_java_class_check(class)) {
        Py_CLEAR(class);
    }
    return class;
}

static bb_java_class *superclass(JNIEnv *env, bb_java_class *class)
{
    jobject own = bb_java_class_object(env, (PyObject *)class);
    jobject above = own == NULL ? NULL : (*env)->GetSuperclass(env, own);
    (*env)->DeleteLocalRef(env, own);
    if (above == NULL) {
        return NULL;
    }
    jvalue type;
    bool found = bb_ask_java(env, &bb_java.type.find, NULL, BB_ARGUMENTS({.l = above}), &type);
    (*env)->DeleteLocalRef(env, above);
    return found ? bb_java_class_take(env, type.l) : NULL;
}

PyObject *bb_class_above(PyObject *module, PyObject *argument)
{
    (void)module;
    if (bb_java_object_borrow(argument) != NULL) {
        return Py_NewRef((PyObject *)((bb_java_object *)argument)->class);
    }
    if (!bb_java_class_check(argument)) {
        return PyErr_Format(PyExc_TypeError, "class_above() takes a JavaObject or a JavaClass, not %R",
                            (PyObject *)Py_TYPE(argument));
    }
    JNIEnv *env = bb_enter_java();
    bb_java_class *class = env == NULL ? NULL : superclass(env, (bb_java_class *)argument);
    return class != NULL || PyErr_Occurred() ? (PyObject *)class : Py_NewRef(Py_None);
}

PyObject *bb_is_throwable(PyObject *module, PyObject *argument)
{
    (void)module;
    return PyBool_FromLong(bb_java_class_check(argument) && ((bb_java_class *)argument)->is_throwable);
}

PyObject *bb_stays(PyObject *module, PyObject *argument)
{
    (void)module;
    return PyBool_FromLong(bb_java_class_check(argument) && ((bb_java_class *)argument)->stays);
}
