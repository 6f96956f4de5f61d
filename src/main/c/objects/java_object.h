/* JavaObject: any Java object that Python holds. */
#ifndef BB_JAVA_OBJECT_H
#define BB_JAVA_OBJECT_H

#include "base/bb.h"

#include "base/java_objects.h"

int bb_java_object_init(PyObject *module);

/*
 * As bb_java_object_new(), when the object's class is known. Takes no reference of the caller's. NULL with an exception set.
 */
PyObject *bb_java_object_of_class(JNIEnv *env, jobject object, bb_java_class *class);

/*
 * The Java object behind a JavaObject or JavaBuffer, for handing it to Java code, which may keep it. NULL
 * with BufferError set when its memory was freed by release().
 */
jobject bb_java_object_escape(PyObject *object);

/* Frees what the base owns, and the object. For the dealloc slots. */
void bb_java_object_dealloc(PyObject *self);

/*
 * What __exit__ answers when it has failed, with the exception set: the exception that leaves the block, of `arguments`,
 * goes on with a note of it. Where none leaves it, or the failure is no Exception, NULL: that one is raised.
 */
PyObject *bb_block_failed(PyObject *arguments);

/* The method __exit__: closes a Java object that is AutoCloseable. */
PyObject *bb_java_object_exit(PyObject *self, PyObject *arguments);

/* Python's own names: never looked up in Java. */
bool bb_is_dunder(PyObject *name);

#endif
