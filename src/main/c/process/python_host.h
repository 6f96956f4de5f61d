/* CPython in a process that Java started. */
#ifndef BB_PYTHON_HOST_H
#define BB_PYTHON_HOST_H

#include "base/bb.h"

/* The JVM calls this when System.load loads the library. It never runs when Python imports the library. */
JNIEXPORT jint JNICALL JNI_OnLoad(JavaVM *vm, void *reserved);

#endif
