/* Python exceptions as Java exceptions. */
#ifndef BB_PYTHON_ERRORS_H
#define BB_PYTHON_ERRORS_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <jni.h>

/* Throws the pending Python exception, which is cleared, as a PythonException. Needs the GIL. */
void bb_throw_python(JNIEnv *env);

/* Throws a BufferException with the pending Python exception as its cause. Needs the GIL. */
void bb_throw_refusal(JNIEnv *env);

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
