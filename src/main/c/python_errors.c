/*
 * Python exceptions as Java exceptions: the mirror image of errors.c. All of the mapping's policy is in two
 * places: bufferbridge._errors.describe says what an exception is, Java's PythonException.of builds its twin.
 *
 * Owns nothing between calls. If even the description fails (no memory, a hostile __str__), what is thrown still
 * says the exception's type.
 */
#include "python_errors.h"

#include "errors.h"
#include "java_ids.h"
#include "java_object.h"
#include "runtime.h"
#include "text.h"

/* Places in the tuple that bufferbridge._errors.describe returns. */
enum { TYPE, MESSAGE, FRAMES, CAUSE };

/* The pending exception, normalised and with its traceback; a new reference, never NULL. */
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
    jobjectArray array = count < 0 ? NULL
                                   : (*env)->NewObjectArray(env, (jsize)count, bb_java.string.class, NULL);
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

/* Local reference to the PythonException, or NULL with an exception pending in either language. */
static jthrowable build_twin(JNIEnv *env, PyObject *exception, PyObject *description)
{
    jobject twin = NULL;
    jstring type = bb_string_to_java(env, PyTuple_GetItem(description, TYPE));
    jstring message = type == NULL ? NULL : bb_string_to_java(env, PyTuple_GetItem(description, MESSAGE));
    jobjectArray frames = message == NULL ? NULL : strings_to_java(env, PyTuple_GetItem(description, FRAMES));
    if (frames != NULL) {
        jobject cause = bb_java_object_borrow(PyTuple_GetItem(description, CAUSE));
        twin = (*env)->CallStaticObjectMethod(env, bb_java.python_exception.class, bb_java.python_exception.of, type,
                                              message, frames, cause, (jlong)(intptr_t)Py_NewRef(exception));
        if ((*env)->ExceptionCheck(env)) {
            Py_DECREF(exception);
            twin = NULL;
        }
    }
    (*env)->DeleteLocalRef(env, frames);
    (*env)->DeleteLocalRef(env, message);
    (*env)->DeleteLocalRef(env, type);
    return twin;
}

static jthrowable twin_of(JNIEnv *env, PyObject *exception)
{
    jthrowable twin = NULL;
    PyObject *errors = PyImport_ImportModule("bufferbridge._errors");
    PyObject *description = errors == NULL ? NULL : PyObject_CallMethod(errors, "describe", "O", exception);
    if (description != NULL) {
        twin = build_twin(env, exception, description);
    }
    Py_XDECREF(description);
    Py_XDECREF(errors);
    PyErr_Clear();
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

static void throw_undescribed(JNIEnv *env, PyObject *exception)
{
    char text[256];
    PyObject *name = PyObject_GetAttrString((PyObject *)Py_TYPE(exception), "__name__");
    const char *type = name == NULL ? NULL : PyUnicode_AsUTF8AndSize(name, NULL);
    PyOS_snprintf(text, sizeof text, "Python raised %s, which cannot be described", type == NULL ? "?" : type);
    Py_XDECREF(name);
    PyErr_Clear();
    throw_new(env, "java/lang/IllegalStateException", text);
}

void bb_throw_python(JNIEnv *env)
{
    PyObject *exception = take_pending();
    jthrowable twin = twin_of(env, exception);
    if (twin != NULL) {
        (*env)->Throw(env, twin);
        (*env)->DeleteLocalRef(env, twin);
    } else if (!(*env)->ExceptionCheck(env)) {
        throw_undescribed(env, exception);
    }
    Py_DECREF(exception);
}

void bb_throw_refusal(JNIEnv *env)
{
    PyObject *exception = take_pending();
    jthrowable twin = twin_of(env, exception);
    if (twin != NULL) {
        jobject refusal = (*env)->CallStaticObjectMethod(env, bb_java.python_exception.class,
                                                         bb_java.python_exception.refusal, twin);
        if (!(*env)->ExceptionCheck(env)) {
            (*env)->Throw(env, refusal);
            (*env)->DeleteLocalRef(env, refusal);
        }
        (*env)->DeleteLocalRef(env, twin);
    } else if (!(*env)->ExceptionCheck(env)) {
        throw_undescribed(env, exception);
    }
    Py_DECREF(exception);
}

void bb_throw_ended(JNIEnv *env)
{
    throw_new(env, "java/lang/IllegalStateException", "Python has ended");
}

void bb_throw_stack_overflow(JNIEnv *env)
{
    throw_new(env, "java/lang/StackOverflowError",
              "too little of this thread's stack is left for a call of Python; a thread with more (-Xss, or the "
              "stackSize of a Thread) or Python.onMainThread is required");
}

/* ------------------------------------------------------------------------------- and back again -- */

static void add_note(JNIEnv *env, PyObject *exception, jthrowable thrown)
{
    jstring frames = (*env)->CallObjectMethod(env, thrown, bb_java.python_exception.java_frames);
    if (bb_discard_thrown(env) || frames == NULL) {
        return;
    }
    PyObject *note = bb_string_take(env, frames);
    PyObject *added = note == NULL ? NULL : PyObject_CallMethod(exception, "add_note", "O", note);
    Py_XDECREF(added);
    Py_XDECREF(note);
    PyErr_Clear();
}

PyObject *bb_python_exception_of(JNIEnv *env, jthrowable thrown)
{
    if (!(*env)->IsInstanceOf(env, thrown, bb_java.python_exception.class)) {
        return NULL;
    }
    /* Without the GIL: the reference is counted up by a native method of ours that takes it. */
    PyThreadState *state = PyEval_SaveThread();
    jlong address = (*env)->CallLongMethod(env, thrown, bb_java.python_exception.new_reference);
    bool failed = bb_discard_thrown(env);
    PyEval_RestoreThread(state);
    if (failed || address == 0) {
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
