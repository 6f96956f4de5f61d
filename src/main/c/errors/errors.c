/*
 * Java exceptions as Python exceptions.
 *
 * The policy of this mapping is in two places. Java's Throwables.describe says what an exception is.
 * bufferbridge._errors.exceptions.from_java builds its Python twin. This file carries one to the other. A
 * PythonException becomes the Python exception it was made from.
 *
 * Owns nothing between calls. Threads: any that is attached, with the GIL.
 */
#include "base/bb.h"

#include "errors/errors.h"

#include "base/java_objects.h"
#include "base/pending.h"
#include "base/text.h"
#include "errors/python_errors.h"
#include "runtimes/java_door.h"
#include "runtimes/java_ids.h"

/* Longer chains of causes are cut here. Java ends cyclic chains itself. */
enum { MAX_CAUSES = 64 };

/* Places in the array that Throwables.describe returns. */
enum { KIND, CLASS_NAME, MESSAGE, CAUSE };

static PyObject *twin_of(JNIEnv *env, jthrowable thrown, int depth);

static PyObject *text_at(JNIEnv *env, jobjectArray description, int place)
{
    return bb_string_take(env, (*env)->GetObjectArrayElement(env, description, place));
}

/* Not negative, or -1 with an exception set. */
static int int_at(JNIEnv *env, jobjectArray description, int place)
{
    jobject boxed = (*env)->GetObjectArrayElement(env, description, place);
    bb_outcome value = bb_call_java_with_gil(env, &bb_java.integer.int_value, boxed, NULL);
    (*env)->DeleteLocalRef(env, boxed);
    if (bb_discard(env, value)) {
        PyErr_NoMemory();
        return -1;
    }
    return value.value.i;
}

static PyObject *cause_of(JNIEnv *env, jobjectArray description, int depth)
{
    jobject cause = (*env)->GetObjectArrayElement(env, description, CAUSE);
    if (cause == NULL) {
        return Py_NewRef(Py_None);
    }
    PyObject *twin = depth < MAX_CAUSES ? twin_of(env, cause, depth + 1) : Py_NewRef(Py_None);
    (*env)->DeleteLocalRef(env, cause);
    return twin;
}

static PyObject *build_twin(JNIEnv *env, jthrowable thrown, jobjectArray description, int depth)
{
    PyObject *twin = NULL;
    PyObject *class_name = text_at(env, description, CLASS_NAME);
    PyObject *message = class_name == NULL ? NULL : text_at(env, description, MESSAGE);
    PyObject *cause = message == NULL ? NULL : cause_of(env, description, depth);
    PyObject *object = cause == NULL ? NULL : bb_java_object_new(env, thrown);
    PyObject *errors = object == NULL ? NULL : PyImport_ImportModule("bufferbridge._errors.exceptions");
    int kind = errors == NULL ? -1 : int_at(env, description, KIND);
    if (kind >= 0) {
        twin = PyObject_CallMethod(errors, "from_java", "iOOOO", kind, class_name, message, cause, object);
    }
    Py_XDECREF(errors);
    Py_XDECREF(object);
    Py_XDECREF(cause);
    Py_XDECREF(message);
    Py_XDECREF(class_name);
    return twin;
}

/* New reference to the Python exception for `thrown`. Deletes no reference of the caller. */
static PyObject *twin_of(JNIEnv *env, jthrowable thrown, int depth)
{
    PyObject *original = bb_python_exception_of(env, thrown);
    if (original != NULL) {
        return original;
    }
    /* getMessage() and getCause() may be user code. */
    bb_outcome described = bb_call_java(env, &bb_java.throwables.describe, NULL, BB_ARGUMENTS({.l = thrown}));
    jobjectArray description = described.value.l;
    if (bb_discard(env, described) || description == NULL) {
        PyErr_SetString(PyExc_RuntimeError, "a Java exception was thrown, and describing it failed as well");
        return NULL;
    }
    PyObject *twin = build_twin(env, thrown, description, depth);
    (*env)->DeleteLocalRef(env, description);
    return twin;
}

PyObject *bb_raise(JNIEnv *env, jthrowable thrown)
{
    PyObject *twin = twin_of(env, thrown, 0);
    (*env)->DeleteLocalRef(env, thrown);
    if (twin != NULL) {
        PyErr_SetObject((PyObject *)Py_TYPE(twin), twin);
        Py_DECREF(twin);
    }
    return NULL;
}

int bb_raise_if_thrown(JNIEnv *env)
{
    jthrowable thrown = bb_thrown(env);
    if (thrown == NULL) {
        return 0;
    }
    bb_raise(env, thrown);
    return -1;
}

void bb_report_unraisable(JNIEnv *env, jthrowable thrown, PyObject *where)
{
    if (thrown == NULL) {
        return;
    }
    bb_pending pending;
    bb_pending_set_aside(&pending);
    bb_raise(env, thrown);
    PyErr_WriteUnraisable(where);
    bb_pending_put_back(&pending);
}
