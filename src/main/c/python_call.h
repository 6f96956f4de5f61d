/* Java calls Python: the native methods of org.bufferbridge.PythonCalls. */
#ifndef BB_PYTHON_CALL_H
#define BB_PYTHON_CALL_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <jni.h>

extern const JNINativeMethod bb_python_call_methods[];
extern const jint bb_python_call_method_count;

#endif
