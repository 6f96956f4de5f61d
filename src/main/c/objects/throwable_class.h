/* The classes of Throwables, for which Python has classes of exceptions. */
#ifndef BB_THROWABLE_CLASS_H
#define BB_THROWABLE_CLASS_H

#include "base/bb.h"

#include "base/java_objects.h"

/*
 * Python gets the class itself, but for a Throwable the class of exceptions that stands for it. Takes the reference,
 * which may be NULL. New reference; NULL with an exception set.
 */
PyObject *bb_java_class_for_python(bb_java_class *class);

/*
 * The JavaClass of such a class of exceptions, not of a user's subclass: new reference. NULL with no exception set for
 * any other object. NULL with an exception set if the class could not be asked.
 */
PyObject *bb_java_class_of_errors(PyObject *candidate);

/* Module functions: class_above(object or class), is_throwable(class), error_class(class, made). */
PyObject *bb_class_above(PyObject *module, PyObject *argument);
PyObject *bb_is_throwable(PyObject *module, PyObject *argument);
PyObject *bb_error_class(PyObject *module, PyObject *arguments);

#endif
