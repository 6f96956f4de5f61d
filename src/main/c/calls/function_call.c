/*
 * Java calls a Python function as an object of a functional interface.
 *
 * Owns nothing between calls. Objects are addresses that the caller keeps alive for the call.
 *
 * Threads: any. Calls nest (entry.c).
 */
#include "base/bb.h"

#include "calls/function_call.h"

#include "calls/call_arguments.h"
#include "errors/python_door.h"
#include "leases/python_object.h"
#include "objects/pack.h"
#include "runtimes/java_ids.h"

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
    PyObject *arguments = bb_positional(env, of->slots, of->refs, of->number);
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

/* ------------------------------------------------------------------------------ native methods -- */

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

#define OBJECTS "[Ljava/lang/Object;"

const JNINativeMethod bb_function_call_methods[] = {
    {(char *)"function", (char *)"(JJI" OBJECTS "ILjava/lang/Object;)Ljava/lang/Object;", (void *)call_function},
};

const jint bb_function_call_method_count = sizeof bb_function_call_methods / sizeof *bb_function_call_methods;
