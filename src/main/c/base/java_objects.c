/*
 * The part of the Python objects for Java that the lower layers need.
 *
 * Owns: the types, once the module is made. Threads: they are written once, before any thread can read them.
 */
#include "base/bb.h"

#include "base/java_objects.h"

PyTypeObject *bb_java_object_type;
PyTypeObject *bb_java_buffer_type;
PyObject *(*bb_java_object_new)(JNIEnv *env, jobject object);
