/* Java calls Python functions: native methods of PythonCalls.java. */
#ifndef BB_FUNCTION_CALL_H
#define BB_FUNCTION_CALL_H

#include "base/bb.h"

BB_SHARED const JNINativeMethod bb_function_call_methods[];
BB_SHARED const jint bb_function_call_method_count;

#endif
