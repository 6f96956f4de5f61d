/* The arguments and the results of Java's calls of Python. */
#ifndef BB_CALL_ARGUMENTS_H
#define BB_CALL_ARGUMENTS_H

#include "base/bb.h"

#include "runtimes/java_door.h"

/* Each returns a new reference, or NULL with an exception set. `slots` is the address of the arguments. */

/* The argument in slot `index`. */
PyObject *bb_argument(JNIEnv *env, jlong slots, jobjectArray refs, jsize index);

/* A tuple of the first `count` arguments. */
PyObject *bb_positional(JNIEnv *env, jlong slots, jobjectArray refs, jsize count);

/* A dict of the keyword arguments, which begin at slot `first`. */
PyObject *bb_by_keyword(JNIEnv *env, jlong slots, jobjectArray refs, jobjectArray keywords, jsize first);

/* The attribute of a name. */
PyObject *bb_attribute_named(JNIEnv *env, PyObject *object, jstring name);

/* The outcome of an operation that yields an object: a new reference, or NULL with an exception set. */
static inline bb_outcome bb_object_outcome(PyObject *result)
{
    return (bb_outcome){.value.j = (jlong)(intptr_t)result};
}

/* The outcome of an operation that yields a number, or -1 with an exception set. */
static inline bb_outcome bb_number_outcome(jlong result)
{
    return (bb_outcome){.value.j = result};
}

#endif
