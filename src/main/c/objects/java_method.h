/* JavaMethod: a method group bound to an instance or to its class. */
#ifndef BB_JAVA_METHOD_H
#define BB_JAVA_METHOD_H

#include "base/bb.h"

#include "objects/java_member.h"

int bb_java_method_init(PyObject *module);

/*
 * `self` is the Python object of the instance, and `instance` its Java object. For a static method both are NULL. New
 * reference.
 */
PyObject *bb_java_method_new(bb_java_member *member, PyObject *self, jobject instance);

#endif
