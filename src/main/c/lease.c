/*
 * Leases: one outstanding grant of a Python exporter's memory to Java. The mirror image of export.c.
 *
 * The flow: Python argument -> PyObject_GetBuffer into a lease -> its address in a slot -> Java's
 * PythonBuffer -> view, segment, NIO buffer; and back: the call's end or PythonBuffer.close() ->
 * PyBuffer_Release of the very same Py_buffer, exactly once.
 *
 * Owns: the leases, the list of them, and how many have their buffer. A lease has one owner or two: the call it was
 * made for, until that returns, and Java's PythonBuffer, from its construction to its close, or to the call's end if
 * it was not retained; and one more for each native method that is looking at it. Whoever closes gives the buffer
 * back at once (PyBuffer_Release does nothing the second time); the last owner frees the structure.
 *
 * Threads. Buffers are taken and given back, and the list and the counts are changed, with the GIL only (gil.h); the
 * counts are read without. Java's thread that finds what was forgotten must not wait for the GIL and defers the
 * release (gate.c).
 */
#include "lease.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "gate.h"
#include "gil.h"
#include "report.h"
#include "text.h"

static bb_ring out = BB_RING_INITIALIZER(out);

/* Of the leases that have their buffer. */
static _Atomic(int64_t) open_count;
static _Atomic(int64_t) open_bytes;

bb_ring *bb_leases_ring(void)
{
    return &out;
}

/* -------------------------------------------------------------------------------- with the GIL -- */

/* New str, or NULL with an exception set. */
static PyObject *type_name(PyObject *object)
{
    return PyObject_GetAttrString((PyObject *)Py_TYPE(object), "__qualname__");
}

static char *copy_type_name(PyObject *object)
{
    PyObject *name = type_name(object);
    const char *text = name == NULL ? NULL : PyUnicode_AsUTF8AndSize(name, NULL);
    char *copy = text == NULL ? NULL : strdup(text);
    Py_XDECREF(name);
    PyErr_Clear();
    return copy;
}

/* A pending BufferError, which survives, is told as a refusal. */
static void report_refusal(PyObject *object, int flags)
{
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyObject *name = type_name(object);
    PyErr_Clear();
    PyErr_Restore(type, value, traceback);
    if (name != NULL) {
        bb_report_refusal(name, flags);
        Py_DECREF(name);
    }
}

/* Those that are changed with the GIL need no locked instruction. Under the list's lock. */
static void add(_Atomic(int64_t) *count, int64_t change)
{
    atomic_store_explicit(count, atomic_load_explicit(count, memory_order_relaxed) + change, memory_order_relaxed);
}

/* A lease got its buffer (1), or gives it back (-1). Under the list's lock. */
static void count_open(const bb_lease *lease, int change)
{
    if (lease->view.obj != NULL) {
        add(&open_count, change);
        add(&open_bytes, change * (int64_t)lease->view.len);
    }
}

static void list(bb_lease *lease)
{
    bb_lock_without_gil(&out.lock);
    bb_ring_link(&out, &lease->link);
    count_open(lease, 1);
    bb_unlock_without_gil(&out.lock);
}

/* Formats of structures, and those that describe another item than there is, are asked about: no others can be untrue. */
static int32_t what_ctypes_tells(PyObject *object, const Py_buffer *view)
{
    const char *format = view->format;
    if (format == NULL || (strchr(format, '{') == NULL && (strcmp(format, "B") != 0 || view->itemsize == 1))) {
        return 0;
    }
    PyObject *module = PyImport_ImportModule("bufferbridge._ctypes_formats");
    PyObject *answer = module == NULL ? NULL : PyObject_CallMethod(module, "told", "O", object);
    long told = answer == NULL ? 0 : PyLong_AsLong(answer);
    PyErr_Clear();
    Py_XDECREF(answer);
    Py_XDECREF(module);
    return (int32_t)told;
}

bb_lease *bb_lease_new(PyObject *object, int flags)
{
    bb_lease *lease = malloc(sizeof *lease); /* calloc takes no block of those that this thread has at hand */
    if (lease == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    memset(&lease->view, 0, sizeof lease->view);
    if (PyObject_GetBuffer(object, &lease->view, flags) < 0) {
        report_refusal(object, flags);
        free(lease);
        return NULL;
    }
    lease->object = Py_NewRef(object);
    atomic_init(&lease->owners, 1);
    lease->flags = flags;
    lease->type = NULL;
    lease->retained = 0;
    lease->told = what_ctypes_tells(object, &lease->view);
    bb_origin_begin(&lease->origin);
    if (bb_traced()) {
        lease->type = bb_traced() & BB_TRACE_EVENTS ? copy_type_name(object) : NULL;
        bb_trace_leased(&lease->origin);
    }
    list(lease);
    return lease;
}

/* The first time; then the buffer has no `obj`. */
static void give_back(bb_lease *lease)
{
    if (lease->view.obj == NULL) {
        return;
    }
    bb_lock_without_gil(&out.lock);
    count_open(lease, -1);
    bb_unlock_without_gil(&out.lock);
    if (PyErr_Occurred() == NULL) {
        PyBuffer_Release(&lease->view);
        PyErr_Clear();
        return;
    }
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyBuffer_Release(&lease->view);
    PyErr_Restore(type, value, traceback);
}

void bb_lease_drop(bb_lease *lease)
{
    /* The only owner needs no locked instruction: an owner is made by another owner only. */
    if (atomic_load(&lease->owners) > 1 && atomic_fetch_sub(&lease->owners, 1) > 1) {
        return;
    }
    bb_lock_without_gil(&out.lock);
    bb_ring_unlink(&lease->link);
    bb_unlock_without_gil(&out.lock);
    give_back(lease);
    Py_DECREF(lease->object);
    Py_XDECREF(lease->origin.acquisition);
    free((char *)lease->type);
    free(lease);
}

static void end_java_ownership(JNIEnv *env, void *data)
{
    (void)env;
    bb_lease *lease = data;
    give_back(lease);
    bb_lease_drop(lease);
}

static void end_forgotten(JNIEnv *env, void *data)
{
    bb_report_leak(data);
    end_java_ownership(env, data);
}

void bb_leases_visit(bb_outstanding_visitor visit, void *data)
{
    bb_lock_without_gil(&out.lock);
    for (bb_link *link = out.ends.next; link != &out.ends; link = link->next) {
        const bb_lease *lease = (const bb_lease *)link;
        if (lease->view.obj != NULL) {
            const bb_outstanding row = {.owner = lease->object,
                                        .flags = lease->flags,
                                        .bytes = lease->view.len,
                                        .retained = lease->retained != 0,
                                        .origin = lease->origin};
            visit(&row, data);
        }
    }
    bb_unlock_without_gil(&out.lock);
}

/* ------------------------------------------------------------------- from Java, on any thread -- */

/* False when Python has ended, and with it the memory. */
jboolean JNICALL bb_native_lease_release(JNIEnv *env, jclass class, jlong lease)
{
    (void)class;
    BB_ENTRY entry = {BB_OUTSIDE};
    if (!bb_python_enter(&entry)) {
        return JNI_FALSE;
    }
    end_java_ownership(env, (bb_lease *)(intptr_t)lease);
    bb_python_leave(&entry);
    return JNI_TRUE;
}

void JNICALL bb_native_lease_release_later(JNIEnv *env, jclass class, jlong address, jboolean is_leak)
{
    (void)env;
    (void)class;
    bb_lease *lease = (bb_lease *)(intptr_t)address;
    bb_defer_to_python(&lease->later, is_leak ? end_forgotten : end_java_ownership, lease);
}

/* A retained lease is traced where it was retained, with both stacks. Ends the ownership that was lent for this call. */
void JNICALL bb_native_lease_retained(JNIEnv *env, jclass class, jlong address, jstring java_stack)
{
    (void)class;
    bb_lease *lease = (bb_lease *)(intptr_t)address;
    BB_ENTRY entry = {BB_OUTSIDE};
    if (!bb_python_enter(&entry)) {
        return;
    }
    PyObject *stack = java_stack == NULL ? Py_NewRef(Py_None) : bb_string_to_python(env, java_stack);
    PyObject *acquisition = bb_trace_acquisition(stack, lease->origin.acquisition);
    Py_XDECREF(stack);
    PyErr_Clear();
    bb_lock_without_gil(&out.lock);
    PyObject *previous = lease->origin.acquisition;
    lease->origin.acquisition = acquisition;
    bb_unlock_without_gil(&out.lock);
    Py_XDECREF(previous);
    bb_lease_drop(lease);
    bb_python_leave(&entry);
}

/*
 * Asks again, for a writable buffer. Null when granted, else the reason; the lease is then without a
 * buffer. The first buffer is given back before: it may be what stands in the way.
 */
jstring JNICALL bb_native_lease_make_writable(JNIEnv *env, jclass class, jlong address)
{
    (void)class;
    bb_lease *lease = (bb_lease *)(intptr_t)address;
    BB_ENTRY entry = {BB_OUTSIDE};
    if (!bb_python_enter(&entry)) {
        return (*env)->NewStringUTF(env, "Python has ended");
    }
    jstring reason = NULL;
    give_back(lease);
    if (PyObject_GetBuffer(lease->object, &lease->view, PyBUF_FULL) < 0) {
        memset(&lease->view, 0, sizeof lease->view);
        report_refusal(lease->object, PyBUF_FULL);
        reason = bb_take_error_text(env, "the buffer was refused");
    } else {
        lease->flags = PyBUF_FULL;
        lease->told = what_ctypes_tells(lease->object, &lease->view);
        bb_lock_without_gil(&out.lock);
        count_open(lease, 1);
        bb_unlock_without_gil(&out.lock);
    }
    bb_python_leave(&entry);
    return reason;
}

jlong JNICALL bb_native_lease_count(JNIEnv *env, jclass class)
{
    (void)env;
    (void)class;
    return atomic_load_explicit(&open_count, memory_order_relaxed);
}

jlong JNICALL bb_native_leased_bytes(JNIEnv *env, jclass class)
{
    (void)env;
    (void)class;
    return atomic_load_explicit(&open_bytes, memory_order_relaxed);
}
