/*
 * The door into Java: every call of a Java method goes through one of the three functions below.
 *
 *   bb_call_java            for whatever can reach anybody's code: a method of the user's, a class loader, a logger,
 *                           an overridden method, a toString(). The GIL is given up meanwhile.
 *   bb_call_java_with_gil   for the library's own Java code that waits for nobody and reaches nobody else's code. Giving
 *                           up the GIL costs more than these calls do. docs/architecture.md lists its callers.
 *   bb_call_java_outside    on a thread that has left Python (bb_leave_python) or does not hold the GIL.
 *
 * The first two set a pending Python exception aside and put it back afterwards, so no Java code, and no Python code that
 * it calls, runs with one. All take what Java throws off the thread, so nothing runs with a Java exception pending either.
 */
#ifndef BB_JAVA_DOOR_H
#define BB_JAVA_DOOR_H

#include "base/bb.h"

#include "base/pending.h"

/* A Java method. */
typedef struct bb_method {
    jclass class; /* of a static method: a global reference; NULL: it is called on an object */
    jmethodID id;
    char returns; /* V, Z, I, J, or L for all references */
} bb_method;

/* What a call came to. */
typedef struct bb_outcome {
    jvalue value;      /* 0 where something was thrown; a reference is local, and the caller's */
    jthrowable thrown; /* a local reference, the caller's; NULL: nothing was thrown */
} bb_outcome;

/* The arguments of a call, in order: BB_ARGUMENTS({.l = object}, {.i = 3}). */
#define BB_ARGUMENTS(...) ((const jvalue[]){__VA_ARGS__})

/* `object` is NULL for a static method; `arguments` is NULL where there are none. */
bb_outcome bb_call_java(JNIEnv *env, const bb_method *method, jobject object, const jvalue *arguments);
bb_outcome bb_call_java_with_gil(JNIEnv *env, const bb_method *method, jobject object, const jvalue *arguments);
bb_outcome bb_call_java_outside(JNIEnv *env, const bb_method *method, jobject object, const jvalue *arguments);

/* Drops what was thrown: for calls that have nobody to tell. Whether something was. */
bool bb_discard(JNIEnv *env, bb_outcome outcome);

/* Fills in `method`. False, with the JVM's exception pending, where the class has no such method. */
bool bb_find_method(JNIEnv *env, bb_method *method, jclass class, bool is_static, const char *name,
                    const char *signature);

/*
 * The same by name, for what happens before java_ids.c has found anything: joining a JVM, making a class loader. Each
 * does nothing and answers NULL once `*thrown` is set, so a sequence of them is looked at once, at its end. Local
 * references, the caller's. The GIL is given up meanwhile.
 */
jclass bb_early_class(JNIEnv *env, const char *name, jthrowable *thrown);
jobject bb_early_call(JNIEnv *env, jclass class, jobject object, const char *name, const char *signature,
                      const jvalue *arguments, jthrowable *thrown);
jobject bb_early_new(JNIEnv *env, jclass class, const char *signature, const jvalue *arguments, jthrowable *thrown);

/* How this thread left Python; it comes back the same way. */
typedef struct bb_away {
    PyThreadState *state; /* NULL: the GIL was kept */
    bb_pending pending;
} bb_away;

/*
 * What the calls above do around the call itself, for those that make more than one on the way or take an upcall stub.
 * The GIL is kept where its holder may keep it (BufferExporter.mayBlock).
 */
static inline void bb_leave_python(bb_away *away, bool keeps_gil)
{
    bb_pending_set_aside(&away->pending);
    away->state = keeps_gil ? NULL : PyEval_SaveThread();
}

static inline void bb_come_back(const bb_away *away)
{
    if (away->state != NULL) {
        PyEval_RestoreThread(away->state);
    }
    bb_pending_put_back(&away->pending);
}

#endif
