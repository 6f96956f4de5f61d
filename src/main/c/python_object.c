/*
 * Python objects that Java holds: each PythonObject owns one reference.
 *
 * Threads: references are given up with the GIL; by the thread that finds what was forgotten, which must not wait
 * for it, later (gate.c).
 */
#include "python_object.h"

#include "gate.h"
#include "lease.h"
#include "text.h"

/* A new reference to the same object; 0 when Python has ended. */
jlong JNICALL bb_native_object_reference(JNIEnv *env, jclass class, jlong object)
{
    (void)env;
    (void)class;
    BB_ENTRY entry = {BB_OUTSIDE};
    if (!bb_python_enter(&entry)) {
        return 0;
    }
    Py_INCREF((PyObject *)(intptr_t)object);
    bb_python_leave(&entry);
    return object;
}

/* A new reference to what was leased; 0 when Python has ended. Ends the ownership that was lent for this call. */
jlong JNICALL bb_native_object_of_lease(JNIEnv *env, jclass class, jlong lease)
{
    (void)env;
    (void)class;
    BB_ENTRY entry = {BB_OUTSIDE};
    if (!bb_python_enter(&entry)) {
        return 0;
    }
    PyObject *object = Py_NewRef(((bb_lease *)(intptr_t)lease)->object);
    bb_lease_drop((bb_lease *)(intptr_t)lease);
    bb_python_leave(&entry);
    return (jlong)(intptr_t)object;
}

/* str(object), or its exception's text; null when Python has ended. */
jstring JNICALL bb_native_object_text(JNIEnv *env, jclass class, jlong object)
{
    (void)class;
    BB_ENTRY entry = {BB_OUTSIDE};
    if (!bb_python_enter(&entry)) {
        return NULL;
    }
    PyObject *text = PyObject_Str((PyObject *)(intptr_t)object);
    if (text == NULL) {
        PyErr_Clear();
        text = PyUnicode_FromString("<a Python object whose str() failed>");
    }
    jstring string = text == NULL ? NULL : bb_string_to_java(env, text);
    PyErr_Clear();
    Py_XDECREF(text);
    bb_python_leave(&entry);
    return string;
}

/* False when Python has ended. */
jboolean JNICALL bb_native_object_release(JNIEnv *env, jclass class, jlong object)
{
    (void)env;
    (void)class;
    BB_ENTRY entry = {BB_OUTSIDE};
    if (!bb_python_enter(&entry)) {
        return JNI_FALSE;
    }
    Py_DECREF((PyObject *)(intptr_t)object);
    bb_python_leave(&entry);
    return JNI_TRUE;
}

static void drop_reference(JNIEnv *env, void *object)
{
    (void)env;
    Py_DECREF((PyObject *)object);
}

void JNICALL bb_native_object_release_later(JNIEnv *env, jclass class, jlong object)
{
    (void)env;
    (void)class;
    bb_defer_to_python(NULL, drop_reference, (void *)(intptr_t)object);
}
