/* CPython in a process that Java started. */
#ifndef BB_PYTHON_HOST_H
#define BB_PYTHON_HOST_H

#include "base/bb.h"

/* Called by the JVM when System.load loads the library; never when Python imports it. */
JNIEXPORT jint JNICALL JNI_OnLoad(JavaVM *vm, void *reserved);

#endif
