/*
 * Calling Java from Python: pack, one JNI call without the GIL, unpack.
 *
 * Owns nothing between calls: the arguments of a call are on its thread's stack.
 *
 * Threads: any thread may call. Java runs without the GIL, so other Python threads go on. The caller keeps the Python
 * objects of the arguments alive meanwhile.
 */
#include "base/bb.h"

#include "objects/call.h"

#include <stdlib.h>
#include <string.h>

#include "errors/errors.h"
#include "objects/pack.h"
#include "objects/unpack.h"
#include "runtimes/attachment.h"
#include "runtimes/java_ids.h"

enum { SMALL_COUNT = 8 };

/* The JNI call itself. `slots` has room for the result in its first slot. */
static PyObject *invoke(JNIEnv *env, bb_java_member *member, jobject instance, bb_slot *slots, int count,
                        jobjectArray refs)
{
    const jvalue given[] = {
        {.l = member->member}, {.l = instance}, {.j = (jlong)(intptr_t)slots}, {.i = (jint)count}, {.l = refs}};
    jvalue returned;
    return bb_ask_java(env, &bb_java.calls.invoke, NULL, given, &returned) ? bb_unpack(env, &slots[0], returned.l)
                                                                           : NULL;
}

PyObject *bb_refuse_keywords(bb_java_member *member)
{
    if (member->class_name == member->name) { /* java_class.c makes constructors so */
        return PyErr_Format(PyExc_TypeError, "%U() is a Java constructor and takes no keyword arguments",
                            member->class_name);
    }
    return PyErr_Format(PyExc_TypeError, "%U.%U() is a Java method and takes no keyword arguments", member->class_name,
                        member->name);
}

PyObject *bb_call(bb_java_member *member, jobject instance, PyObject *const *arguments, Py_ssize_t count)
{
    JNIEnv *env = bb_enter_java();
    if (env == NULL) {
        return NULL;
    }
    PyObject *result = NULL;
    bb_slot small[SMALL_COUNT];
    bb_slot *slots = small;
    jobjectArray refs = NULL;
    bb_arguments packed;
    bb_arguments_init(&packed, env);
    if (count > SMALL_COUNT) {
        slots = calloc((size_t)count, sizeof *slots);
        if (slots == NULL) {
            PyErr_NoMemory();
            goto done;
        }
    } else {
        /* One for the result, even without arguments. Clearing all slots would take longer than the rest here. */
        memset(small, 0, (size_t)(count > 1 ? count : 1) * sizeof *small);
    }
    for (Py_ssize_t i = 0; i < count; i++) {
        if (bb_pack(&packed, arguments[i], &slots[i]) < 0) {
            goto done;
        }
    }
    refs = bb_arguments_refs(&packed);
    if (refs == NULL && packed.count > 0) {
        goto done;
    }
    result = invoke(env, member, instance, slots, (int)count, refs);
done:
    bb_arguments_clear(&packed, refs);
    if (slots != small) {
        free(slots);
    }
    return result;
}

PyObject *bb_call_tuple(bb_java_member *member, jobject instance, PyObject *arguments, PyObject *keywords)
{
    if (keywords != NULL && PyDict_Size(keywords) > 0) {
        return bb_refuse_keywords(member);
    }
    Py_ssize_t count = PyTuple_Size(arguments);
    PyObject *small[SMALL_COUNT] = {NULL};
    PyObject **items = count <= SMALL_COUNT ? small : calloc((size_t)count, sizeof *items);
    if (items == NULL) {
        return PyErr_NoMemory();
    }
    for (Py_ssize_t i = 0; i < count; i++) {
        items[i] = PyTuple_GetItem(arguments, i);
    }
    PyObject *result = bb_call(member, instance, items, count);
    if (items != small) {
        free(items);
    }
    return result;
}
