/* Java exceptions as Python exceptions. */
#ifndef BB_ERRORS_H
#define BB_ERRORS_H

#include "base/bb.h"

#include "base/thrown.h"
#include "runtimes/java_door.h"

/*
 * Raises `thrown` as the Python exception it maps to, with its causes as __cause__, and deletes
 * the local reference. Returns NULL, for `return bb_raise(...)`. Needs the GIL.
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
 * The calls of java_door.h, with what was thrown raised in Python: false with the exception set. Always inlined, so that
 * the place that asks is the place that calls.
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

/* bb_thrown() and bb_raise() in one: -1 when something was thrown, else 0. Needs the GIL. */
int bb_raise_if_thrown(JNIEnv *env);

/*
 * Reports what was thrown where there is nobody to raise it to: sys.unraisablehook, with `where`. An
 * exception that is on its way survives. Takes the local reference; nothing for NULL. Needs the GIL.
 */
void bb_report_unraisable(JNIEnv *env, jthrowable thrown, PyObject *where);

#endif
