/*
 * The arguments that Java gives to Python: slots, which are read before any Python code runs.
 *
 * Owns nothing. Threads: any that is attached, with the GIL.
 */
#include "base/bb.h"

#include "calls/call_arguments.h"

#include <stdlib.h>

#include "base/text.h"
#include "base/tuple.h"
#include "objects/unpack.h"

/* New reference to the argument in slot `index`. */
PyObject *bb_argument(JNIEnv *env, jlong slots, jobjectArray refs, jsize index)
{
    const bb_slot *slot = (const bb_slot *)(intptr_t)slots + index;
    return bb_unpack(env, slot, (*env)->GetObjectArrayElement(env, refs, index));
}

/* A tuple of the positional arguments. Making them may run other code, so the tuple is made last. */
PyObject *bb_positional(JNIEnv *env, jlong slots, jobjectArray refs, jsize count)
{
    PyObject *few[8];
    PyObject **values = count <= 8 ? few : malloc((size_t)count * sizeof *values);
    if (values == NULL) {
        return PyErr_NoMemory();
    }
    jsize made = 0;
    while (made < count && (values[made] = bb_argument(env, slots, refs, made)) != NULL) {
        made++;
    }
    PyObject *arguments = NULL;
    if (made == count) {
        arguments = bb_tuple_take(values, count);
    } else {
        bb_values_drop(values, made);
    }
    if (values != few) {
        free(values);
    }
    return arguments;
}

/* A dict of the keyword arguments, which begin at slot `first`. No name is given twice. */
PyObject *bb_by_keyword(JNIEnv *env, jlong slots, jobjectArray refs, jobjectArray keywords, jsize first)
{
    PyObject *named = PyDict_New();
    jsize count = (*env)->GetArrayLength(env, keywords);
    for (jsize i = 0; named != NULL && i < count; i++) {
        PyObject *name = bb_string_take(env, (*env)->GetObjectArrayElement(env, keywords, i));
        PyObject *value = name == NULL ? NULL : bb_argument(env, slots, refs, first + i);
        if (value == NULL || PyDict_SetItem(named, name, value) < 0) {
            Py_CLEAR(named);
        }
        Py_XDECREF(value);
        Py_XDECREF(name);
    }
    return named;
}

PyObject *bb_attribute_named(JNIEnv *env, PyObject *object, jstring name)
{
    PyObject *text = bb_string_to_python(env, name);
    PyObject *value = text == NULL ? NULL : PyObject_GetAttr(object, text);
    Py_XDECREF(text);
    return value;
}
