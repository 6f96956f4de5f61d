/* Python objects that Java holds. */
#ifndef BB_PYTHON_OBJECT_H
#define BB_PYTHON_OBJECT_H

#include "base/bb.h"

/* The Python object at an address that Java has. The reference is lent. */
static inline PyObject *bb_object_at(jlong address)
{
    return (PyObject *)(intptr_t)address;
}

/* Native methods of Natives.java. An address is that of a PyObject that Java has a reference to. */
jlong JNICALL bb_native_object_of_lease(JNIEnv *env, jclass class, jlong lease);
jlong JNICALL bb_native_object_reference(JNIEnv *env, jclass class, jlong object);
jstring JNICALL bb_native_object_text(JNIEnv *env, jclass class, jlong object);
jboolean JNICALL bb_native_object_release(JNIEnv *env, jclass class, jlong object);
void JNICALL bb_native_object_defer_release(JNIEnv *env, jclass class, jlong object);

#endif
