/* JavaObject: any Java object that Python holds. */
#ifndef BB_JAVA_OBJECT_H
#define BB_JAVA_OBJECT_H

#include "base/bb.h"

#include "base/java_objects.h"

int bb_java_object_init(PyObject *module);

/*
 * As bb_java_object_new(), for an object whose class is known. The caller keeps its references. NULL with an
 * exception set.
 */
PyObject *bb_java_object_of_class(JNIEnv *env, jobject object, bb_java_class *class);

/*
 * The Java object behind a JavaObject or JavaBuffer, to be passed to Java code, which may keep it. NULL with
 * BufferError set if release() has freed its memory.
 */
jobject bb_java_object_escape(PyObject *object);

/* Frees what the base owns, and the object. For the tp_dealloc slots. */
void bb_java_object_dealloc(PyObject *self);

/*
 * The answer of an __exit__ that has failed, with the exception set. If an exception leaves the block, it is in
 * `arguments`. That exception goes on, with a note of the failure. If none leaves the block, or the failure is not an
 * Exception, NULL: the failure is raised.
 */
PyObject *bb_with_block_failed(PyObject *arguments);

/* The method __exit__: closes a Java object that is AutoCloseable. */
PyObject *bb_java_object_exit(PyObject *self, PyObject *arguments);

/* Python's own names are never looked up in Java. */
bool bb_is_dunder(PyObject *name);

#endif
