/* Leases: each is an outstanding grant of a Python exporter's memory to Java. */
#ifndef BB_LEASE_H
#define BB_LEASE_H

#include "base/bb.h"

#include "base/deferred.h"
#include "base/ring.h"
#include "tracing/trace.h"

/*
 * Java reads this structure in place: Lease.java has the same offsets. `view` is the very Py_buffer that
 * was granted. It is released where it was filled, never copied.
 */
typedef struct bb_lease {
    bb_link link;
    Py_buffer view;
    PyObject *exporter;      /* the leased object; not always view.obj */
    _Atomic(int32_t) owners; /* its call, if it has one, and PythonBuffer; the last one frees the lease */
    int32_t flags;           /* the request */
    const char *type;        /* the object's type for Java's events, owned; NULL if there are no events */
    int32_t retained;        /* set by Java: see bb_outstanding */
    int32_t format_truth;    /* whether the format can be trusted: bufferbridge._memory.ctypes_formats */
    bb_origin origin;
    bool has_buffer;      /* granted and not released yet; guarded like the list */
    bb_deferred deferred; /* the deferred release, if Java forgot the lease */
} bb_lease;

_Static_assert(offsetof(Py_buffer, len) == 16 && offsetof(Py_buffer, itemsize) == 24 &&
                   offsetof(Py_buffer, readonly) == 32 && offsetof(Py_buffer, ndim) == 36 &&
                   offsetof(Py_buffer, format) == 40 && offsetof(Py_buffer, shape) == 48 &&
                   offsetof(Py_buffer, strides) == 56 && offsetof(Py_buffer, suboffsets) == 64,
               "Lease.java reads these fields");
_Static_assert(offsetof(bb_lease, view) == 16 && offsetof(bb_lease, exporter) == 96 &&
                   offsetof(bb_lease, owners) == 104 && offsetof(bb_lease, flags) == 108 &&
                   offsetof(bb_lease, type) == 112 && offsetof(bb_lease, retained) == 120 &&
                   offsetof(bb_lease, format_truth) == 124 && offsetof(bb_lease, origin.since) == 128,
               "Lease.java reads these fields");

/* The leases that are out. */
bb_ring *bb_leases_ring(void);

/*
 * A new lease with one owner, or NULL with an exception set. `lender` is the object itself, or its LentMemory if that
 * is there already. Needs the GIL.
 */
bb_lease *bb_lease_new(PyObject *object, PyObject *lender, int flags);

/* Whether the pending exception is an object's refusal. An exit is none, nor is an exception about the call itself. */
bool bb_lease_is_refused(void);

/* Reports a pending BufferError, with which the object has refused a request, as a refusal. The error survives. */
void bb_lease_report_refusal(PyObject *object, int flags);

/* Ends one ownership. The last owner releases the buffer and frees. Needs the GIL; a pending exception survives. */
void bb_lease_drop(bb_lease *lease);

/* bb_lease_drop() as a bb_deferred_action. */
void bb_lease_drop_deferred(JNIEnv *env, void *lease);

/* Calls `visit` for each lease that has its buffer, under the list's lock: it must not call out. Needs the GIL. */
void bb_leases_visit(bb_outstanding_visitor visit, void *data);

/* Native methods of Natives.java. The addresses are those of leases and of objects. */
jboolean JNICALL bb_native_lease_release(JNIEnv *env, jclass class, jlong lease);
void JNICALL bb_native_lease_defer_release(JNIEnv *env, jclass class, jlong lease, jboolean is_leak);
void JNICALL bb_native_lease_note_stack(JNIEnv *env, jclass class, jlong lease, jstring java_place);
jstring JNICALL bb_native_lease_make_writable(JNIEnv *env, jclass class, jlong lease);
jlong JNICALL bb_native_lease_count(JNIEnv *env, jclass class);
jlong JNICALL bb_native_leased_bytes(JNIEnv *env, jclass class);

#endif
