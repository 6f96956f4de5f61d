/*
 * Unpacks results, and arguments from Java: primitives, boxes and strings as Python values, others as Java objects.
 *
 * Owns nothing. Threads: any that is attached, with the GIL.
 */
#include "base/bb.h"

#include "objects/unpack.h"

#include <string.h>

#include "objects/java_class.h"
#include "objects/java_object.h"
#include "runtimes/long_text.h"
#include "values/boxes.h"

PyObject *bb_unpack_char(jchar unit)
{
    int order = PY_BIG_ENDIAN ? 1 : -1;
    return PyUnicode_DecodeUTF16((const char *)&unit, sizeof unit, "surrogatepass", &order);
}

/* The bytes of an array. NULL with MemoryError set. */
static PyObject *bytes_of(JNIEnv *env, jbyteArray array)
{
    jsize length = (*env)->GetArrayLength(env, array);
    PyObject *bytes = PyBytes_FromStringAndSize(NULL, length);
    if (bytes != NULL) {
        (*env)->GetByteArrayRegion(env, array, 0, length, (jbyte *)PyBytes_AsString(bytes));
    }
    return bytes;
}

/* An int beyond 64 bits, or a decimal: values.py makes them. */
static PyObject *unpack_large(JNIEnv *env, const bb_slot *slot, jbyteArray array)
{
    PyObject *bytes = bytes_of(env, array);
    PyObject *numbers = bytes == NULL ? NULL : PyImport_ImportModule("bufferbridge._objects.values");
    PyObject *number = NULL;
    if (numbers != NULL) {
        number = slot->tag == BB_BIGINT ? PyObject_CallMethod(numbers, "from_bytes", "O", bytes)
                                        : PyObject_CallMethod(numbers, "decimal_of", "Oi", bytes, (int)slot->aux);
    }
    Py_XDECREF(numbers);
    Py_XDECREF(bytes);
    return number;
}

static PyObject *unpack_object(JNIEnv *env, const bb_slot *slot, jobject returned)
{
    bb_java_class *class = bb_java_class_of(env, slot->aux, returned);
    PyObject *object = class == NULL ? NULL : bb_java_object_of_class(env, returned, class);
    Py_XDECREF((PyObject *)class);
    return object;
}

PyObject *bb_unpack(JNIEnv *env, const bb_slot *slot, jobject returned)
{
    PyObject *value = NULL;
    double number;
    switch ((enum bb_tag)slot->tag) {
    case BB_NONE:
        value = Py_NewRef(Py_None);
        break;
    case BB_BOOL:
        value = PyBool_FromLong((long)slot->payload);
        break;
    case BB_INT:
        value = bb_boxed(slot->aux, PyLong_FromLongLong(slot->payload));
        break;
    case BB_FLOAT:
        memcpy(&number, &slot->payload, sizeof number);
        value = bb_boxed(slot->aux, PyFloat_FromDouble(number));
        break;
    case BB_STR:
        value = bb_text_to_python(env, returned);
        break;
    case BB_CHAR:
        value = bb_boxed(slot->aux, bb_unpack_char((jchar)slot->payload));
        break;
    case BB_BIGINT:
    case BB_DECIMAL:
        value = unpack_large(env, slot, returned);
        break;
    case BB_LENT:
        value = Py_NewRef((PyObject *)(intptr_t)slot->payload);
        break;
    case BB_PYTHON:
        value = (PyObject *)(intptr_t)slot->payload; /* a new reference already */
        break;
    case BB_OBJECT:
        value = unpack_object(env, slot, returned);
        break;
    default:
        PyErr_Format(PyExc_RuntimeError, "Java answered with the unknown tag %d", (int)slot->tag);
    }
    if (returned != NULL) {
        (*env)->DeleteLocalRef(env, returned);
    }
    return value;
}
