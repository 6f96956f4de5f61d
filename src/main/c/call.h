/* Calling Java from Python. */
#ifndef BB_CALL_H
#define BB_CALL_H

#include "java_member.h"

/*
 * Calls the method group (or constructors) `member` on `instance`, NULL for statics. `arguments`
 * is a tuple; `keywords` must be NULL or empty. New reference, or NULL with an exception set.
 */
PyObject *bb_call(bb_java_member *member, jobject instance, PyObject *arguments, PyObject *keywords);

/* New reference to the value of a field. */
PyObject *bb_get_field(JNIEnv *env, bb_java_member *member, jobject instance);

/* Sets a field; `value` NULL means `del`, which is refused. 0, or -1 with an exception set. */
int bb_set_field(JNIEnv *env, bb_java_member *member, jobject instance, PyObject *value);

#endif
