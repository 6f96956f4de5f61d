/* The C API: the table of functions for other extensions and for JNI libraries. */
#ifndef BB_C_API_H
#define BB_C_API_H

#include "base/bb.h"

/* Adds the capsule to the module. 0 or -1. */
int bb_c_api_init(PyObject *module);

/* Native method of Natives.java: the address of the table. */
jlong JNICALL bb_native_api(JNIEnv *env, jclass class);

#endif
