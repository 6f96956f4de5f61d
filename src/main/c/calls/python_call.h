/* Java calls Python: native methods of PythonCalls.java. */
#ifndef BB_PYTHON_CALL_H
#define BB_PYTHON_CALL_H

#include "base/bb.h"

BB_SHARED const JNINativeMethod bb_python_call_methods[];
BB_SHARED const jint bb_python_call_method_count;

#endif
