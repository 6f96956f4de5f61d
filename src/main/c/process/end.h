/* The end of a process that Python hosts: which of the two runtimes ends it. */
#ifndef BB_END_H
#define BB_END_H

#include "base/bb.h"

/*
 * From now on, the end of either runtime is an orderly end of the other. The end of a foreign JVM is noted before it
 * comes. -1 with an exception set.
 */
int bb_end_arm(JNIEnv *env, bool is_own_jvm);

/* Module functions, for bufferbridge._process.end. */
PyObject *bb_python_ends(PyObject *module, PyObject *unused);
PyObject *bb_run_java_hooks(PyObject *module, PyObject *unused);
PyObject *bb_wait_for_java(PyObject *module, PyObject *unused);
PyObject *bb_close_java(PyObject *module, PyObject *unused);
PyObject *bb_leave_jvm(PyObject *module, PyObject *unused);

/* Native method of Natives.java: whether Java ends the process. */
jboolean JNICALL bb_native_java_ends(JNIEnv *env, jclass class);

/* Native method of Natives.java: the foreign JVM is about to end. */
void JNICALL bb_native_jvm_ends(JNIEnv *env, jclass class, jboolean takes_gil);

/* The JVM calls this instead of exit(): ends the process. */
void bb_leave_process(jint code);

#endif
