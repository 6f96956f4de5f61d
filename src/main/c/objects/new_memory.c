/*
 * New memory: blocks outside the Java heap that belong to one JavaBuffer, empty or with a snapshot.
 *
 * Java makes the block and the view of it (NativeBlock). Python sees the view as a JavaBuffer. When the JavaBuffer
 * dies, it frees the block, unless Java code was given the object.
 *
 * Owns nothing: the JavaBuffer owns the block. Threads: any, with the GIL.
 */
#include "base/bb.h"

#include "objects/new_memory.h"

#include <stdlib.h>

#include "base/text.h"
#include "errors/errors.h"
#include "exports/holding_word.h"
#include "objects/java_buffer.h"
#include "runtimes/attachment.h"
#include "runtimes/java_door.h"
#include "runtimes/java_ids.h"

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
    jvalue view, found;
    const jvalue *given = BB_ARGUMENTS({.l = allocation});
    if (bb_ask_java_with_gil(env, &bb_java.block.view_of, NULL, given, &view) &&
        bb_ask_java_with_gil(env, &bb_java.block.block_of, NULL, given, &found)) {
        block = found.l;
        owned = bb_global_ref(env, block);
    }
    if (owned != NULL) {
        buffer = bb_java_object_new(env, view.l);
        if (buffer == NULL) {
            (*env)->DeleteGlobalRef(env, owned);
        } else {
            ((bb_java_buffer *)buffer)->block = owned;
        }
    }
    if (buffer == NULL && block != NULL) {
        /* Frees the block at once, and does not leave it to Java's garbage collector. */
        bb_discard(env, bb_call_java_with_gil(env, &bb_java.block.run, block, NULL));
    }
    (*env)->DeleteLocalRef(env, block);
    (*env)->DeleteLocalRef(env, view.l);
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
    JNIEnv *env = bb_enter_java();
    jlongArray java_shape = env == NULL ? NULL : long_array(env, shape);
    if (java_shape == NULL) {
        return NULL;
    }
    PyObject *buffer = NULL;
    jstring java_format = bb_string_to_java(env, format);
    if (java_format != NULL) {
        jvalue allocation;
        const jvalue *given = BB_ARGUMENTS({.l = java_format}, {.l = java_shape});
        bool made = bb_ask_java_with_gil(env, &bb_java.block.allocate, NULL, given, &allocation);
        buffer = made ? take_allocation(env, allocation.l) : NULL;
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
        return PyErr_Format(PyExc_TypeError,
                            "copy() takes a Java object, not %R; array() copies a Python buffer into Java memory",
                            (PyObject *)Py_TYPE(object));
    }
    JNIEnv *env = bb_enter_java();
    if (env == NULL) {
        return NULL;
    }
    /*
     * The copy reads the memory without the GIL. Java keeps all memory of its own in place meanwhile. An export keeps
     * a block that belongs to the Python object, so another thread's release() is refused.
     */
    bb_java_buffer *kept = PyObject_TypeCheck(object, bb_java_buffer_type) && ((bb_java_buffer *)object)->block != NULL
                               ? (bb_java_buffer *)object
                               : NULL;
    if (kept != NULL && bb_holding_acquire(kept) == NULL) {
        return NULL;
    }
    jvalue allocation;
    bool copied = bb_ask_java(env, &bb_java.block.copy_of, NULL, BB_ARGUMENTS({.l = source}), &allocation);
    if (kept != NULL) {
        bb_holding_release(kept);
    }
    return copied ? take_allocation(env, allocation.l) : NULL;
}
