/* Python exceptions as Java exceptions. */
#ifndef BB_PYTHON_ERRORS_H
#define BB_PYTHON_ERRORS_H

#include "base/bb.h"

/*
 * Takes the pending Python exception off the thread. A local reference to the PythonException that stands for it, or to
 * what Java threw instead; it is not thrown. Needs the GIL.
 */
jthrowable bb_take_as_java(JNIEnv *env);

/* The same, as a BufferException with the PythonException as its cause. */
jthrowable bb_take_as_refusal(JNIEnv *env);

/* Throws IllegalStateException: Python has ended. Needs no GIL. */
void bb_throw_ended(JNIEnv *env);

/* Throws StackOverflowError, before Python would overflow the stack. Needs no GIL. */
void bb_throw_stack_overflow(JNIEnv *env);

/*
 * The Python exception behind a Java one: a new reference if `thrown` is a PythonException whose exception is
 * still there; else NULL, with no exception set. Java's frames are added to it as a note.
 */
PyObject *bb_python_exception_of(JNIEnv *env, jthrowable thrown);

#endif
