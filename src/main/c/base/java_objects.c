/*
 * What the lower layers have to know of the Python objects that stand for Java.
 *
 * Owns: the types, from the making of the module on. Threads: written once, before anything can read them.
 */
#include "base/bb.h"

#include "base/java_objects.h"

PyTypeObject *bb_java_object_type;
PyTypeObject *bb_java_buffer_type;
PyObject *(*bb_java_object_new)(JNIEnv *env, jobject object);
