/*
 * The C API: the table of functions for other extensions and for JNI libraries. bufferbridge_api.h, which users have,
 * says what each function promises.
 *
 * Memory that native code uses is an export of a JavaBuffer, acquired as any consumer acquires one. For a Java object
 * of JNI code a JavaBuffer is made, which lives as long as its export. So lists, counts, refusals and ends are those of
 * all exports.
 *
 * Owns: each held export, until its release. Threads: any. The functions for Python code need the GIL. The others take
 * it by the door, or where the thread has it already.
 */
#include "base/bb.h"

#include "api/c_api.h"

#include <stdlib.h>

#include "base/deferred.h"
#include "base/java_objects.h"
#include "base/pending.h"
#include "base/thrown.h"
#include "bufferbridge.h"
#include "bufferbridge_api.h"
#include "errors/errors.h"
#include "errors/python_door.h"
#include "errors/python_errors.h"
#include "leases/lease.h"
#include "runtimes/attachment.h"
#include "runtimes/java_door.h"
#include "runtimes/java_ids.h"
#include "runtimes/reach.h"
#include "runtimes/thread_state.h"

/* What `internal` of a bb_view points to. */
typedef struct bb_held {
    Py_buffer view;
    bb_deferred deferred;
} bb_held;

/* A Java exception that was pending on the calling thread. */
typedef struct bb_java_pending {
    JNIEnv *env;
    jthrowable thrown; /* local reference, or NULL */
} bb_java_pending;

static bb_java_pending set_java_aside(void)
{
    JNIEnv *env = bb_attached_env();
    return (bb_java_pending){.env = env, .thrown = env == NULL ? NULL : bb_thrown(env)};
}

static void put_java_back(const bb_java_pending *pending)
{
    if (pending->thrown != NULL) {
        (*pending->env)->Throw(pending->env, pending->thrown);
        (*pending->env)->DeleteLocalRef(pending->env, pending->thrown);
    }
}

/* The table is static, so a thread of a subinterpreter may have it, although the import is refused there. */
static int require_main_interpreter(void)
{
    if (PyInterpreterState_GetID(PyInterpreterState_Get()) != 0) {
        PyErr_SetString(PyExc_RuntimeError, "bufferbridge works in the main interpreter only; call it with the GIL of "
                                            "the main interpreter");
        return -1;
    }
    return 0;
}

/* ------------------------------------------------------------------------------------- exports -- */

static void describe_to_native(const bb_held *held, bb_view *to)
{
    const Py_buffer *view = &held->view;
    *to = (bb_view){.address = view->buf,
                    .length = view->len,
                    .itemsize = view->itemsize,
                    .format = view->format,
                    .shape = (const int64_t *)view->shape,
                    .strides = (const int64_t *)view->strides,
                    .suboffsets = (const int64_t *)view->suboffsets,
                    .ndim = view->ndim,
                    .readonly = view->readonly,
                    .internal = (void *)held};
}

_Static_assert(sizeof(Py_ssize_t) == sizeof(int64_t), "bb_view has the arrays of Py_buffer");

/* Acquires an export of a JavaBuffer. 0, or -1 with an exception set. */
static int hold_export(PyObject *buffer, int request, bb_view *to)
{
    bb_held *held = malloc(sizeof *held);
    if (held == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    if (PyObject_GetBuffer(buffer, &held->view, request) < 0) {
        free(held);
        return -1;
    }
    describe_to_native(held, to);
    return 0;
}

static void end_export(JNIEnv *env, void *data)
{
    (void)env;
    bb_held *held = data;
    bb_buffer_release(&held->view);
    free(held);
}

static int is_buffer(PyObject *object)
{
    return PyObject_TypeCheck(object, bb_java_buffer_type) ? 1 : 0;
}

static int acquire(PyObject *object, int request, bb_view *view)
{
    *view = (bb_view){0};
    if (!is_buffer(object)) {
        PyObject *name = PyType_GetQualName(Py_TYPE(object));
        if (name != NULL) {
            PyErr_Format(PyExc_TypeError,
                         "expected a JavaBuffer, got %U; PyObject_GetBuffer acquires the memory of other objects",
                         name);
            Py_DECREF(name);
        }
        return -1;
    }
    if (require_main_interpreter() < 0) {
        return -1;
    }
    bb_java_pending pending = set_java_aside();
    int status = hold_export(object, request, view);
    put_java_back(&pending);
    return status;
}

static void release(bb_view *view)
{
    bb_held *held = view->internal;
    *view = (bb_view){0};
    if (held != NULL) {
        bb_java_pending pending = set_java_aside();
        bb_give_back_in_python(&held->deferred, end_export, held);
        put_java_back(&pending);
    }
}

/* --------------------------------------------------------------------------- Java, with the GIL -- */

static JNIEnv *jni_env(void)
{
    if (require_main_interpreter() < 0) {
        return NULL;
    }
    bb_java_pending pending = set_java_aside();
    JNIEnv *env = bb_enter_java();
    put_java_back(&pending);
    return env;
}

/* A PythonBuffer that owns the lease, a local reference. NULL with an exception set, and the lease is dropped. */
static jobject lease_to_java(JNIEnv *env, bb_lease *lease)
{
    jvalue made;
    /* Java takes over the first ownership. The one that is added keeps the structure for the question below. */
    atomic_fetch_add(&lease->owners, 1);
    const jvalue *given = BB_ARGUMENTS({.j = (jlong)(intptr_t)lease});
    bool is_made = bb_ask_java(env, &bb_java.native_access.lease, NULL, given, &made);
    if (!is_made && !lease->retained) {
        bb_lease_drop(lease); /* Java failed before it watched the lease */
    }
    bb_lease_drop(lease);
    return is_made ? made.l : NULL;
}

static jobject lease_object(PyObject *object, int request)
{
    if (require_main_interpreter() < 0) {
        return NULL;
    }
    jobject made = NULL;
    bb_java_pending pending = set_java_aside();
    JNIEnv *env = bb_enter_java();
    bb_lease *lease = env == NULL ? NULL : bb_lease_new(object, object, request);
    if (lease != NULL) {
        made = lease_to_java(env, lease);
    }
    put_java_back(&pending);
    return made;
}

static int close_lease(jobject lease)
{
    if (require_main_interpreter() < 0) {
        return -1;
    }
    int status = -1;
    jvalue none;
    bb_java_pending pending = set_java_aside();
    JNIEnv *env = bb_enter_java();
    if (env != NULL && bb_ask_java(env, &bb_java.native_access.close, NULL, BB_ARGUMENTS({.l = lease}), &none)) {
        status = 0;
    }
    put_java_back(&pending);
    return status;
}

/* ------------------------------------------------------------------------------------ JNI code -- */

/* Makes a JavaBuffer of the object. NULL with an exception set, in Python or in `thrown`. */
static PyObject *buffer_of(JNIEnv *env, jobject object, jthrowable *thrown)
{
    const jvalue *given = BB_ARGUMENTS({.l = object});
    bb_outcome exporter = bb_call_java(env, &bb_java.native_access.exporter, NULL, given);
    *thrown = exporter.thrown;
    if (exporter.thrown != NULL) {
        return NULL;
    }
    PyObject *buffer = bb_java_object_new(env, exporter.value.l);
    (*env)->DeleteLocalRef(env, exporter.value.l);
    if (buffer != NULL && !is_buffer(buffer)) {
        PyErr_Format(PyExc_TypeError, "expected a PythonBuffer, a BufferView or other memory, got %R", buffer);
        Py_DECREF(buffer);
        return NULL;
    }
    return buffer;
}

static bb_outcome do_acquire(JNIEnv *env, const bb_operands *of)
{
    bb_outcome outcome = {.value.j = 0};
    if (require_main_interpreter() < 0) {
        return outcome;
    }
    PyObject *buffer = buffer_of(env, of->reference, &outcome.thrown);
    if (buffer != NULL) {
        outcome.value.z = hold_export(buffer, of->number, (bb_view *)(intptr_t)of->object) == 0;
        if (!outcome.value.z && PyErr_ExceptionMatches(PyExc_BufferError)) {
            outcome.thrown = bb_take_as_refusal(env);
        }
        Py_DECREF(buffer); /* its export has it now */
    }
    return outcome;
}

static int acquire_java(JNIEnv *env, jobject object, int request, bb_view *view)
{
    *view = (bb_view){0};
    if (bb_java_is_gone() || (*env)->ExceptionCheck(env)) {
        return -1;
    }
    bb_pending pending = {.type = NULL};
    bool has_gil = bb_gil_is_held();
    if (has_gil) {
        bb_pending_set_aside(&pending);
    }
    const bb_operands given = {.object = (jlong)(intptr_t)view, .number = request, .reference = object};
    bool is_acquired = bb_in_python(env, do_acquire, &given).z;
    if (has_gil) {
        bb_pending_put_back(&pending);
    }
    return is_acquired ? 0 : -1;
}

/* ----------------------------------------------------------------------------------- the table -- */

static const bb_api table = {
    .version = BB_API_VERSION,
    .size = sizeof(bb_api),
    .library = BB_VERSION,
    .is_buffer = is_buffer,
    .acquire = acquire,
    .release = release,
    .jni_env = jni_env,
    .lease = lease_object,
    .close_lease = close_lease,
    .acquire_java = acquire_java,
};

jlong JNICALL bb_native_api(JNIEnv *env, jclass class)
{
    (void)env;
    (void)class;
    return (jlong)(intptr_t)&table;
}

int bb_c_api_init(PyObject *module)
{
    PyObject *capsule = PyCapsule_New((void *)&table, BB_API_CAPSULE, NULL);
    int status = capsule == NULL ? -1 : PyModule_AddObjectRef(module, "_C_API", capsule);
    Py_XDECREF(capsule);
    return status;
}
