/*
 * New memory: blocks outside the Java heap that belong to one JavaBuffer, empty or with a snapshot.
 *
 * Java makes the block and the view of it (NativeBlock); the view is the object that Python sees, and
 * the JavaBuffer frees the block when it dies, unless Java code was given the object.
 */
#include "new_memory.h"

#include <stdlib.h>

#include "errors.h"
#include "java_buffer.h"
#include "java_ids.h"
#include "runtime.h"
#include "text.h"

/* New local reference, or NULL with an exception set. */
static jlongArray long_array(JNIEnv *env, PyObject *shape)
{
    Py_ssize_t count = PyTuple_Size(shape);
    jlong *values = calloc((size_t)count + 1, sizeof *values);
    if (values == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    jlongArray array = NULL;
    for (Py_ssize_t i = 0; i < count; i++) {
        values[i] = PyLong_AsLongLong(PyTuple_GetItem(shape, i));
        if (values[i] == -1 && PyErr_Occurred()) {
            goto done;
        }
    }
    array = (*env)->NewLongArray(env, (jsize)count);
    if (array == NULL) {
        bb_raise_if_thrown(env);
        goto done;
    }
    (*env)->SetLongArrayRegion(env, array, 0, (jsize)count, values);
done:
    free(values);
    return array;
}

/* The JavaBuffer of a new block. Takes the local reference to the Allocation. */
static PyObject *take_allocation(JNIEnv *env, jobject allocation)
{
    PyObject *buffer = NULL;
    jobject block = NULL;
    jobject owned = NULL;
    jobject view = (*env)->CallStaticObjectMethod(env, bb_java.block.class, bb_java.block.view_of, allocation);
    if (bb_raise_if_thrown(env) == 0) {
        block = (*env)->CallStaticObjectMethod(env, bb_java.block.class, bb_java.block.block_of, allocation);
        owned = bb_raise_if_thrown(env) < 0 ? NULL : bb_global_ref(env, block);
    }
    if (owned != NULL) {
        buffer = bb_java_object_new(env, view);
        if (buffer == NULL) {
            (*env)->DeleteGlobalRef(env, owned);
        } else {
            ((bb_java_buffer *)buffer)->block = owned;
        }
    }
    if (buffer == NULL && block != NULL) {
        (*env)->CallVoidMethod(env, block, bb_java.block.run); /* at once, not when Java's collector finds it */
        bb_discard_thrown(env);
    }
    (*env)->DeleteLocalRef(env, block);
    (*env)->DeleteLocalRef(env, view);
    (*env)->DeleteLocalRef(env, allocation);
    return buffer;
}

PyObject *bb_empty(PyObject *module, PyObject *arguments)
{
    (void)module;
    PyObject *shape, *format;
    if (!PyArg_ParseTuple(arguments, "O!U:empty", &PyTuple_Type, &shape, &format)) {
        return NULL;
    }
    JNIEnv *env = bb_env();
    jlongArray java_shape = env == NULL ? NULL : long_array(env, shape);
    if (java_shape == NULL) {
        return NULL;
    }
    PyObject *buffer = NULL;
    jstring java_format = bb_string_to_java(env, format);
    if (java_format != NULL) {
        jobject allocation = (*env)->CallStaticObjectMethod(env, bb_java.block.class, bb_java.block.allocate,
                                                            java_format, java_shape);
        buffer = bb_raise_if_thrown(env) < 0 ? NULL : take_allocation(env, allocation);
        (*env)->DeleteLocalRef(env, java_format);
    }
    (*env)->DeleteLocalRef(env, java_shape);
    return buffer;
}

PyObject *bb_copy(PyObject *module, PyObject *object)
{
    (void)module;
    jobject source = bb_java_object_borrow(object);
    if (source == NULL) {
        return PyErr_Format(PyExc_TypeError, "copy() takes a Java object, not %R", (PyObject *)Py_TYPE(object));
    }
    if (PyObject_TypeCheck(object, bb_java_buffer_type) && atomic_load(&((bb_java_buffer *)object)->freed)) {
        PyErr_SetString(PyExc_BufferError, BB_FREED);
        return NULL;
    }
    JNIEnv *env = bb_env();
    if (env == NULL) {
        return NULL;
    }
    PyThreadState *state = PyEval_SaveThread();
    jobject allocation = (*env)->CallStaticObjectMethod(env, bb_java.block.class, bb_java.block.copy_of, source);
    jthrowable thrown = bb_thrown(env);
    PyEval_RestoreThread(state);
    return thrown != NULL ? bb_raise(env, thrown) : take_allocation(env, allocation);
}
