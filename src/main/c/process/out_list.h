/* What is out: lists of exports and leases. */
#ifndef BB_OUT_LIST_H
#define BB_OUT_LIST_H

#include "base/bb.h"

/*
 * Module functions: lists of (owner, request flags or None, bytes, retained, since or None, thread or None,
 * Acquisition or None), one for each export or lease that is out; `since` is in nanoseconds since 1970. Of
 * exports of known memory that are counted only, neither request nor origin is known.
 */
PyObject *bb_exports(PyObject *module, PyObject *unused);
PyObject *bb_leases(PyObject *module, PyObject *unused);

/* The same of what holds memory: (JavaBuffer, exports, bytes, address, since, thread, Acquisition or None). */
PyObject *bb_holdings(PyObject *module, PyObject *unused);

/* Module function: the class of an object's Java object, without a call into Java. */
PyObject *bb_class_name(PyObject *module, PyObject *object);

/* How many exports are out. Needs the GIL. */
int64_t bb_exports_out(void);

/*
 * Native methods of org.bufferbridge.NativeLibrary: the lists as text, field by field, null when Python has
 * ended; and the sums of bytes, of exports of known memory and of leases, without the GIL.
 */
jobjectArray JNICALL bb_native_out_texts(JNIEnv *env, jclass class, jstring list);
jlong JNICALL bb_native_held_bytes(JNIEnv *env, jclass class);

#endif
