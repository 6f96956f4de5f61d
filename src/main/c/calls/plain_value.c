/*
 * Reads str, and lists and tuples of numbers, straight into Java's String and arrays.
 *
 * An exact int or float is read without a call of its methods, so no code of users runs between two items. A list
 * therefore cannot change meanwhile: this thread has the GIL. Without a GIL the items of a copy are read.
 *
 * Owns nothing. Threads: any that is attached, with the GIL.
 */
#include "base/bb.h"

#include "calls/plain_value.h"

#include "runtimes/long_text.h"

enum { PART = 256 }; /* the items that are on the stack at once */

/* A list or a tuple, and how its items are read. */
typedef struct bb_sequence {
    PyObject *object;
    PyObject *(*item)(PyObject *, Py_ssize_t);
} bb_sequence;

/* Whether the object is an int of 64 bits, whose value `number` then has. Otherwise an exception may be set. */
static inline bool is_integer(PyObject *object, jlong *number)
{
    if (!PyLong_CheckExact(object)) {
        return false;
    }
    int overflow = 0;
    *number = PyLong_AsLongLongAndOverflow(object, &overflow);
    return overflow == 0 && (*number != -1 || !PyErr_Occurred());
}

/* The same for a float. */
static inline bool is_real(PyObject *object, jdouble *number)
{
    if (!PyFloat_CheckExact(object)) {
        return false;
    }
    *number = PyFloat_AsDouble(object);
    return *number != -1.0 || !PyErr_Occurred();
}

static bool store_ints(JNIEnv *env, jarray array, bb_sequence from, jsize first, jsize count)
{
    jint numbers[PART];
    for (jsize i = 0; i < count; i++) {
        jlong number = 0;
        if (!is_integer(from.item(from.object, first + i), &number) || number != (jint)number) {
            return false;
        }
        numbers[i] = (jint)number;
    }
    (*env)->SetIntArrayRegion(env, array, first, count, numbers);
    return true;
}

static bool store_longs(JNIEnv *env, jarray array, bb_sequence from, jsize first, jsize count)
{
    jlong numbers[PART];
    for (jsize i = 0; i < count; i++) {
        if (!is_integer(from.item(from.object, first + i), &numbers[i])) {
            return false;
        }
    }
    (*env)->SetLongArrayRegion(env, array, first, count, numbers);
    return true;
}

static bool store_doubles(JNIEnv *env, jarray array, bb_sequence from, jsize first, jsize count)
{
    jdouble numbers[PART];
    for (jsize i = 0; i < count; i++) {
        PyObject *item = from.item(from.object, first + i);
        jlong number = 0;
        if (is_real(item, &numbers[i])) {
            continue;
        }
        if (!is_integer(item, &number)) {
            return false;
        }
        numbers[i] = (jdouble)number; /* the nearest, as Java's widening */
    }
    (*env)->SetDoubleArrayRegion(env, array, first, count, numbers);
    return true;
}

typedef bool (*bb_store)(JNIEnv *env, jarray array, bb_sequence from, jsize first, jsize count);

static bb_store store_of(enum bb_wanted wanted)
{
    return wanted == BB_WANTED_DOUBLES ? store_doubles : wanted == BB_WANTED_LONGS ? store_longs : store_ints;
}

/* New local reference, or NULL with no exception pending. */
static jarray new_numbers(JNIEnv *env, enum bb_wanted wanted, jsize length)
{
    jarray array = wanted == BB_WANTED_DOUBLES ? (jarray)(*env)->NewDoubleArray(env, length)
                   : wanted == BB_WANTED_LONGS ? (jarray)(*env)->NewLongArray(env, length)
                                               : (jarray)(*env)->NewIntArray(env, length);
    if (array == NULL) {
        (*env)->ExceptionClear(env);
    }
    return array;
}

static jarray array_of(JNIEnv *env, bb_sequence from, Py_ssize_t length, enum bb_wanted wanted)
{
    jarray array = length > INT32_MAX ? NULL : new_numbers(env, wanted, (jsize)length);
    bb_store store = store_of(wanted);
    for (jsize first = 0; array != NULL && first < length; first += PART) {
        jsize rest = (jsize)length - first;
        if (!store(env, array, from, first, rest < PART ? rest : PART)) {
            (*env)->DeleteLocalRef(env, array);
            array = NULL;
        }
    }
    return array;
}

/* Whether the sequence begins with a number. Others are mostly not made of numbers at all, and need no array. */
static bool begins_with_number(bb_sequence from, Py_ssize_t length)
{
    PyObject *first = length == 0 ? NULL : from.item(from.object, 0);
    return first == NULL || PyFloat_CheckExact(first) || PyLong_CheckExact(first);
}

static jarray array_of_tuple(JNIEnv *env, PyObject *tuple, enum bb_wanted wanted)
{
    bb_sequence from = {tuple, PyTuple_GetItem};
    Py_ssize_t length = PyTuple_Size(tuple);
    return begins_with_number(from, length) ? array_of(env, from, length, wanted) : NULL;
}

static jarray array_of_list(JNIEnv *env, PyObject *list, enum bb_wanted wanted)
{
#ifdef Py_GIL_DISABLED
    PyObject *copy = PyList_AsTuple(list);
    jarray array = copy == NULL ? NULL : array_of_tuple(env, copy, wanted);
    Py_XDECREF(copy);
    return array;
#else
    bb_sequence from = {list, PyList_GetItem};
    Py_ssize_t length = PyList_Size(list);
    return begins_with_number(from, length) ? array_of(env, from, length, wanted) : NULL;
#endif
}

jobject bb_plain_value(JNIEnv *env, PyObject *object, enum bb_wanted wanted)
{
    if (wanted == BB_WANTED_STRING) {
        return PyUnicode_CheckExact(object) ? bb_text_to_java(env, object) : NULL;
    }
    if (PyList_CheckExact(object)) {
        return array_of_list(env, object, wanted);
    }
    return PyTuple_CheckExact(object) ? array_of_tuple(env, object, wanted) : NULL;
}
