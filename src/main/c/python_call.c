/*
 * Java calls Python: the mirror image of call.c. Each native method takes the GIL, does one operation of the
 * abstract object protocol, and throws what Python raises.
 *
 * Owns nothing between calls. Objects are addresses that the caller keeps alive for the call (PythonObject.acquire),
 * results are new references. Arguments come in slots, which are read before any Python code runs.
 *
 * Threads: any. Calls nest (gate.c): a thread that is in Python already has the GIL, or gave it up in call.c.
 */
#include "python_call.h"

#include "errors.h"
#include "gate.h"
#include "java_ids.h"
#include "lease.h"
#include "python_errors.h"
#include "slots.h"
#include "stack.h"
#include "text.h"

static bool enter(JNIEnv *env, bb_entry *entry)
{
    if (bb_stack_is_short()) {
        bb_throw_stack_overflow(env);
        return false;
    }
    if (!bb_python_enter(entry)) {
        bb_throw_ended(env);
        return false;
    }
    return true;
}

/* Ends a call that yields an object: its address, or 0 with the pending exception thrown. */
static jlong leave_with(JNIEnv *env, bb_entry *entry, PyObject *result)
{
    if (result == NULL) {
        bb_throw_python(env);
    }
    bb_python_leave(entry);
    return (jlong)(intptr_t)result;
}

/* Ends a call that yields a number, -1 for a failure. */
static jlong leave_with_number(JNIEnv *env, bb_entry *entry, jlong result)
{
    if (result == -1 && PyErr_Occurred()) {
        bb_throw_python(env);
    }
    bb_python_leave(entry);
    return result;
}

static PyObject *object_at(jlong address)
{
    return (PyObject *)(intptr_t)address;
}

/* ---------------------------------------------------------------------------------- arguments -- */

/* New reference to the argument in slot `index`. */
static PyObject *argument(JNIEnv *env, jlong slots, jobjectArray refs, jsize index)
{
    const bb_slot *slot = (const bb_slot *)(intptr_t)slots + index;
    return bb_unpack(env, slot, (*env)->GetObjectArrayElement(env, refs, index));
}

/* A tuple of the positional arguments. */
static PyObject *positional(JNIEnv *env, jlong slots, jobjectArray refs, jsize count)
{
    PyObject *arguments = PyTuple_New(count);
    for (jsize i = 0; arguments != NULL && i < count; i++) {
        PyObject *value = argument(env, slots, refs, i);
        if (value == NULL || PyTuple_SetItem(arguments, i, value) < 0) {
            Py_CLEAR(arguments);
        }
    }
    return arguments;
}

/* A dict of the arguments by keyword, which begin at slot `first`; a name that is given twice cannot be. */
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
    PyObject *named = arguments == NULL || named_count == 0
                          ? NULL
                          : by_keyword(env, slots, refs, keywords, count - named_count);
    PyObject *result = NULL;
    if (arguments != NULL && (named != NULL || named_count == 0)) {
        result = PyObject_Call(callable, arguments, named);
    }
    Py_XDECREF(named);
    Py_XDECREF(arguments);
    return result;
}

static jlong JNICALL call(JNIEnv *env, jclass class, jlong object, jstring method, jlong slots, jint count,
                          jobjectArray refs, jobjectArray keywords)
{
    (void)class;
    BB_ENTRY entry = {BB_OUTSIDE};
    if (!enter(env, &entry)) {
        return 0;
    }
    PyObject *callable = method == NULL ? Py_NewRef(object_at(object))
                                        : attribute_named(env, object_at(object), method);
    PyObject *result = callable == NULL ? NULL : call_object(env, callable, slots, count, refs, keywords);
    Py_XDECREF(callable);
    return leave_with(env, &entry, result);
}

static jlong JNICALL import_module(JNIEnv *env, jclass class, jstring name)
{
    (void)class;
    BB_ENTRY entry = {BB_OUTSIDE};
    if (!enter(env, &entry)) {
        return 0;
    }
    PyObject *text = bb_string_to_python(env, name);
    PyObject *module = text == NULL ? NULL : PyImport_Import(text);
    /* PyImport_Import yields the module itself, not its first package, because it asks with a fromlist. */
    Py_XDECREF(text);
    return leave_with(env, &entry, module);
}

/* -------------------------------------------------------------------------- attributes, items -- */

static jlong JNICALL attribute(JNIEnv *env, jclass class, jlong object, jstring name)
{
    (void)class;
    BB_ENTRY entry = {BB_OUTSIDE};
    return enter(env, &entry) ? leave_with(env, &entry, attribute_named(env, object_at(object), name)) : 0;
}

static void JNICALL set_attribute(JNIEnv *env, jclass class, jlong object, jstring name, jlong slots,
                                  jobjectArray refs)
{
    (void)class;
    BB_ENTRY entry = {BB_OUTSIDE};
    if (!enter(env, &entry)) {
        return;
    }
    PyObject *text = bb_string_to_python(env, name);
    PyObject *value = text == NULL ? NULL : argument(env, slots, refs, 0);
    int status = value == NULL ? -1 : PyObject_SetAttr(object_at(object), text, value);
    Py_XDECREF(value);
    Py_XDECREF(text);
    leave_with_number(env, &entry, status);
}

static jlong JNICALL item(JNIEnv *env, jclass class, jlong object, jlong slots, jobjectArray refs)
{
    (void)class;
    BB_ENTRY entry = {BB_OUTSIDE};
    if (!enter(env, &entry)) {
        return 0;
    }
    PyObject *key = argument(env, slots, refs, 0);
    PyObject *value = key == NULL ? NULL : PyObject_GetItem(object_at(object), key);
    Py_XDECREF(key);
    return leave_with(env, &entry, value);
}

static void JNICALL set_item(JNIEnv *env, jclass class, jlong object, jlong slots, jobjectArray refs)
{
    (void)class;
    BB_ENTRY entry = {BB_OUTSIDE};
    if (!enter(env, &entry)) {
        return;
    }
    PyObject *key = argument(env, slots, refs, 0);
    PyObject *value = key == NULL ? NULL : argument(env, slots, refs, 1);
    int status = value == NULL ? -1 : PyObject_SetItem(object_at(object), key, value);
    Py_XDECREF(value);
    Py_XDECREF(key);
    leave_with_number(env, &entry, status);
}

static jlong JNICALL length(JNIEnv *env, jclass class, jlong object)
{
    (void)class;
    BB_ENTRY entry = {BB_OUTSIDE};
    return enter(env, &entry) ? leave_with_number(env, &entry, PyObject_Size(object_at(object))) : 0;
}

static jlong JNICALL iterator(JNIEnv *env, jclass class, jlong object)
{
    (void)class;
    BB_ENTRY entry = {BB_OUTSIDE};
    return enter(env, &entry) ? leave_with(env, &entry, PyObject_GetIter(object_at(object))) : 0;
}

/* 0 without an exception at the end. */
static jlong JNICALL next(JNIEnv *env, jclass class, jlong object)
{
    (void)class;
    BB_ENTRY entry = {BB_OUTSIDE};
    if (!enter(env, &entry)) {
        return 0;
    }
    PyObject *value = PyIter_Next(object_at(object));
    if (value == NULL && PyErr_Occurred()) {
        bb_throw_python(env);
    }
    bb_python_leave(&entry);
    return (jlong)(intptr_t)value;
}

/* -------------------------------------------------------------------------------- conversions -- */

static jboolean JNICALL truth(JNIEnv *env, jclass class, jlong object)
{
    (void)class;
    BB_ENTRY entry = {BB_OUTSIDE};
    return enter(env, &entry) && leave_with_number(env, &entry, PyObject_IsTrue(object_at(object))) > 0;
}

static jboolean JNICALL is_none(JNIEnv *env, jclass class, jlong object)
{
    (void)env;
    (void)class;
    return object_at(object) == Py_None;
}

/* The object packed as an argument is, then converted by Java, which knows the type. */
static jobject JNICALL convert(JNIEnv *env, jclass class, jlong object, jclass type)
{
    (void)class;
    BB_ENTRY entry = {BB_OUTSIDE};
    if (!enter(env, &entry)) {
        return NULL;
    }
    jobject value = NULL;
    bb_slot slot = {0};
    jobjectArray refs = NULL;
    bb_arguments packed;
    bb_arguments_init(&packed, env);
    if (bb_pack(&packed, object_at(object), &slot) < 0) {
        bb_throw_python(env);
        goto done;
    }
    refs = bb_arguments_refs(&packed);
    if (refs == NULL && packed.count > 0) {
        bb_throw_python(env);
        goto done;
    }
    value = (*env)->CallStaticObjectMethod(env, bb_java.conversion.class, bb_java.conversion.convert, type,
                                           (jlong)(intptr_t)&slot, refs);
done:
    bb_arguments_clear(&packed, refs);
    bb_python_leave(&entry);
    return value;
}

/* ---------------------------------------------------------------------------- memory, threads -- */

static jlong JNICALL lease(JNIEnv *env, jclass class, jlong object, jint flags)
{
    (void)class;
    BB_ENTRY entry = {BB_OUTSIDE};
    if (!enter(env, &entry)) {
        return 0;
    }
    bb_lease *granted = bb_lease_new(object_at(object), flags);
    if (granted == NULL) {
        bb_throw_refusal(env);
    }
    bb_python_leave(&entry);
    return (jlong)(intptr_t)granted;
}

/* This frame keeps a virtual thread on its carrier as long as the GIL is held in its name. */
static void JNICALL hold(JNIEnv *env, jclass class, jobject task)
{
    (void)class;
    BB_ENTRY entry = {BB_OUTSIDE};
    if (enter(env, &entry)) {
        (*env)->CallVoidMethod(env, task, bb_java.runnable.run);
        bb_python_leave(&entry);
    }
}

static jboolean JNICALL is_inside(JNIEnv *env, jclass class)
{
    (void)env;
    (void)class;
    return bb_python_is_inside();
}

static void JNICALL run_deferred(JNIEnv *env, jclass class)
{
    (void)env;
    (void)class;
    BB_ENTRY entry = {BB_OUTSIDE};
    if (bb_python_enter(&entry)) {
        bb_run_deferred_to_python();
        bb_python_leave(&entry);
    }
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
    {(char *)"convert", (char *)"(JLjava/lang/Class;)Ljava/lang/Object;", (void *)convert},
    {(char *)"lease", (char *)"(JI)J", (void *)lease},
    {(char *)"isInside", (char *)"()Z", (void *)is_inside},
    {(char *)"hold", (char *)"(Ljava/lang/Runnable;)V", (void *)hold},
    {(char *)"runDeferred", (char *)"()V", (void *)run_deferred},
};

const jint bb_python_call_method_count = sizeof bb_python_call_methods / sizeof *bb_python_call_methods;
