/* Java's values on their way to Python. */
#ifndef BB_UNPACK_H
#define BB_UNPACK_H

#include "base/bb.h"

#include "values/slots.h"

/*
 * The Python value of a result, or of an argument from Java. `slot` has the value, and `returned` is the returned
 * object. Its local reference is deleted.
 */
PyObject *bb_unpack(JNIEnv *env, const bb_slot *slot, jobject returned);

/* A str of one UTF-16 unit, which may be half of a pair. */
PyObject *bb_unpack_char(jchar unit);

#endif
