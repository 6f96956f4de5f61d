/*
 * Python objects that Java holds: each PythonObject owns one reference.
 *
 * Threads: a reference is dropped with the GIL. The thread that finds forgotten objects must not wait for the GIL, so
 * it defers the drop (python_work.c).
 */
#include "base/bb.h"

#include "leases/python_object.h"

#include "base/pending.h"
#include "errors/errors.h"
#include "errors/python_door.h"
#include "errors/python_errors.h"
#include "leases/lease.h"
#include "runtimes/java_door.h"
#include "runtimes/long_text.h"
#include "runtimes/python_work.h"

static bb_outcome do_reference(JNIEnv *env, const bb_operands *of)
{
    (void)env;
    Py_INCREF(bb_object_at(of->object));
    return (bb_outcome){.value.j = of->object};
}

/* A new reference to the same object. 0 if Python has ended. */
jlong JNICALL bb_native_object_reference(JNIEnv *env, jclass class, jlong object)
{
    (void)class;
    jvalue reference = {.j = 0};
    if (bb_in_python_if_possible(env, do_reference, &(bb_operands){.object = object}, &reference) ==
        BB_STACK_IS_SHORT) {
        bb_throw_stack_overflow(env);
    }
    return reference.j;
}

static bb_outcome do_object_of_lease(JNIEnv *env, const bb_operands *of)
{
    (void)env;
    bb_lease *lease = (bb_lease *)(intptr_t)of->object;
    bb_outcome object = {.value.j = (jlong)(intptr_t)Py_NewRef(lease->exporter)};
    bb_lease_drop(lease);
    return object;
}

/* A new reference to the leased object. 0 if Python has ended. Ends the ownership that was added for this call. */
jlong JNICALL bb_native_object_of_lease(JNIEnv *env, jclass class, jlong lease)
{
    (void)class;
    jvalue object = {.j = 0};
    if (bb_in_python_if_possible(env, do_object_of_lease, &(bb_operands){.object = lease}, &object) ==
        BB_STACK_IS_SHORT) {
        bb_defer_to_python(NULL, bb_lease_drop_deferred, (void *)(intptr_t)lease);
        bb_throw_stack_overflow(env);
    }
    return object.j;
}

static bb_outcome do_text(JNIEnv *env, const bb_operands *of)
{
    PyObject *object = bb_object_at(of->object);
    PyObject *text = PyObject_Str(object);
    if (text == NULL) {
        bb_pending_survive(object);
        text = PyUnicode_FromString("<a Python object whose str() failed>");
    }
    jstring string = text == NULL ? NULL : bb_text_to_java(env, text);
    bb_pending_survive(object);
    Py_XDECREF(text);
    bb_outcome outcome = {.value.l = string};
    if (string == NULL) {
        outcome.value.l = (*env)->NewStringUTF(env, "<a Python object whose str() does not fit in Java's memory>");
        outcome.thrown = bb_thrown(env);
    }
    return outcome;
}

/* str(object), or why there is none. Null only if Python has ended. OutOfMemoryError if not even the reason fits. */
jstring JNICALL bb_native_object_text(JNIEnv *env, jclass class, jlong object)
{
    (void)class;
    jvalue text = {.l = NULL};
    if (bb_in_python_if_possible(env, do_text, &(bb_operands){.object = object}, &text) == BB_STACK_IS_SHORT) {
        bb_throw_stack_overflow(env);
    }
    return text.l;
}

static void drop_reference(JNIEnv *env, void *object)
{
    (void)env;
    Py_DECREF((PyObject *)object);
}

static bb_outcome do_object_release(JNIEnv *env, const bb_operands *of)
{
    drop_reference(env, bb_object_at(of->object));
    return (bb_outcome){.value.j = 0};
}

/*
 * False if Python has ended. At the bottom of a stack the release is deferred, because a destructor may need more stack
 * than is left. A release must not fail.
 */
jboolean JNICALL bb_native_object_release(JNIEnv *env, jclass class, jlong object)
{
    (void)class;
    enum bb_admission came = bb_in_python_if_possible(env, do_object_release, &(bb_operands){.object = object}, NULL);
    if (came == BB_STACK_IS_SHORT) {
        bb_defer_to_python(NULL, drop_reference, bb_object_at(object));
    }
    return came != BB_PYTHON_HAS_ENDED;
}

void JNICALL bb_native_object_defer_release(JNIEnv *env, jclass class, jlong object)
{
    (void)env;
    (void)class;
    bb_defer_to_python(NULL, drop_reference, bb_object_at(object));
}
