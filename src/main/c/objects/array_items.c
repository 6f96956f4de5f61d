/*
 * Items of Java's arrays of primitives, for arrays.py: an item, or a region as bytes.
 *
 * Owns nothing. Threads: any. The GIL is kept, because no code of users runs and a region is short.
 */
#include "base/bb.h"

#include "objects/array_items.h"

#include <string.h>

#include "objects/java_object.h"
#include "objects/unpack.h"
#include "runtimes/attachment.h"

enum { MOST = 1024 }; /* READ_AHEAD of reading.py */

static const char LETTERS[] = "ZBCSIJFD";
static const unsigned char SIZES[] = {1, 1, 2, 2, 4, 8, 4, 8};

/* The letter of JNI for the items of a primitive array's class; 0 for any other class. */
static char letter_of(const bb_java_class *class)
{
    static const char *const NAMES[] = {"boolean[]", "byte[]", "char[]",  "short[]",
                                        "int[]",     "long[]", "float[]", "double[]"};
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++) {
        if (PyUnicode_CompareWithASCIIString(class->name, NAMES[i]) == 0) {
            return LETTERS[i];
        }
    }
    return 0;
}

static void copy_region(JNIEnv *env, jarray array, char letter, jsize start, jsize count, void *to)
{
    switch (letter) {
    case 'Z':
        (*env)->GetBooleanArrayRegion(env, array, start, count, to);
        break;
    case 'B':
        (*env)->GetByteArrayRegion(env, array, start, count, to);
        break;
    case 'C':
        (*env)->GetCharArrayRegion(env, array, start, count, to);
        break;
    case 'S':
        (*env)->GetShortArrayRegion(env, array, start, count, to);
        break;
    case 'I':
        (*env)->GetIntArrayRegion(env, array, start, count, to);
        break;
    case 'J':
        (*env)->GetLongArrayRegion(env, array, start, count, to);
        break;
    case 'F':
        (*env)->GetFloatArrayRegion(env, array, start, count, to);
        break;
    default:
        (*env)->GetDoubleArrayRegion(env, array, start, count, to);
    }
}

static PyObject *primitive_of(const jvalue *item, char letter)
{
    switch (letter) {
    case 'Z':
        return PyBool_FromLong(item->z);
    case 'B':
        return PyLong_FromLong(item->b);
    case 'C':
        return bb_unpack_char(item->c);
    case 'S':
        return PyLong_FromLong(item->s);
    case 'I':
        return PyLong_FromLong(item->i);
    case 'J':
        return PyLong_FromLongLong(item->j);
    case 'F':
        return PyFloat_FromDouble(item->f);
    default:
        return PyFloat_FromDouble(item->d);
    }
}

static PyObject *read_bytes(JNIEnv *env, jarray array, char letter, jsize start)
{
    jsize left = (*env)->GetArrayLength(env, array) - start;
    jsize count = left < 0 ? 0 : left < MOST ? left : MOST;
    PyObject *bytes = PyBytes_FromStringAndSize(NULL, count * SIZES[strchr(LETTERS, letter) - LETTERS]);
    if (bytes != NULL && count > 0) {
        copy_region(env, array, letter, start, count, PyBytes_AsString(bytes));
    }
    return bytes;
}

/* The array behind a Python object, and JNI's letter for its items. NULL with an exception set. */
static jarray array_behind(PyObject *object, char *letter)
{
    bool is_object = bb_java_object_borrow(object) != NULL;
    *letter = is_object ? letter_of(((bb_java_object *)object)->class) : 0;
    if (*letter == 0) {
        PyErr_Format(PyExc_TypeError, "a Java array of primitives is required, not %R", (PyObject *)Py_TYPE(object));
        return NULL;
    }
    return bb_java_object_escape(object);
}

PyObject *bb_array_length(PyObject *module, PyObject *object)
{
    (void)module;
    char letter;
    jarray array = array_behind(object, &letter);
    JNIEnv *env = array == NULL ? NULL : bb_enter_java();
    return env == NULL ? NULL : PyLong_FromLong((*env)->GetArrayLength(env, array));
}

PyObject *bb_array_item(PyObject *module, PyObject *arguments)
{
    (void)module;
    PyObject *object;
    long long index;
    if (!PyArg_ParseTuple(arguments, "OL", &object, &index)) {
        return NULL;
    }
    char letter;
    jarray array = array_behind(object, &letter);
    JNIEnv *env = array == NULL ? NULL : bb_enter_java();
    if (env == NULL) {
        return NULL;
    }
    jsize length = (*env)->GetArrayLength(env, array);
    if (index < -(long long)length || index >= length) {
        return PyErr_Format(PyExc_IndexError, "index %lld is out of range for %d items", index, (int)length);
    }
    jvalue item;
    copy_region(env, array, letter, (jsize)(index < 0 ? index + length : index), 1, &item);
    return primitive_of(&item, letter);
}

PyObject *bb_array_bytes(PyObject *module, PyObject *arguments)
{
    (void)module;
    PyObject *object;
    int start;
    if (!PyArg_ParseTuple(arguments, "Oi", &object, &start)) {
        return NULL;
    }
    if (start < 0) {
        return PyErr_Format(PyExc_ValueError, "the start is %d; 0 or more is required", start);
    }
    char letter;
    jarray array = array_behind(object, &letter);
    JNIEnv *env = array == NULL ? NULL : bb_enter_java();
    return env == NULL ? NULL : read_bytes(env, array, letter, start);
}
