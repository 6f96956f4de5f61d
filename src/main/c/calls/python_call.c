/*
 * Java calls Python: the mirror image of call.c. Each native method has python_door.c do one operation of the
 * abstract object protocol, and throws what Python raises.
 *
 * Owns nothing between calls. Objects are addresses that the caller keeps alive for the call (PythonReference.acquire).
 * Results are new references. Arguments come in slots, which are read before any Python code runs.
 *
 * Threads: any. Calls nest (entry.c): a thread that is in Python already has the GIL, or gave it up in call.c.
 */
#include "base/bb.h"

#include "calls/python_call.h"

#include <stdlib.h>

#include "base/text.h"
#include "base/tuple.h"
#include "errors/python_door.h"
#include "errors/python_errors.h"
#include "leases/lease.h"
#include "leases/python_object.h"
#include "objects/slots.h"
#include "runtimes/entry.h"
#include "runtimes/java_door.h"
#include "runtimes/java_ids.h"
#include "runtimes/python_work.h"
#include "runtimes/thread_state.h"

/* An operation that yields an object: a new reference, or NULL with an exception set. */
static bb_outcome object_outcome(PyObject *result)
{
    return (bb_outcome){.value.j = (jlong)(intptr_t)result};
}

/* An operation that yields a number, or -1 with an exception set. */
static bb_outcome number_outcome(jlong result)
{
    return (bb_outcome){.value.j = result};
}

/* ---------------------------------------------------------------------------------- arguments -- */

/* New reference to the argument in slot `index`. */
static PyObject *argument(JNIEnv *env, jlong slots, jobjectArray refs, jsize index)
{
    const bb_slot *slot = (const bb_slot *)(intptr_t)slots + index;
    return bb_unpack(env, slot, (*env)->GetObjectArrayElement(env, refs, index));
}

/* A tuple of the positional arguments. Making them may run other code, so the tuple is made last. */
static PyObject *positional(JNIEnv *env, jlong slots, jobjectArray refs, jsize count)
{
    PyObject *few[8];
    PyObject **values = count <= 8 ? few : malloc((size_t)count * sizeof *values);
    if (values == NULL) {
        return PyErr_NoMemory();
    }
    jsize made = 0;
    while (made < count && (values[made] = argument(env, slots, refs, made)) != NULL) {
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
static PyObject *by_keyword(JNIEnv *env, jlong slots, jobjectArray refs, jobjectArray keywords, jsize first)
{
    PyObject *named = PyDict_New();
    jsize count = (*env)->GetArrayLength(env, keywords);
    for (jsize i = 0; named != NULL && i < count; i++) {
        PyObject *name = bb_string_take(env, (*env)->GetObjectArrayElement(env, keywords, i));
        PyObject *value = name == NULL ? NULL : argument(env, slots, refs, first + i);
        if (value == NULL || PyDict_SetItem(named, name, value) < 0) {
            Py_CLEAR(named);
        }
        Py_XDECREF(value);
        Py_XDECREF(name);
    }
    return named;
}

/* ------------------------------------------------------------------------------------- calls -- */

static PyObject *attribute_named(JNIEnv *env, PyObject *object, jstring name)
{
    PyObject *text = bb_string_to_python(env, name);
    PyObject *value = text == NULL ? NULL : PyObject_GetAttr(object, text);
    Py_XDECREF(text);
    return value;
}

static PyObject *call_object(JNIEnv *env, PyObject *callable, jlong slots, jsize count, jobjectArray refs,
                             jobjectArray keywords)
{
    jsize named_count = (*env)->GetArrayLength(env, keywords);
    PyObject *arguments = positional(env, slots, refs, count - named_count);
    PyObject *named =
        arguments == NULL || named_count == 0 ? NULL : by_keyword(env, slots, refs, keywords, count - named_count);
    PyObject *result = NULL;
    if (arguments != NULL && (named != NULL || named_count == 0)) {
        result = PyObject_Call(callable, arguments, named);
    }
    Py_XDECREF(named);
    Py_XDECREF(arguments);
    return result;
}

/* ------------------------------------------------------------------------ operations: calls -- */

static bb_outcome do_call(JNIEnv *env, const bb_operands *of)
{
    PyObject *callable = of->text == NULL ? Py_NewRef(bb_object_at(of->object))
                                          : attribute_named(env, bb_object_at(of->object), of->text);
    PyObject *result = callable == NULL ? NULL
                                        : call_object(env, callable, of->slots, of->number, of->refs, of->keywords);
    Py_XDECREF(callable);
    return object_outcome(result);
}

static bb_outcome do_import(JNIEnv *env, const bb_operands *of)
{
    PyObject *text = bb_string_to_python(env, of->text);
    PyObject *module = text == NULL ? NULL : PyImport_Import(text);
    /* PyImport_Import asks with a fromlist, so it yields the module itself, not its first package. */
    Py_XDECREF(text);
    return object_outcome(module);
}

/* ------------------------------------------------------------ operations: attributes and items -- */

static bb_outcome do_attribute(JNIEnv *env, const bb_operands *of)
{
    return object_outcome(attribute_named(env, bb_object_at(of->object), of->text));
}

static bb_outcome do_set_attribute(JNIEnv *env, const bb_operands *of)
{
    PyObject *text = bb_string_to_python(env, of->text);
    PyObject *value = text == NULL ? NULL : argument(env, of->slots, of->refs, 0);
    int status = value == NULL ? -1 : PyObject_SetAttr(bb_object_at(of->object), text, value);
    Py_XDECREF(value);
    Py_XDECREF(text);
    return number_outcome(status);
}

static bb_outcome do_item(JNIEnv *env, const bb_operands *of)
{
    PyObject *key = argument(env, of->slots, of->refs, 0);
    PyObject *value = key == NULL ? NULL : PyObject_GetItem(bb_object_at(of->object), key);
    Py_XDECREF(key);
    return object_outcome(value);
}

static bb_outcome do_set_item(JNIEnv *env, const bb_operands *of)
{
    PyObject *key = argument(env, of->slots, of->refs, 0);
    PyObject *value = key == NULL ? NULL : argument(env, of->slots, of->refs, 1);
    int status = value == NULL ? -1 : PyObject_SetItem(bb_object_at(of->object), key, value);
    Py_XDECREF(value);
    Py_XDECREF(key);
    return number_outcome(status);
}

static bb_outcome do_length(JNIEnv *env, const bb_operands *of)
{
    (void)env;
    return number_outcome(PyObject_Size(bb_object_at(of->object)));
}

static bb_outcome do_iterator(JNIEnv *env, const bb_operands *of)
{
    (void)env;
    return object_outcome(PyObject_GetIter(bb_object_at(of->object)));
}

/* 0 without an exception at the end of the iteration. */
static bb_outcome do_next(JNIEnv *env, const bb_operands *of)
{
    (void)env;
    return object_outcome(PyIter_Next(bb_object_at(of->object)));
}

/* --------------------------------------------------------------------- operations: conversions -- */

static bb_outcome do_truth(JNIEnv *env, const bb_operands *of)
{
    (void)env;
    return (bb_outcome){.value.z = PyObject_IsTrue(bb_object_at(of->object)) > 0};
}

/* Packs the object like an argument. Then Java, which knows the type, converts it. */
static bb_outcome do_convert(JNIEnv *env, const bb_operands *of)
{
    bb_outcome converted = {.thrown = NULL};
    bb_slot slot = {0};
    jobjectArray refs = NULL;
    bb_arguments packed;
    bb_arguments_init(&packed, env);
    if (bb_pack(&packed, bb_object_at(of->object), &slot) < 0) {
        goto done;
    }
    refs = bb_arguments_refs(&packed);
    if (refs == NULL && packed.count > 0) {
        goto done;
    }
    const jvalue *given = BB_ARGUMENTS({.l = of->reference}, {.j = (jlong)(intptr_t)&slot}, {.l = refs});
    converted = bb_call_java(env, &bb_java.conversion.convert, NULL, given);
done:
    bb_arguments_clear(&packed, refs);
    return converted;
}

/* --------------------------------------------------------------------- operations: functions -- */

/* The results that Java wants of a function, as Functional.java has them. */
enum { NOTHING, TRUTH, VALUE, ITSELF };

/* Whether Java reads the value from the slot alone, or from the slot and the only reference. */
static bool is_simple(const bb_arguments *packed, const bb_slot *slot)
{
    switch ((enum bb_tag)slot->tag) {
    case BB_NONE:
    case BB_BOOL:
    case BB_INT:
    case BB_FLOAT:
        return packed->count == 0;
    case BB_BIGINT:
    case BB_STR:
    case BB_OBJECT:
        return packed->count == 1;
    default:
        return false;
    }
}

/* Packs a function's result into slot 0. Java converts one that refers to memory of this call before the call ends. */
static bb_outcome returned(JNIEnv *env, const bb_operands *of, PyObject *result)
{
    bb_outcome outcome = {.thrown = NULL};
    bb_slot *slot = (bb_slot *)(intptr_t)of->slots;
    jobjectArray refs = NULL;
    bb_arguments packed;
    bb_arguments_init(&packed, env);
    *slot = (bb_slot){.tag = BB_NONE}; /* it had an argument */
    if (bb_pack(&packed, result, slot) < 0) {
        goto done;
    }
    if (is_simple(&packed, slot)) {
        if (packed.count == 1) {
            slot->payload = 0;
            outcome.value.l = (*env)->NewLocalRef(env, packed.refs[0]);
            if (outcome.value.l == NULL && packed.refs[0] != NULL) {
                PyErr_NoMemory();
            }
        }
        goto done;
    }
    refs = bb_arguments_refs(&packed);
    if (refs == NULL && packed.count > 0) {
        goto done;
    }
    const jvalue *given = BB_ARGUMENTS({.l = of->reference}, {.j = of->slots}, {.l = refs});
    outcome = bb_call_java(env, &bb_java.conversion.result, NULL, given);
    slot->tag = BB_CONVERTED;
done:
    bb_arguments_clear(&packed, refs);
    return outcome;
}

static bb_outcome do_function(JNIEnv *env, const bb_operands *of)
{
    bb_outcome outcome = {.thrown = NULL};
    PyObject *arguments = positional(env, of->slots, of->refs, of->number);
    PyObject *result = arguments == NULL ? NULL : PyObject_Call(bb_object_at(of->object), arguments, NULL);
    Py_XDECREF(arguments);
    if (result != NULL && of->wanted == TRUTH) {
        *(bb_slot *)(intptr_t)of->slots = (bb_slot){.tag = BB_BOOL, .payload = PyObject_IsTrue(result)};
    } else if (result != NULL && of->wanted == VALUE) {
        outcome = returned(env, of, result);
    } else if (result != NULL && of->wanted == ITSELF) {
        bool is_none = result == Py_None;
        int64_t address = (int64_t)(intptr_t)(is_none ? NULL : Py_NewRef(result));
        *(bb_slot *)(intptr_t)of->slots = (bb_slot){.tag = is_none ? BB_NONE : BB_PYTHON, .payload = address};
    }
    Py_XDECREF(result);
    return outcome;
}

static bb_outcome do_hash(JNIEnv *env, const bb_operands *of)
{
    (void)env;
    return number_outcome(PyObject_Hash(bb_object_at(of->object)));
}

/* By ==, and true for the same object. */
static bb_outcome do_equal(JNIEnv *env, const bb_operands *of)
{
    PyObject *other = argument(env, of->slots, of->refs, 0);
    int equal = other == NULL ? -1 : PyObject_RichCompareBool(bb_object_at(of->object), other, Py_EQ);
    Py_XDECREF(other);
    return (bb_outcome){.value.z = equal > 0};
}

/* ----------------------------------------------------------------- operations: memory, threads -- */

static bb_outcome do_lease(JNIEnv *env, const bb_operands *of)
{
    bb_lease *granted = bb_lease_new(bb_object_at(of->object), of->number);
    if (granted == NULL) {
        return (bb_outcome){.thrown = bb_take_as_refusal(env)};
    }
    return (bb_outcome){.value.j = (jlong)(intptr_t)granted};
}

/* Python.run: the task runs with the GIL, as its caller wants. The frame keeps a virtual thread on its carrier. */
static bb_outcome do_run_with_gil(JNIEnv *env, const bb_operands *of)
{
    return bb_call_java_with_gil(env, &bb_java.runnable.run, of->reference, NULL);
}

static bb_outcome do_deferred(JNIEnv *env, const bb_operands *of)
{
    (void)env;
    (void)of;
    bb_do_python_work();
    return number_outcome(0);
}

/* ------------------------------------------------------------------------------ native methods -- */

static jlong JNICALL call(JNIEnv *env, jclass class, jlong object, jstring method, jlong slots, jint count,
                          jobjectArray refs, jobjectArray keywords)
{
    (void)class;
    return bb_in_python(env, do_call,
                        &(bb_operands){.object = object,
                                       .text = method,
                                       .slots = slots,
                                       .number = count,
                                       .refs = refs,
                                       .keywords = keywords})
        .j;
}

static jlong JNICALL import_module(JNIEnv *env, jclass class, jstring name)
{
    (void)class;
    return bb_in_python(env, do_import, &(bb_operands){.text = name}).j;
}

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

static jboolean JNICALL truth(JNIEnv *env, jclass class, jlong object)
{
    (void)class;
    return bb_in_python(env, do_truth, &(bb_operands){.object = object}).z;
}

static jboolean JNICALL is_none(JNIEnv *env, jclass class, jlong object)
{
    (void)env;
    (void)class;
    return bb_object_at(object) == Py_None;
}

static jobject JNICALL call_function(JNIEnv *env, jclass class, jlong object, jlong slots, jint count,
                                     jobjectArray refs, jint wanted, jobject converter)
{
    (void)class;
    return bb_in_python(env, do_function,
                        &(bb_operands){.object = object,
                                       .slots = slots,
                                       .number = count,
                                       .refs = refs,
                                       .wanted = wanted,
                                       .reference = converter})
        .l;
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

static jobject JNICALL convert(JNIEnv *env, jclass class, jlong object, jclass type)
{
    (void)class;
    return bb_in_python(env, do_convert, &(bb_operands){.object = object, .reference = type}).l;
}

static jlong JNICALL lease(JNIEnv *env, jclass class, jlong object, jint flags)
{
    (void)class;
    return bb_in_python(env, do_lease, &(bb_operands){.object = object, .number = flags}).j;
}

static void JNICALL run_with_gil(JNIEnv *env, jclass class, jobject task)
{
    (void)class;
    bb_in_python(env, do_run_with_gil, &(bb_operands){.reference = task});
}

static jboolean JNICALL is_inside(JNIEnv *env, jclass class)
{
    (void)env;
    (void)class;
    return bb_python_is_inside();
}

/* Whether this very thread has the GIL, which no other thread gets before it returns from Java (Python.run). */
static jboolean JNICALL has_gil(JNIEnv *env, jclass class)
{
    (void)env;
    (void)class;
    return bb_kept_state != NULL && bb_current_state != NULL && bb_current_state() == bb_kept_state;
}

static void JNICALL run_deferred(JNIEnv *env, jclass class)
{
    (void)class;
    bb_in_python_if_possible(env, do_deferred, &(bb_operands){0}, NULL);
}

#define STRING "Ljava/lang/String;"
#define OBJECTS "[Ljava/lang/Object;"

const JNINativeMethod bb_python_call_methods[] = {
    {(char *)"importModule", (char *)"(" STRING ")J", (void *)import_module},
    {(char *)"attribute", (char *)"(J" STRING ")J", (void *)attribute},
    {(char *)"setAttribute", (char *)"(J" STRING "J" OBJECTS ")V", (void *)set_attribute},
    {(char *)"call", (char *)"(J" STRING "JI" OBJECTS "[" STRING ")J", (void *)call},
    {(char *)"item", (char *)"(JJ" OBJECTS ")J", (void *)item},
    {(char *)"setItem", (char *)"(JJ" OBJECTS ")V", (void *)set_item},
    {(char *)"length", (char *)"(J)J", (void *)length},
    {(char *)"iterator", (char *)"(J)J", (void *)iterator},
    {(char *)"next", (char *)"(J)J", (void *)next},
    {(char *)"truth", (char *)"(J)Z", (void *)truth},
    {(char *)"isNone", (char *)"(J)Z", (void *)is_none},
    {(char *)"function", (char *)"(JJI" OBJECTS "ILjava/lang/Object;)Ljava/lang/Object;", (void *)call_function},
    {(char *)"hash", (char *)"(J)J", (void *)hash},
    {(char *)"equal", (char *)"(JJ" OBJECTS ")Z", (void *)equal},
    {(char *)"convert", (char *)"(JLjava/lang/Class;)Ljava/lang/Object;", (void *)convert},
    {(char *)"lease", (char *)"(JI)J", (void *)lease},
    {(char *)"isInside", (char *)"()Z", (void *)is_inside},
    {(char *)"hasGil", (char *)"()Z", (void *)has_gil},
    {(char *)"runWithGil", (char *)"(Ljava/lang/Runnable;)V", (void *)run_with_gil},
    {(char *)"runDeferred", (char *)"()V", (void *)run_deferred},
};

const jint bb_python_call_method_count = sizeof bb_python_call_methods / sizeof *bb_python_call_methods;
