/* HotSpot's flags, such as UseG1GC, read without its management beans. */
#ifndef BB_VM_FLAGS_H
#define BB_VM_FLAGS_H

#include "base/bb.h"

#ifdef __APPLE__
#define BB_LIBJVM "libjvm.dylib"
#else
#define BB_LIBJVM "libjvm.so"
#endif

/*
 * Native method of Natives.java: the value of a flag. `byte_size` is 1 for a flag that is on or off, 8 for a size. The
 * result is -1 if this JVM has no such flag, or does not describe its flags.
 */
jlong JNICALL bb_vm_flag(JNIEnv *env, jclass class, jstring name, jint byte_size);

#endif
