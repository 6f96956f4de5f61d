/* Fields of Java objects and classes, and items of arrays. */
#ifndef BB_FIELDS_H
#define BB_FIELDS_H

#include "base/bb.h"

#include "objects/java_member.h"

/* New reference to the value of a field. */
PyObject *bb_get_field(JNIEnv *env, bb_java_member *member, jobject instance);

/* Sets a field. A `value` of NULL means `del`, which is refused. 0, or -1 with an exception set. */
int bb_set_field(JNIEnv *env, bb_java_member *member, jobject instance, PyObject *value);

/* Sets an item of a Java array. 0, or -1 with an exception set. */
int bb_set_item(JNIEnv *env, jobject array, jint index, PyObject *value);

#endif
