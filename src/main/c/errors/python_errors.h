/* Python exceptions as Java exceptions. */
#ifndef BB_PYTHON_ERRORS_H
#define BB_PYTHON_ERRORS_H

#include "base/bb.h"

/*
 * Takes the pending Python exception off the thread. Returns a local reference to its PythonException, or to what
 * Java threw instead. Does not throw it. Needs the GIL.
 */
jthrowable bb_take_as_java(JNIEnv *env);

/* The same, as a BufferException with the PythonException as its cause. */
jthrowable bb_take_as_refusal(JNIEnv *env);

/* Throws IllegalStateException: Python has ended. Needs no GIL. */
void bb_throw_ended(JNIEnv *env);

/* Throws StackOverflowError, before Python would overflow the stack. Needs no GIL. */
void bb_throw_stack_overflow(JNIEnv *env);

/*
 * The Python exception behind a Java exception. A new reference if `thrown` is a PythonException that still has its
 * exception; otherwise NULL, with no exception set. The Java frames are added to it as a note.
 */
PyObject *bb_python_exception_of(JNIEnv *env, jthrowable thrown);

#endif
