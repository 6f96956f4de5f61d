/*
 * Items of Java's arrays of primitives, for arrays.py: a region is copied, and its items become Python values.
 *
 * Owns nothing. Threads: any. The GIL is kept, because no code of users runs and a region is short.
 */
#include "base/bb.h"

#include "objects/array_items.h"

#include <stdlib.h>

#include "objects/java_object.h"
#include "objects/unpack.h"
#include "runtimes/attachment.h"

enum { MOST = 1024 };

/* The items of one read: Java's, then Python's. */
struct region {
    jlong java[MOST];       /* an array of any primitive type, as long as the largest */
    PyObject *python[MOST]; /* owned, until the list takes them */
};

/* The letter of JNI for the items of a primitive array's class; 0 for any other class. */
static char letter_of(const bb_java_class *class)
{
    static const char *const NAMES[] = {"boolean[]", "byte[]", "char[]",  "short[]",
                                        "int[]",     "long[]", "float[]", "double[]"};
    static const char LETTERS[] = "ZBCSIJFD";
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

static PyObject *item_at(const void *items, char letter, jsize index)
{
    switch (letter) {
    case 'Z':
        return PyBool_FromLong(((const jboolean *)items)[index]);
    case 'B':
        return PyLong_FromLong(((const jbyte *)items)[index]);
    case 'C':
        return bb_unpack_char(((const jchar *)items)[index]);
    case 'S':
        return PyLong_FromLong(((const jshort *)items)[index]);
    case 'I':
        return PyLong_FromLong(((const jint *)items)[index]);
    case 'J':
        return PyLong_FromLongLong(((const jlong *)items)[index]);
    case 'F':
        return PyFloat_FromDouble(((const jfloat *)items)[index]);
    default:
        return PyFloat_FromDouble(((const jdouble *)items)[index]);
    }
}

/* Makes Python's items. Returns how many were made: fewer than `count` if an exception is set. */
static jsize make_items(struct region *of, char letter, jsize count)
{
    for (jsize i = 0; i < count; i++) {
        of->python[i] = item_at(of->java, letter, i);
        if (of->python[i] == NULL) {
            return i;
        }
    }
    return count;
}

/* The list is made last, because other threads can find it by the garbage collector. */
static PyObject *list_of_region(struct region *of, char letter, jsize count)
{
    jsize made = make_items(of, letter, count);
    PyObject *list = made == count ? PyList_New(count) : NULL;
    for (jsize i = 0; i < made; i++) {
        if (list == NULL) {
            Py_DECREF(of->python[i]);
        } else {
            PyList_SetItem(list, i, of->python[i]);
        }
    }
    return list;
}

static PyObject *read_items(JNIEnv *env, jarray array, char letter, jsize start)
{
    jsize left = (*env)->GetArrayLength(env, array) - start;
    jsize count = left < MOST ? left : MOST;
    if (count <= 0) {
        return PyList_New(0);
    }
    struct region *region = malloc(sizeof *region);
    if (region == NULL) {
        return PyErr_NoMemory();
    }
    copy_region(env, array, letter, start, count, region->java);
    PyObject *list = list_of_region(region, letter, count);
    free(region);
    return list;
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
    return item_at(&item, letter, 0);
}

PyObject *bb_array_items(PyObject *module, PyObject *arguments)
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
    return env == NULL ? NULL : read_items(env, array, letter, start);
}
