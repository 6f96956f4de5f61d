/*
 * The classes of Throwables, for which Python has classes of exceptions (throwables.py).
 *
 * Owns: of a JavaClass its class of exceptions, which has a reference to the JavaClass. Where Java can unload the
 * class, this is a weak reference, so both die together.
 *
 * Threads: any, with the GIL. Class loaders, which are user code, may run in superclass() and in class_of().
 */
#include "base/bb.h"

#include "objects/throwable_class.h"

#include "base/gil.h"
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
    PyObject *own = PyObject_GetAttrString(candidate, "__dict__");
    PyObject *class = own == NULL ? NULL : PyMapping_GetItemString(own, "__java_class__");
    Py_XDECREF(own);
    if (class == NULL && PyErr_ExceptionMatches(PyExc_KeyError)) {
        PyErr_Clear(); /* a Python class, perhaps derived from that of a Throwable */
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

/* A look at a class of exceptions, and its change, are one step for other threads. */
static pthread_mutex_t error_classes_lock = PTHREAD_MUTEX_INITIALIZER;

/* Under the lock. New reference to the class of exceptions that is alive. NULL if none is, or with an exception set. */
static PyObject *live_error_class(const bb_java_class *class)
{
    PyObject *known = class->error_class;
    if (known == NULL || class->stays) {
        return Py_XNewRef(known);
    }
    PyObject *alive = PyObject_CallNoArgs(known);
    if (alive == Py_None) {
        Py_CLEAR(alive);
    }
    return alive;
}

/* New reference to the known class of exceptions, or None. */
static PyObject *known_error_class(const bb_java_class *class)
{
    bb_lock_without_gil(&error_classes_lock);
    PyObject *known = live_error_class(class);
    bb_unlock_without_gil(&error_classes_lock);
    return known != NULL || PyErr_Occurred() ? known : Py_NewRef(Py_None);
}

/*
 * No other code runs between the look and the change. So two threads that make the class at once get the same one.
 * Gives the reference of `kept` away, or up. New reference.
 */
static PyObject *enter_error_class(bb_java_class *class, PyObject *made, PyObject *kept)
{
    PyObject *dropped = kept;
    bb_lock_without_gil(&error_classes_lock);
    PyObject *known = live_error_class(class);
    if (known == NULL && !PyErr_Occurred()) {
        dropped = class->error_class;
        class->error_class = kept;
        known = Py_NewRef(made);
    }
    bb_unlock_without_gil(&error_classes_lock);
    Py_XDECREF(dropped);
    return known;
}

PyObject *bb_error_class(PyObject *module, PyObject *arguments)
{
    (void)module;
    PyObject *class, *made = Py_None;
    if (!PyArg_ParseTuple(arguments, "O|O", &class, &made)) {
        return NULL;
    }
    if (!bb_java_class_check(class) || (made != Py_None && !PyType_Check(made))) {
        return PyErr_Format(PyExc_TypeError, "error_class() takes a JavaClass and a class, not %R and %R",
                            (PyObject *)Py_TYPE(class), (PyObject *)Py_TYPE(made));
    }
    bb_java_class *java_class = (bb_java_class *)class;
    if (made == Py_None) {
        return known_error_class(java_class);
    }
    PyObject *kept = java_class->stays ? Py_NewRef(made) : PyWeakref_NewRef(made, NULL);
    return kept == NULL ? NULL : enter_error_class(java_class, made, kept);
}
