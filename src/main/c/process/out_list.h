/* Lists of exports, holdings and leases that are out. */
#ifndef BB_OUT_LIST_H
#define BB_OUT_LIST_H

#include "base/bb.h"

/*
 * Module functions: lists with a tuple for each export or lease that is out. The tuple is (owner, request flags or
 * None, bytes, retained, since or None, thread or None, Acquisition or None). `since` is in nanoseconds since 1970. For
 * exports of known memory that are only counted, neither the request nor the origin is known.
 */
PyObject *bb_exports(PyObject *module, PyObject *unused);
PyObject *bb_leases(PyObject *module, PyObject *unused);

/* The same for held memory: (JavaBuffer, exports, bytes, address, since, thread, Acquisition or None). */
PyObject *bb_holdings(PyObject *module, PyObject *unused);

/* Module function: the name of an object's Java class, without a call into Java. */
PyObject *bb_class_name(PyObject *module, PyObject *object);

/* The number of exports that are out. Needs the GIL. */
int64_t bb_exports_out(void);

/*
 * Native methods of Natives.java. The first returns a list as text, field by field, or null once Python has ended. The
 * second returns the bytes of the exports of known memory, without the GIL.
 */
jobjectArray JNICALL bb_native_out_texts(JNIEnv *env, jclass class, jstring list);
jlong JNICALL bb_native_held_bytes(JNIEnv *env, jclass class);

#endif
