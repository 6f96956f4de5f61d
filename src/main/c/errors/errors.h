/* Java exceptions as Python exceptions. */
#ifndef BB_ERRORS_H
#define BB_ERRORS_H

#include "base/bb.h"

#include "base/thrown.h"
#include "runtimes/java_door.h"

/*
 * Raises `thrown` as the Python exception it maps to, with its causes as __cause__, and deletes the local reference.
 * Returns NULL, for `return bb_raise(...)`. Needs the GIL.
 */
PyObject *bb_raise(JNIEnv *env, jthrowable thrown);

__attribute__((always_inline)) static inline bool bb_answer(JNIEnv *env, bb_outcome outcome, jvalue *value)
{
    *value = outcome.value;
    if (outcome.thrown != NULL) {
        bb_raise(env, outcome.thrown);
        return false;
    }
    return true;
}

/*
 * The calls of java_door.h that raise a thrown Java exception in Python: false with the exception set. Always
 * inlined, so the fault injection sees the caller as the place of the call.
 */
__attribute__((always_inline)) static inline bool bb_ask_java(JNIEnv *env, const bb_method *method, jobject object,
                                                              const jvalue *arguments, jvalue *value)
{
    return bb_answer(env, bb_call_java(env, method, object, arguments), value);
}

__attribute__((always_inline)) static inline bool
bb_ask_java_with_gil(JNIEnv *env, const bb_method *method, jobject object, const jvalue *arguments, jvalue *value)
{
    return bb_answer(env, bb_call_java_with_gil(env, method, object, arguments), value);
}

/* bb_thrown() and bb_raise() in one: -1 if something was thrown, otherwise 0. Needs the GIL. */
int bb_raise_if_thrown(JNIEnv *env);

/*
 * Reports an exception that has no caller to go to: sys.unraisablehook gets it, with `where`. A pending exception
 * survives. Takes the local reference. Does nothing for NULL. Needs the GIL.
 */
void bb_report_unraisable(JNIEnv *env, jthrowable thrown, PyObject *where);

#endif
