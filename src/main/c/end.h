/* The end of a process that Python hosts: which of the two runtimes ends it. */
#ifndef BB_END_H
#define BB_END_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <jni.h>

/* From now on the end of either runtime is an orderly end of the other. -1 with an exception set. */
int bb_end_arm(JNIEnv *env);

/* Module functions, for bufferbridge._end. */
PyObject *bb_python_ends(PyObject *module, PyObject *unused);
PyObject *bb_run_java_hooks(PyObject *module, PyObject *unused);
PyObject *bb_wait_for_java(PyObject *module, PyObject *unused);
PyObject *bb_close_java(PyObject *module, PyObject *unused);

/* Native method of org.bufferbridge.NativeLibrary: true if Java ends the process. */
jboolean JNICALL bb_native_java_ends(JNIEnv *env, jclass class);

/* What the JVM calls instead of exit(): ends the process. */
void bb_leave_process(jint code);

#endif
