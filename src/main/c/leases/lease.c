/*
 * Leases: each is an outstanding grant of a Python exporter's memory to Java. The mirror image of export.c.
 *
 * The flow to Java: PyObject_GetBuffer into a lease -> PythonBuffer -> view, segment, NIO buffer. The lease of an
 * argument reaches Java in a slot (pack.c), that of PythonObject.buffer() as an address (python_call.c). The flow back:
 * the call's end or PythonBuffer.close() -> PyBuffer_Release of the very same Py_buffer, exactly once.
 *
 * Owns: the leases, the list of them, and the counts of those that have their buffer. A lease has one or more owners:
 *
 *   - the call, if the lease is that of an argument, until it returns;
 *   - PythonBuffer, until its close or, if an argument's lease was not retained, until the call's end. It is the first
 *     owner of a lease that Java requested;
 *   - a native method that looks at the lease, meanwhile.
 *
 * An owner that closes the lease releases the buffer at once, unless another owner has done so. The last owner frees
 * the structure.
 *
 * Threads. Acquiring and releasing buffers, and changing the list and the counts, need the GIL (gil.h). Reading the
 * counts does not. The Java thread that finds forgotten leases must not wait for the GIL, so it defers the release
 * (python_work.c).
 */
#include "base/bb.h"

#include "leases/lease.h"

#include <stdlib.h>
#include <string.h>

#include "base/gil.h"
#include "base/pending.h"
#include "base/text.h"
#include "errors/python_door.h"
#include "errors/python_errors.h"
#include "runtimes/java_door.h"
#include "runtimes/python_work.h"
#include "tracing/report.h"

static bb_ring leases_out = BB_RING_INITIALIZER(leases_out);

/* These count the leases that have their buffer. */
static _Atomic(int64_t) open_count;
static _Atomic(int64_t) open_bytes;

bb_ring *bb_leases_ring(void)
{
    return &leases_out;
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
    bb_pending_survive(object);
    return copy;
}

void bb_lease_report_refusal(PyObject *object, int flags)
{
    bb_pending refusal;
    bb_pending_set_aside(&refusal);
    PyObject *name = type_name(object);
    bb_pending_survive(object);
    bb_pending_put_back(&refusal);
    if (name != NULL) {
        bb_report_refusal(name, flags);
        Py_DECREF(name);
    }
}

/* Adds to a count that changes only with the GIL, so it needs no locked instruction. Under the list's lock. */
static void add(_Atomic(int64_t) *count, int64_t change)
{
    atomic_store_explicit(count, atomic_load_explicit(count, memory_order_relaxed) + change, memory_order_relaxed);
}

/* A lease acquired its buffer, or releases it. Under the list's lock. */
static void count_open(bb_lease *lease, bool has_buffer)
{
    int change = has_buffer ? 1 : -1;
    lease->has_buffer = has_buffer;
    add(&open_count, change);
    add(&open_bytes, change * (int64_t)lease->view.len);
}

static void list(bb_lease *lease)
{
    bb_lock_without_gil(&leases_out.lock);
    bb_ring_link(&leases_out, &lease->link);
    count_open(lease, true);
    bb_unlock_without_gil(&leases_out.lock);
}

/* A format of one code is true, except the B that ctypes writes for an item that it cannot describe. */
static inline bool format_is_complete(const Py_buffer *view)
{
    const char *format = view->format;
    if (format == NULL || format[0] == '\0') {
        return true;
    }
    return format[1] == '\0' ? format[0] != 'B' || view->itemsize == 1 : strchr(format, '{') == NULL;
}

/* Acquires the buffer of an object that lends its memory by another protocol. 0, or -1 with an exception set. */
static int get_lent_buffer(Py_buffer *view, PyObject *object, int flags)
{
    PyErr_Clear(); /* the TypeError of an object without a buffer */
    PyObject *module = PyImport_ImportModule("bufferbridge._lending.lending");
    PyObject *lent = module == NULL ? NULL : PyObject_CallMethod(module, "lend", "O", object);
    int status = lent == NULL ? -1 : PyObject_GetBuffer(lent, view, flags); /* which keeps what is lent */
    Py_XDECREF(lent);
    Py_XDECREF(module);
    return status;
}

/*
 * Acquires the buffer of `lender`, which is the object, or its LentMemory. If its format may be untrue, asks
 * ctypes_formats.py whether it is. On failure -1 with an exception set, and no buffer.
 */
static int get_buffer(bb_lease *lease, PyObject *object, PyObject *lender, int flags)
{
    memset(&lease->view, 0, sizeof lease->view);
    lease->format_truth = 0;
    int status = PyObject_GetBuffer(lender, &lease->view, flags);
    if (status < 0 && lender == object && !PyObject_CheckBuffer(object)) {
        status = get_lent_buffer(&lease->view, object, flags);
    }
    if (status < 0) {
        memset(&lease->view, 0, sizeof lease->view);
        return -1;
    }
    if (format_is_complete(&lease->view)) {
        return 0;
    }
    PyObject *module = PyImport_ImportModule("bufferbridge._memory.ctypes_formats");
    PyObject *answer = module == NULL ? NULL : PyObject_CallMethod(module, "truth", "O", object);
    lease->format_truth = answer == NULL ? -1 : (int32_t)PyLong_AsLong(answer);
    Py_XDECREF(answer);
    Py_XDECREF(module);
    if (lease->format_truth >= 0) {
        return 0;
    }
    bb_pending pending;
    bb_pending_set_aside(&pending);
    PyBuffer_Release(&lease->view);
    bb_pending_put_back(&pending);
    return -1;
}

bool bb_lease_is_refused(void)
{
    return PyErr_ExceptionMatches(PyExc_Exception) && !PyErr_ExceptionMatches(PyExc_MemoryError) &&
           !PyErr_ExceptionMatches(PyExc_RecursionError);
}

bb_lease *bb_lease_new(PyObject *object, PyObject *lender, int flags)
{
    bb_lease *lease = malloc(sizeof *lease); /* calloc does not use the free blocks of this thread */
    if (lease == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    if (get_buffer(lease, object, lender, flags) < 0) {
        bb_lease_report_refusal(object, flags);
        free(lease);
        return NULL;
    }
    lease->exporter = Py_NewRef(object);
    atomic_init(&lease->owners, 1);
    lease->flags = flags;
    lease->type = NULL;
    lease->retained = 0;
    bb_origin_begin(&lease->origin);
    if (bb_traced()) {
        lease->type = bb_traced() & BB_TRACE_EVENTS ? copy_type_name(object) : NULL;
        bb_trace_leased(&lease->origin);
    }
    list(lease);
    return lease;
}

/* Releases the buffer the first time. */
static void lease_give_back(bb_lease *lease)
{
    bb_lock_without_gil(&leases_out.lock);
    bool is_first = lease->has_buffer;
    if (is_first) {
        count_open(lease, false);
    }
    bb_unlock_without_gil(&leases_out.lock);
    if (!is_first) {
        return;
    }
    /* A releasebufferproc may be user code, which runs with no exception pending. What it raises is reported. */
    bb_pending pending;
    bb_pending_set_aside(&pending);
    PyBuffer_Release(&lease->view);
    bb_pending_survive(lease->exporter);
    bb_pending_put_back(&pending);
}

void bb_lease_drop(bb_lease *lease)
{
    /* A sole owner needs no locked instruction, because only an owner makes another owner. */
    if (atomic_load(&lease->owners) > 1 && atomic_fetch_sub(&lease->owners, 1) > 1) {
        return;
    }
    bb_lock_without_gil(&leases_out.lock);
    bb_ring_unlink(&lease->link);
    bb_unlock_without_gil(&leases_out.lock);
    lease_give_back(lease);
    Py_DECREF(lease->exporter);
    Py_XDECREF(lease->origin.acquisition);
    free((char *)lease->type);
    free(lease);
}

static void end_java_ownership(JNIEnv *env, void *data)
{
    (void)env;
    bb_lease *lease = data;
    lease_give_back(lease);
    bb_lease_drop(lease);
}

static void end_forgotten(JNIEnv *env, void *data)
{
    const bb_lease *lease = data;
    bb_report_leak(lease->exporter, lease->flags, lease->view.len, &lease->origin);
    end_java_ownership(env, data);
}

void bb_leases_visit(bb_outstanding_visitor visit, void *data)
{
    bb_lock_without_gil(&leases_out.lock);
    for (bb_link *link = leases_out.ends.next; link != &leases_out.ends; link = link->next) {
        const bb_lease *lease = (const bb_lease *)link;
        if (lease->has_buffer) {
            const bb_outstanding row = {.exporter = lease->exporter,
                                        .flags = lease->flags,
                                        .bytes = lease->view.len,
                                        .retained = lease->retained,
                                        .origin = lease->origin};
            visit(&row, data);
        }
    }
    bb_unlock_without_gil(&leases_out.lock);
}

/* ------------------------------------------------------------------- from Java, on any thread -- */

static bb_lease *lease_at(jlong address)
{
    return (bb_lease *)(intptr_t)address;
}

static bb_outcome do_release(JNIEnv *env, const bb_operands *of)
{
    end_java_ownership(env, lease_at(of->object));
    return (bb_outcome){.value.z = JNI_TRUE};
}

/*
 * False if Python has ended, and the memory with it. At the bottom of a stack the release is deferred, because a Python
 * destructor may need more stack than is left. A release must not fail.
 */
jboolean JNICALL bb_native_lease_release(JNIEnv *env, jclass class, jlong lease)
{
    (void)class;
    enum bb_admission came = bb_in_python_if_possible(env, do_release, &(bb_operands){.object = lease}, NULL);
    if (came == BB_STACK_IS_SHORT) {
        bb_defer_to_python(&lease_at(lease)->deferred, end_java_ownership, lease_at(lease));
    }
    return came != BB_PYTHON_HAS_ENDED;
}

void JNICALL bb_native_lease_defer_release(JNIEnv *env, jclass class, jlong address, jboolean is_leak)
{
    (void)env;
    (void)class;
    bb_lease *lease = lease_at(address);
    bb_defer_to_python(&lease->deferred, is_leak ? end_forgotten : end_java_ownership, lease);
}

static bb_outcome do_note_stack(JNIEnv *env, const bb_operands *of)
{
    bb_lease *lease = lease_at(of->object);
    PyObject *stack = of->text == NULL ? Py_NewRef(Py_None) : bb_string_to_python(env, of->text);
    PyObject *acquisition = bb_trace_acquisition(stack, lease->origin.acquisition);
    Py_XDECREF(stack);
    bb_pending_survive(lease->exporter);
    bb_lock_without_gil(&leases_out.lock);
    PyObject *previous = lease->origin.acquisition;
    lease->origin.acquisition = acquisition;
    bb_unlock_without_gil(&leases_out.lock);
    Py_XDECREF(previous);
    bb_lease_drop(lease);
    return (bb_outcome){.thrown = NULL};
}

void bb_lease_drop_deferred(JNIEnv *env, void *lease)
{
    (void)env;
    bb_lease_drop(lease);
}

/* Traces a retained lease where it was retained, with both stacks. Ends the ownership that was added for this call. */
void JNICALL bb_native_lease_note_stack(JNIEnv *env, jclass class, jlong address, jstring java_place)
{
    (void)class;
    const bb_operands given = {.object = address, .text = java_place};
    if (bb_in_python_if_possible(env, do_note_stack, &given, NULL) == BB_STACK_IS_SHORT) {
        bb_defer_to_python(NULL, bb_lease_drop_deferred, lease_at(address));
    }
}

/* A String that says why the buffer is refused, or null. */
static bb_outcome do_make_writable(JNIEnv *env, const bb_operands *of)
{
    bb_lease *lease = lease_at(of->object);
    lease_give_back(lease);
    if (get_buffer(lease, lease->exporter, lease->exporter, PyBUF_FULL) < 0) {
        bb_lease_report_refusal(lease->exporter, PyBUF_FULL);
        if (!bb_lease_is_refused()) {
            return (bb_outcome){.value.l = NULL}; /* the pending exception is thrown */
        }
        return (bb_outcome){.value.l = bb_take_error_text(env, "the buffer was refused")};
    }
    lease->flags = PyBUF_FULL;
    bb_lock_without_gil(&leases_out.lock);
    count_open(lease, true);
    bb_unlock_without_gil(&leases_out.lock);
    return (bb_outcome){.value.l = NULL};
}

/*
 * Requests the buffer again, writable. Null if granted. Otherwise the reason, and the lease then has no buffer. The
 * first buffer is released before the request, because it may be the obstacle.
 */
jstring JNICALL bb_native_lease_make_writable(JNIEnv *env, jclass class, jlong address)
{
    (void)class;
    return bb_in_python(env, do_make_writable, &(bb_operands){.object = address}).l;
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
