/*
 * Java's operations of Python objects: attributes, items, length, iteration, truth, equality. Each native method has
 * python_door.c do one operation of the abstract object protocol, and throws what Python raises.
 *
 * Owns nothing between calls. Objects are addresses that the caller keeps alive for the call (PythonReference.acquire).
 * Results are new references.
 *
 * Threads: any. Calls nest (entry.c).
 */
#include "base/bb.h"

#include "calls/python_operations.h"

#include <string.h>

#include "base/text.h"
#include "calls/call_arguments.h"
#include "calls/plain_value.h"
#include "errors/python_door.h"
#include "leases/python_object.h"

static bb_outcome do_attribute(JNIEnv *env, const bb_operands *of)
{
    return bb_object_outcome(bb_attribute_named(env, bb_object_at(of->object), of->text));
}

static bb_outcome do_set_attribute(JNIEnv *env, const bb_operands *of)
{
    PyObject *text = bb_string_to_python(env, of->text);
    PyObject *value = text == NULL ? NULL : bb_argument(env, of->slots, of->refs, 0);
    int status = value == NULL ? -1 : PyObject_SetAttr(bb_object_at(of->object), text, value);
    Py_XDECREF(value);
    Py_XDECREF(text);
    return bb_number_outcome(status);
}

static bb_outcome do_item(JNIEnv *env, const bb_operands *of)
{
    PyObject *key = bb_argument(env, of->slots, of->refs, 0);
    PyObject *value = key == NULL ? NULL : PyObject_GetItem(bb_object_at(of->object), key);
    Py_XDECREF(key);
    return bb_object_outcome(value);
}

static bb_outcome do_set_item(JNIEnv *env, const bb_operands *of)
{
    PyObject *key = bb_argument(env, of->slots, of->refs, 0);
    PyObject *value = key == NULL ? NULL : bb_argument(env, of->slots, of->refs, 1);
    int status = value == NULL ? -1 : PyObject_SetItem(bb_object_at(of->object), key, value);
    Py_XDECREF(value);
    Py_XDECREF(key);
    return bb_number_outcome(status);
}

static bb_outcome do_length(JNIEnv *env, const bb_operands *of)
{
    (void)env;
    return bb_number_outcome(PyObject_Size(bb_object_at(of->object)));
}

static bb_outcome do_iterator(JNIEnv *env, const bb_operands *of)
{
    (void)env;
    return bb_object_outcome(PyObject_GetIter(bb_object_at(of->object)));
}

/* 0 without an exception at the end of the iteration. */
static bb_outcome do_next(JNIEnv *env, const bb_operands *of)
{
    (void)env;
    return bb_object_outcome(PyIter_Next(bb_object_at(of->object)));
}

static bb_outcome do_truth(JNIEnv *env, const bb_operands *of)
{
    (void)env;
    return (bb_outcome){.value.z = PyObject_IsTrue(bb_object_at(of->object)) > 0};
}

/* The two values that say: Java has to convert the object. Both are also in PythonCalls.java. */
static const jlong NO_INTEGER = INT64_MIN + 0x5eed;
static const uint64_t NO_NUMBER = UINT64_C(0x7ff8000000005eed); /* a NaN that no computation makes */

/* The value of an int of 64 bits at most, but of no subclass, whose methods are a user's. */
static bb_outcome do_integer(JNIEnv *env, const bb_operands *of)
{
    (void)env;
    PyObject *object = bb_object_at(of->object);
    int overflow = 0;
    jlong value = PyLong_CheckExact(object) ? PyLong_AsLongLongAndOverflow(object, &overflow) : NO_INTEGER;
    return (bb_outcome){.value.j = overflow == 0 ? value : NO_INTEGER};
}

/* The value of a float, but of no subclass. */
static bb_outcome do_number(JNIEnv *env, const bb_operands *of)
{
    (void)env;
    PyObject *object = bb_object_at(of->object);
    bb_outcome outcome = {.thrown = NULL};
    if (PyFloat_CheckExact(object)) {
        outcome.value.d = PyFloat_AsDouble(object);
    } else {
        memcpy(&outcome.value.d, &NO_NUMBER, sizeof NO_NUMBER);
    }
    return outcome;
}

static bb_outcome do_plain(JNIEnv *env, const bb_operands *of)
{
    return (bb_outcome){.value.l = bb_plain_value(env, bb_object_at(of->object), (enum bb_wanted)of->wanted)};
}

static bb_outcome do_hash(JNIEnv *env, const bb_operands *of)
{
    (void)env;
    return bb_number_outcome(PyObject_Hash(bb_object_at(of->object)));
}

/* By ==, and true for the same object. */
static bb_outcome do_equal(JNIEnv *env, const bb_operands *of)
{
    PyObject *other = bb_argument(env, of->slots, of->refs, 0);
    int equal = other == NULL ? -1 : PyObject_RichCompareBool(bb_object_at(of->object), other, Py_EQ);
    Py_XDECREF(other);
    return (bb_outcome){.value.z = equal > 0};
}

/* ------------------------------------------------------------------------------ native methods -- */

static jlong JNICALL attribute(JNIEnv *env, jclass class, jlong object, jstring name)
{
    (void)class;
    return bb_in_python(env, do_attribute, &(bb_operands){.object = object, .text = name}).j;
}

static void JNICALL set_attribute(JNIEnv *env, jclass class, jlong object, jstring name, jlong slots, jobjectArray refs)
{
    (void)class;
    bb_in_python(env, do_set_attribute, &(bb_operands){.object = object, .text = name, .slots = slots, .refs = refs});
}

static jlong JNICALL item(JNIEnv *env, jclass class, jlong object, jlong slots, jobjectArray refs)
{
    (void)class;
    return bb_in_python(env, do_item, &(bb_operands){.object = object, .slots = slots, .refs = refs}).j;
}

static void JNICALL set_item(JNIEnv *env, jclass class, jlong object, jlong slots, jobjectArray refs)
{
    (void)class;
    bb_in_python(env, do_set_item, &(bb_operands){.object = object, .slots = slots, .refs = refs});
}

static jlong JNICALL length(JNIEnv *env, jclass class, jlong object)
{
    (void)class;
    return bb_in_python(env, do_length, &(bb_operands){.object = object}).j;
}

static jlong JNICALL iterator(JNIEnv *env, jclass class, jlong object)
{
    (void)class;
    return bb_in_python(env, do_iterator, &(bb_operands){.object = object}).j;
}

static jlong JNICALL next(JNIEnv *env, jclass class, jlong object)
{
    (void)class;
    return bb_in_python(env, do_next, &(bb_operands){.object = object}).j;
}

static jlong JNICALL integer(JNIEnv *env, jclass class, jlong object)
{
    (void)class;
    return bb_in_python(env, do_integer, &(bb_operands){.object = object}).j;
}

static jdouble JNICALL number(JNIEnv *env, jclass class, jlong object)
{
    (void)class;
    return bb_in_python(env, do_number, &(bb_operands){.object = object}).d;
}

static jobject JNICALL plain(JNIEnv *env, jclass class, jlong object, jint wanted)
{
    (void)class;
    return bb_in_python(env, do_plain, &(bb_operands){.object = object, .wanted = wanted}).l;
}

static jboolean JNICALL truth(JNIEnv *env, jclass class, jlong object)
{
    (void)class;
    return bb_in_python(env, do_truth, &(bb_operands){.object = object}).z;
}

static jlong JNICALL hash(JNIEnv *env, jclass class, jlong object)
{
    (void)class;
    return bb_in_python(env, do_hash, &(bb_operands){.object = object}).j;
}

static jboolean JNICALL equal(JNIEnv *env, jclass class, jlong object, jlong slots, jobjectArray refs)
{
    (void)class;
    return bb_in_python(env, do_equal, &(bb_operands){.object = object, .slots = slots, .refs = refs}).z;
}

#define STRING "Ljava/lang/String;"
#define OBJECTS "[Ljava/lang/Object;"

const JNINativeMethod bb_python_operation_methods[] = {
    {(char *)"attribute", (char *)"(J" STRING ")J", (void *)attribute},
    {(char *)"setAttribute", (char *)"(J" STRING "J" OBJECTS ")V", (void *)set_attribute},
    {(char *)"item", (char *)"(JJ" OBJECTS ")J", (void *)item},
    {(char *)"setItem", (char *)"(JJ" OBJECTS ")V", (void *)set_item},
    {(char *)"length", (char *)"(J)J", (void *)length},
    {(char *)"iterator", (char *)"(J)J", (void *)iterator},
    {(char *)"next", (char *)"(J)J", (void *)next},
    {(char *)"integer", (char *)"(J)J", (void *)integer},
    {(char *)"number", (char *)"(J)D", (void *)number},
    {(char *)"plain", (char *)"(JI)Ljava/lang/Object;", (void *)plain},
    {(char *)"truth", (char *)"(J)Z", (void *)truth},
    {(char *)"hash", (char *)"(J)J", (void *)hash},
    {(char *)"equal", (char *)"(JJ" OBJECTS ")Z", (void *)equal},
};

const jint bb_python_operation_method_count = sizeof bb_python_operation_methods / sizeof *bb_python_operation_methods;
