/* JavaClass: a Java class as Python sees it. */
#ifndef BB_JAVA_CLASS_H
#define BB_JAVA_CLASS_H

#include "base/bb.h"

#include "base/java_objects.h"

/* Adds the type to the module. 0 or -1. */
int bb_java_class_init(PyObject *module);

/* Module function: jclass(name or java.lang.Class) -> JavaClass. */
PyObject *bb_jclass(PyObject *module, PyObject *argument);
PyObject *bb_internal_class(PyObject *module, PyObject *name);

bool bb_java_class_check(PyObject *candidate);

/* The java.lang.Class of a JavaClass: a local reference, or NULL with an exception set. */
jobject bb_java_class_object(JNIEnv *env, PyObject *class);

/*
 * The class with JavaType id `id`. `object` is an instance of it, which is asked only at the first use of the class.
 * New reference; NULL with an exception set.
 */
bb_java_class *bb_java_class_of(JNIEnv *env, int id, jobject object);

/* The same without an id. New reference; NULL with an exception set. */
bb_java_class *bb_java_class_of_object(JNIEnv *env, jobject object);

/* The class of a JavaType. Takes the local reference. New reference; NULL with an exception set. */
bb_java_class *bb_java_class_take(JNIEnv *env, jobject type);

#endif
