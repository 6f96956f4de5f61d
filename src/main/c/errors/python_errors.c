/*
 * Python exceptions as Java exceptions: the mirror image of errors.c.
 *
 * The policy of this mapping is in two places. bufferbridge._errors.exceptions.describe says what an exception is.
 * Java's PythonException.of builds its twin.
 *
 * Owns nothing between calls. If the description fails (a hostile __str__), the PythonException has the name of the
 * type instead. If memory ran out even for that, an IllegalStateException names it.
 *
 * This file leaves nothing thrown while the GIL is held. The last reference to the exception may go then. The frames of
 * its traceback and all their variables go with it, and their destructors call Java.
 *
 * Threads: any that is attached. What handles a Python exception needs the GIL; what throws in Java runs without it.
 */
#include "base/bb.h"

#include "errors/python_errors.h"

#include "base/java_objects.h"
#include "base/pending.h"
#include "base/text.h"
#include "base/thrown.h"
#include "runtimes/java_door.h"
#include "runtimes/java_ids.h"

/* Places in the tuple that bufferbridge._errors.exceptions.describe returns. */
enum { TYPE, MESSAGE, FRAMES, CAUSE, IS_TWIN };

/* The pending exception, normalised and with its traceback. A new reference, never NULL. */
static PyObject *take_pending(void)
{
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyErr_NormalizeException(&type, &value, &traceback);
    if (value == NULL) {
        value = Py_NewRef(Py_None);
    } else if (traceback != NULL) {
        PyException_SetTraceback(value, traceback);
    }
    Py_XDECREF(type);
    Py_XDECREF(traceback);
    return value;
}

/* Local reference, or NULL with a Python exception set. */
static jobjectArray strings_to_java(JNIEnv *env, PyObject *texts)
{
    Py_ssize_t count = PyTuple_Size(texts);
    jobjectArray array = count < 0 ? NULL : (*env)->NewObjectArray(env, (jsize)count, bb_java.string.class, NULL);
    if (array == NULL) {
        (*env)->ExceptionClear(env);
        return (jobjectArray)PyErr_NoMemory();
    }
    for (Py_ssize_t i = 0; i < count; i++) {
        jstring text = bb_string_to_java(env, PyTuple_GetItem(texts, i));
        if (text == NULL) {
            (*env)->DeleteLocalRef(env, array);
            return NULL;
        }
        (*env)->SetObjectArrayElement(env, array, (jsize)i, text);
        (*env)->DeleteLocalRef(env, text);
    }
    return array;
}

/* Local reference to the PythonException, or to what Java threw instead. NULL with a Python exception set. */
static jthrowable java_twin(JNIEnv *env, PyObject *exception, PyObject *description)
{
    bb_outcome twin = {.thrown = NULL};
    jstring type = bb_string_to_java(env, PyTuple_GetItem(description, TYPE));
    jstring message = type == NULL ? NULL : bb_string_to_java(env, PyTuple_GetItem(description, MESSAGE));
    jobjectArray frames = message == NULL ? NULL : strings_to_java(env, PyTuple_GetItem(description, FRAMES));
    if (frames != NULL) {
        jobject cause = bb_java_object_borrow(PyTuple_GetItem(description, CAUSE));
        jboolean is_twin = PyTuple_GetItem(description, IS_TWIN) == Py_True;
        jboolean is_exit = !PyErr_GivenExceptionMatches(exception, PyExc_Exception);
        const jvalue *given = BB_ARGUMENTS({.l = type}, {.l = message}, {.l = frames}, {.l = cause}, {.z = is_twin},
                                           {.z = is_exit}, {.j = (jlong)(intptr_t)Py_NewRef(exception)});
        twin = bb_call_java_with_gil(env, &bb_java.python_exception.of, NULL, given);
        if (twin.thrown != NULL) {
            Py_DECREF(exception); /* Java takes the reference over last */
        }
    }
    (*env)->DeleteLocalRef(env, frames);
    (*env)->DeleteLocalRef(env, message);
    (*env)->DeleteLocalRef(env, type);
    return twin.thrown != NULL ? twin.thrown : twin.value.l;
}

/* The same. NULL with no exception set. */
static jthrowable described(JNIEnv *env, PyObject *exception)
{
    jthrowable twin = NULL;
    PyObject *errors = PyImport_ImportModule("bufferbridge._errors.exceptions");
    PyObject *description = errors == NULL ? NULL : PyObject_CallMethod(errors, "describe", "O", exception);
    if (description != NULL) {
        twin = java_twin(env, exception, description);
    }
    Py_XDECREF(description);
    Py_XDECREF(errors);
    bb_pending_survive(NULL); /* __str__ may be user code */
    return twin;
}

static void throw_new(JNIEnv *env, const char *class_name, const char *message)
{
    jclass class = (*env)->FindClass(env, class_name);
    if (class != NULL) {
        (*env)->ThrowNew(env, class, message);
        (*env)->DeleteLocalRef(env, class);
    }
}

/* By the name of its type alone. NULL with no exception set. */
static jthrowable named(JNIEnv *env, PyObject *exception)
{
    PyObject *name = PyType_GetQualName(Py_TYPE(exception));
    PyObject *description =
        name == NULL ? NULL : Py_BuildValue("(Os()OO)", name, "the exception cannot be described", Py_None, Py_False);
    jthrowable twin = description == NULL ? NULL : java_twin(env, exception, description);
    Py_XDECREF(description);
    Py_XDECREF(name);
    bb_pending_survive(NULL);
    return twin;
}

/* Without the exception itself, because memory ran out. */
static jthrowable undescribed(JNIEnv *env, PyObject *exception)
{
    char text[256];
    PyObject *name = PyType_GetName(Py_TYPE(exception));
    const char *type = name == NULL ? NULL : PyUnicode_AsUTF8AndSize(name, NULL);
    PyOS_snprintf(text, sizeof text, "Python raised %s, which cannot be described", type == NULL ? "?" : type);
    Py_XDECREF(name);
    bb_pending_survive(NULL);
    throw_new(env, "java/lang/IllegalStateException", text);
    return bb_thrown(env);
}

jthrowable bb_take_as_java(JNIEnv *env)
{
    PyObject *exception = take_pending();
    jthrowable twin = described(env, exception);
    if (twin == NULL) {
        twin = named(env, exception);
    }
    if (twin == NULL) {
        twin = undescribed(env, exception);
    }
    Py_DECREF(exception);
    return twin;
}

jthrowable bb_take_as_refusal(JNIEnv *env)
{
    jthrowable twin = bb_take_as_java(env);
    if (!(*env)->IsInstanceOf(env, twin, bb_java.python_exception.class)) {
        return twin;
    }
    bb_outcome refusal = bb_call_java_with_gil(env, &bb_java.python_exception.refusal, NULL, BB_ARGUMENTS({.l = twin}));
    (*env)->DeleteLocalRef(env, twin);
    return refusal.thrown != NULL ? refusal.thrown : refusal.value.l;
}

void bb_throw_ended(JNIEnv *env)
{
    throw_new(env, "java/lang/IllegalStateException", "Python has ended");
}

void bb_throw_stack_overflow(JNIEnv *env)
{
    throw_new(
        env, "java/lang/StackOverflowError",
        "too little of this thread's stack is left to call Python; use a thread with a larger stack (-Xss, or the "
        "stackSize of a Thread), or Python.onMainThread");
}

/* ------------------------------------------------------------------------------- and back again -- */

static void add_note(JNIEnv *env, PyObject *exception, jthrowable thrown)
{
    bb_outcome frames = bb_call_java_with_gil(env, &bb_java.python_exception.java_frames, thrown, NULL);
    if (bb_discard(env, frames) || frames.value.l == NULL) {
        return;
    }
    PyObject *note = bb_string_take(env, frames.value.l);
    PyObject *added = note == NULL ? NULL : PyObject_CallMethod(exception, "add_note", "O", note);
    Py_XDECREF(added);
    Py_XDECREF(note);
    bb_pending_survive(exception);
}

PyObject *bb_python_exception_of(JNIEnv *env, jthrowable thrown)
{
    if (!(*env)->IsInstanceOf(env, thrown, bb_java.python_exception.class)) {
        return NULL;
    }
    /* A native method of this library counts the reference up, and takes the GIL for that. */
    bb_outcome reference = bb_call_java(env, &bb_java.python_exception.new_reference, thrown, NULL);
    jlong address = reference.value.j;
    if (bb_discard(env, reference) || address == 0) {
        return NULL;
    }
    PyObject *exception = (PyObject *)(intptr_t)address;
    if (!PyExceptionInstance_Check(exception)) {
        Py_DECREF(exception);
        return NULL;
    }
    add_note(env, exception, thrown);
    return exception;
}
