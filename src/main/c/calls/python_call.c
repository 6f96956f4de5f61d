/*
 * Java calls Python: the mirror image of call.c. Here are calls, imports, conversions, leases, and what concerns
 * threads. python_operations.c has the operations of the abstract object protocol. Each native method has python_door.c
 * run one operation, and throws what Python raises. Three need no door, because they use no object.
 *
 * Owns nothing between calls. Objects are addresses that the caller keeps alive for the call (PythonReference.acquire).
 * Results are new references. Arguments come in slots, which are read before any Python code runs.
 *
 * Threads: any. Calls nest (entry.c): a thread that is in Python already has the GIL, or gave it up in
 * bb_before_java().
 */
#include "base/bb.h"

#include "calls/python_call.h"

#include "base/text.h"
#include "calls/call_arguments.h"
#include "errors/python_door.h"
#include "errors/python_errors.h"
#include "leases/lease.h"
#include "leases/python_object.h"
#include "objects/pack.h"
#include "runtimes/entry.h"
#include "runtimes/java_door.h"
#include "runtimes/java_ids.h"
#include "runtimes/python_work.h"
#include "runtimes/thread_state.h"

/* ------------------------------------------------------------------------------------- calls -- */

static PyObject *call_object(JNIEnv *env, PyObject *callable, jlong slots, jsize count, jobjectArray refs,
                             jobjectArray keywords)
{
    jsize named_count = (*env)->GetArrayLength(env, keywords);
    PyObject *arguments = bb_positional(env, slots, refs, count - named_count);
    PyObject *named =
        arguments == NULL || named_count == 0 ? NULL : bb_by_keyword(env, slots, refs, keywords, count - named_count);
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
                                          : bb_attribute_named(env, bb_object_at(of->object), of->text);
    PyObject *result = callable == NULL ? NULL
                                        : call_object(env, callable, of->slots, of->number, of->refs, of->keywords);
    Py_XDECREF(callable);
    return bb_object_outcome(result);
}

static bb_outcome do_import(JNIEnv *env, const bb_operands *of)
{
    PyObject *text = bb_string_to_python(env, of->text);
    PyObject *module = text == NULL ? NULL : PyImport_Import(text);
    /* PyImport_Import asks with a fromlist, so it yields the module itself, not its first package. */
    Py_XDECREF(text);
    return bb_object_outcome(module);
}

/* --------------------------------------------------------------------- operations: conversions -- */

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

/* ----------------------------------------------------------------- operations: memory, threads -- */

static bb_outcome do_lease(JNIEnv *env, const bb_operands *of)
{
    PyObject *object = bb_object_at(of->object);
    bb_lease *granted = bb_lease_new(object, object, of->number);
    if (granted == NULL) {
        return (bb_outcome){.thrown = bb_take_as_refusal(env)};
    }
    return (bb_outcome){.value.j = (jlong)(intptr_t)granted};
}

/* Leaves the exception that is given. */
static bb_outcome do_raise(JNIEnv *env, const bb_operands *of)
{
    (void)env;
    PyObject *exception = bb_object_at(of->object);
    PyErr_SetObject((PyObject *)Py_TYPE(exception), exception);
    return bb_number_outcome(0);
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
    return bb_number_outcome(0);
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

static jboolean JNICALL is_none(JNIEnv *env, jclass class, jlong object)
{
    (void)env;
    (void)class;
    return bb_object_at(object) == Py_None;
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

static void JNICALL raise_exception(JNIEnv *env, jclass class, jlong exception)
{
    (void)class;
    bb_in_python(env, do_raise, &(bb_operands){.object = exception});
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
    {(char *)"call", (char *)"(J" STRING "JI" OBJECTS "[" STRING ")J", (void *)call},
    {(char *)"isNone", (char *)"(J)Z", (void *)is_none},
    {(char *)"convert", (char *)"(JLjava/lang/Class;)Ljava/lang/Object;", (void *)convert},
    {(char *)"lease", (char *)"(JI)J", (void *)lease},
    {(char *)"raise", (char *)"(J)V", (void *)raise_exception},
    {(char *)"isInside", (char *)"()Z", (void *)is_inside},
    {(char *)"hasGil", (char *)"()Z", (void *)has_gil},
    {(char *)"runWithGil", (char *)"(Ljava/lang/Runnable;)V", (void *)run_with_gil},
    {(char *)"runDeferred", (char *)"()V", (void *)run_deferred},
};

const jint bb_python_call_method_count = sizeof bb_python_call_methods / sizeof *bb_python_call_methods;
