/*
 * The door into Java: a call of a Java method goes through one of the three functions below. The upcall stubs are the
 * only other way (upcall.c). bb_early_new() calls constructors.
 *
 *   bb_call_java            for calls that can reach user code: a user's method, a class loader, a logger, an
 *                           overridden method, a toString(). Gives up the GIL during the call.
 *   bb_call_java_with_gil   for the library's own Java code that waits for no thread and reaches no user code. Giving
 *                           up the GIL costs more than these calls do. docs/design/architecture.md lists the methods.
 *   bb_call_java_outside    for a thread between bb_before_java() and bb_after_java(), or without the GIL.
 *
 * The first two set a pending Python exception aside and put it back afterwards. So no Java code runs with one, nor
 * any Python code that it calls. All three take a thrown Java exception off the thread. So no code runs with a Java
 * exception pending either.
 */
#ifndef BB_JAVA_DOOR_H
#define BB_JAVA_DOOR_H

#include "base/bb.h"

#include "base/pending.h"

/* A Java method. */
typedef struct bb_method {
    jclass class; /* a global reference for a static method; NULL: it is called on an object */
    jmethodID id;
    char returns; /* V, Z, I, J, or L for all references */
} bb_method;

/* The result of a call. */
typedef struct bb_outcome {
    jvalue value;      /* 0 if something was thrown; a reference is local and owned by the caller */
    jthrowable thrown; /* a local reference that the caller owns; NULL: nothing was thrown */
} bb_outcome;

/* The arguments of a call, in order: BB_ARGUMENTS({.l = object}, {.i = 3}). */
#define BB_ARGUMENTS(...) ((const jvalue[]){__VA_ARGS__})

/* `object` is NULL for a static method; `arguments` is NULL if there are none. */
bb_outcome bb_call_java(JNIEnv *env, const bb_method *method, jobject object, const jvalue *arguments);
bb_outcome bb_call_java_with_gil(JNIEnv *env, const bb_method *method, jobject object, const jvalue *arguments);
bb_outcome bb_call_java_outside(JNIEnv *env, const bb_method *method, jobject object, const jvalue *arguments);

/* Drops the exception that was thrown, for calls that have no one to tell. Returns whether there was one. */
bool bb_discard(JNIEnv *env, bb_outcome outcome);

/* Fills in `method`. False, with the JVM's exception pending, if the class has no such method. */
bool bb_find_method(JNIEnv *env, bb_method *method, jclass class, bool is_static, const char *name,
                    const char *signature);

/*
 * Steps by name, for what precedes java_ids.c: joining a JVM, making a class loader. Once `*thrown` is set, each
 * function does nothing and returns NULL. So the caller checks a whole sequence once, at its end. The results are
 * local references that the caller owns. The GIL is given up during each call.
 */
jclass bb_early_class(JNIEnv *env, const char *name, jthrowable *thrown);
jobject bb_early_call(JNIEnv *env, jclass class, jobject object, const char *name, const char *signature,
                      const jvalue *arguments, jthrowable *thrown);
jobject bb_early_new(JNIEnv *env, jclass class, const char *signature, const jvalue *arguments, jthrowable *thrown);

/* Without a GIL there is nothing to keep. There a thread in Java is detached, so that CPython never waits for it. */
#ifdef Py_GIL_DISABLED
enum { BB_HAS_GIL = false };
#else
enum { BB_HAS_GIL = true };
#endif

/* What bb_before_java() set aside, for bb_after_java(). */
typedef struct bb_away {
    PyThreadState *state; /* NULL: the GIL was kept */
    bb_pending pending;
} bb_away;

/*
 * The steps around each call above, for callers that make several calls, or use an upcall stub. `keeps_gil` is for an
 * exporter that never blocks (BufferExporter.mayBlock).
 */
static inline void bb_before_java(bb_away *away, bool keeps_gil)
{
    bb_pending_set_aside(&away->pending);
    away->state = keeps_gil ? NULL : PyEval_SaveThread();
}

static inline void bb_after_java(const bb_away *away)
{
    if (away->state != NULL) {
        PyEval_RestoreThread(away->state);
    }
    bb_pending_put_back(&away->pending);
}

#endif
