/* Java's operations of Python objects: native methods of PythonCalls.java. */
#ifndef BB_PYTHON_OPERATIONS_H
#define BB_PYTHON_OPERATIONS_H

#include "base/bb.h"

BB_SHARED const JNINativeMethod bb_python_operation_methods[];
BB_SHARED const jint bb_python_operation_method_count;

#endif
