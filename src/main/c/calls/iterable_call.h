/* Java reads the items of Python arguments: native methods of PythonCalls.java. */
#ifndef BB_ITERABLE_CALL_H
#define BB_ITERABLE_CALL_H

#include "base/bb.h"

BB_SHARED const JNINativeMethod bb_iterable_call_methods[];
BB_SHARED const jint bb_iterable_call_method_count;

#endif
