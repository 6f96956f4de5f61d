/*
 * Leases: one outstanding grant of a Python exporter's memory to Java. The mirror image of export.c.
 *
 * The flow: Python argument -> PyObject_GetBuffer into a lease -> its address in a slot -> Java's
 * PythonBuffer -> view, segment, NIO buffer; and back: the call's end or PythonBuffer.close() ->
 * PyBuffer_Release of the very same Py_buffer, exactly once.
 *
 * Owns: the leases, and the list of them. A lease has one owner or two: the call it was made for, until
 * that returns, and Java's PythonBuffer, from its construction to its close, or to the call's end if it was
 * not retained. Whoever closes gives the buffer back at once (PyBuffer_Release does nothing the second
 * time); the last owner frees the structure.
 *
 * Threads. Buffers are taken and given back with the GIL. Java's Cleaner thread must not wait for it and
 * defers the release (gate.c).
 */
#include "lease.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "gate.h"
#include "text.h"

static bb_ring out = BB_RING_INITIALIZER(out);

bb_ring *bb_leases_ring(void)
{
    return &out;
}

/* -------------------------------------------------------------------------------- with the GIL -- */

bb_lease *bb_lease_new(PyObject *object, int flags)
{
    bb_lease *lease = calloc(1, sizeof *lease);
    if (lease == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    if (PyObject_GetBuffer(object, &lease->view, flags) < 0) {
        free(lease);
        return NULL;
    }
    lease->object = Py_NewRef(object);
    lease->owners = 1;
    lease->flags = flags;
    bb_ring_add(&out, &lease->link);
    return lease;
}

static void give_back(bb_lease *lease)
{
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyBuffer_Release(&lease->view);
    PyErr_Restore(type, value, traceback);
}

void bb_lease_drop(bb_lease *lease)
{
    if (atomic_fetch_sub(&lease->owners, 1) > 1) {
        return;
    }
    bb_ring_remove(&out, &lease->link);
    give_back(lease);
    Py_DECREF(lease->object);
    free(lease);
}

static void end_java_ownership(void *data)
{
    bb_lease *lease = data;
    give_back(lease);
    bb_lease_drop(lease);
}

typedef struct bb_lease_row {
    PyObject *object; /* owned */
    int flags;
    Py_ssize_t bytes;
} bb_lease_row;

/* Under the list's lock: how many leases have their buffer. */
static size_t count_open(void)
{
    size_t count = 0;
    for (bb_link *link = out.ends.next; link != &out.ends; link = link->next) {
        count += ((bb_lease *)link)->view.obj != NULL;
    }
    return count;
}

/* Copied under the lock, with a reference to each object, before a Python object is made. */
static bb_lease_row *copy_rows(size_t *count)
{
    pthread_mutex_lock(&out.lock);
    bb_lease_row *rows = malloc((count_open() + 1) * sizeof *rows);
    *count = 0;
    for (bb_link *link = out.ends.next; rows != NULL && link != &out.ends; link = link->next) {
        bb_lease *lease = (bb_lease *)link;
        if (lease->view.obj != NULL) {
            rows[(*count)++] = (bb_lease_row){Py_NewRef(lease->object), lease->flags, lease->view.len};
        }
    }
    pthread_mutex_unlock(&out.lock);
    return rows;
}

PyObject *bb_leases(PyObject *module, PyObject *unused)
{
    (void)module;
    (void)unused;
    size_t count;
    bb_lease_row *rows = copy_rows(&count);
    PyObject *list = rows == NULL ? PyErr_NoMemory() : PyList_New(0);
    for (size_t i = 0; i < count; i++) {
        PyObject *row = list == NULL ? NULL
                                     : Py_BuildValue("(Oin)", rows[i].object, rows[i].flags, rows[i].bytes);
        if (list != NULL && (row == NULL || PyList_Append(list, row) < 0)) {
            Py_CLEAR(list);
        }
        Py_XDECREF(row);
        Py_DECREF(rows[i].object);
    }
    free(rows);
    return list;
}

/* ------------------------------------------------------------------- from Java, on any thread -- */

/* False when Python has ended, and with it the memory. */
jboolean JNICALL bb_native_lease_release(JNIEnv *env, jclass class, jlong lease)
{
    (void)env;
    (void)class;
    PyGILState_STATE state;
    if (!bb_python_enter(&state)) {
        return JNI_FALSE;
    }
    end_java_ownership((bb_lease *)(intptr_t)lease);
    bb_python_leave(state);
    return JNI_TRUE;
}

void JNICALL bb_native_lease_release_later(JNIEnv *env, jclass class, jlong address)
{
    (void)env;
    (void)class;
    bb_defer_to_python(end_java_ownership, (void *)(intptr_t)address);
}

/* The pending exception's text as a Java string; clears it. */
static jstring take_error_text(JNIEnv *env)
{
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyErr_NormalizeException(&type, &value, &traceback);
    PyObject *text = value == NULL ? NULL : PyObject_Str(value);
    jstring string = text == NULL ? NULL : bb_string_to_java(env, text);
    PyErr_Clear();
    Py_XDECREF(text);
    Py_XDECREF(type);
    Py_XDECREF(value);
    Py_XDECREF(traceback);
    return string != NULL ? string : (*env)->NewStringUTF(env, "the buffer was refused");
}

/*
 * Asks again, for a writable buffer. Null when granted, else the reason; the lease is then without a
 * buffer. The first buffer is given back before: it may be what stands in the way.
 */
jstring JNICALL bb_native_lease_make_writable(JNIEnv *env, jclass class, jlong address)
{
    (void)class;
    bb_lease *lease = (bb_lease *)(intptr_t)address;
    PyGILState_STATE state;
    if (!bb_python_enter(&state)) {
        return (*env)->NewStringUTF(env, "Python has ended");
    }
    jstring reason = NULL;
    PyBuffer_Release(&lease->view);
    if (PyObject_GetBuffer(lease->object, &lease->view, PyBUF_FULL) < 0) {
        memset(&lease->view, 0, sizeof lease->view);
        reason = take_error_text(env);
    } else {
        lease->flags = PyBUF_FULL;
    }
    bb_python_leave(state);
    return reason;
}

jlong JNICALL bb_native_lease_count(JNIEnv *env, jclass class)
{
    (void)env;
    (void)class;
    pthread_mutex_lock(&out.lock);
    int64_t count = (int64_t)count_open();
    pthread_mutex_unlock(&out.lock);
    return count;
}
