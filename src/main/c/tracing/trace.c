/*
 * Traces of exports and leases that are out: their time, thread and place of acquisition.
 *
 * Tracing is off by default. An export of known memory then only reads one word that is 0. Java (Tracing.java) sets
 * bits of that word when Flight Recorder records, or the leak level asks for stacks. Exports then take the slow
 * branch into this file.
 *
 * Owns: the word, and the traces of exports of known memory, which otherwise leave only a count behind. The
 * `internal` of the export's Py_buffer points to its trace. So a release of a copied Py_buffer finds it too. An
 * export that was acquired before tracing began is released without a trace. Exports by upcall and leases keep their
 * bb_origin in their own records.
 *
 * Threads. Everything here except the word needs the GIL and may give it up. The list has a mutex, held for pointer
 * operations only. Nothing here fails: if there is no memory for a trace, the export is granted without one.
 */
#include "base/bb.h"

#include "tracing/trace.h"

#include <stdlib.h>
#include <time.h>

#include "base/pending.h"
#include "base/text.h"
#include "base/thread_local.h"
#include "runtimes/attachment.h"
#include "runtimes/java_door.h"
#include "runtimes/java_ids.h"

_Atomic(int32_t) bb_tracing;

struct bb_trace {
    bb_link link;
    bb_java_buffer *exporter; /* kept alive by the consumer's Py_buffer.obj */
    int flags;
    int64_t bytes;
    bb_origin origin;
};

static bb_ring traces_out = BB_RING_INITIALIZER(traces_out);
static _Atomic(uint32_t) acquisitions;

bb_ring *bb_traces_ring(void)
{
    return &traces_out;
}

void JNICALL bb_native_set_tracing(JNIEnv *env, jclass class, jint bits)
{
    (void)env;
    (void)class;
    atomic_store_explicit(&bb_tracing, bits, memory_order_relaxed);
}

/* -------------------------------------------------------------------------------- origins -- */

static int64_t nanoseconds(void)
{
    struct timespec now;
#ifdef CLOCK_REALTIME_COARSE
    clock_gettime(CLOCK_REALTIME_COARSE, &now);
#else
    clock_gettime(CLOCK_REALTIME, &now);
#endif
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* A thread's identifier never changes, so it is cached. */
static unsigned long this_thread(void)
{
    static BB_THREAD_LOCAL unsigned long name;
    if (name == 0) {
        name = PyThread_get_thread_ident();
    }
    return name;
}

void bb_origin_begin(bb_origin *origin)
{
    origin->since = nanoseconds();
    origin->thread = this_thread();
    origin->acquisition = NULL;
}

/* True for the first of every BB_TRACE_INTERVAL acquisitions, so the very first one is traced. */
static bool is_turn(int32_t traced)
{
    if (traced & BB_TRACE_ALL_STACKS) {
        return true;
    }
    return (traced & BB_TRACE_SOME_STACKS) &&
           atomic_fetch_add_explicit(&acquisitions, 1, memory_order_relaxed) % BB_TRACE_INTERVAL == 0;
}

/* New str, Java's name of this thread and its stack, or None in a forked child. NULL with an exception set. */
static PyObject *java_place(void)
{
    JNIEnv *env = bb_enter_java();
    if (env == NULL) {
        PyErr_Clear(); /* a forked child has the Python stack only */
        return Py_NewRef(Py_None);
    }
    bb_outcome place = bb_call_java_with_gil(env, &bb_java.tracing.place, NULL, NULL);
    bb_discard(env, place);
    return bb_string_take(env, place.value.l);
}

PyObject *bb_trace_acquisition(PyObject *java_place, PyObject *previous)
{
    PyObject *module = PyImport_ImportModule("bufferbridge._reports.trace");
    PyObject *acquisition =
        module == NULL || java_place == NULL
            ? NULL
            : PyObject_CallMethod(module, "acquisition", "OO", java_place, previous == NULL ? Py_None : previous);
    Py_XDECREF(module);
    return acquisition;
}

/* Fills an origin that has no stacks with the stacks of this thread. */
static void take_stacks(bb_origin *origin)
{
    PyObject *place = java_place();
    origin->acquisition = bb_trace_acquisition(place, NULL);
    Py_XDECREF(place);
    bb_pending_survive(NULL);
}

void bb_trace_leased(bb_origin *origin)
{
    if (bb_traced() & BB_TRACE_ALL_STACKS) {
        take_stacks(origin);
    }
}

PyObject *bb_trace_held(void)
{
    bb_origin origin = {0};
    bb_trace_leased(&origin);
    return origin.acquisition;
}

/* --------------------------------------------------------------------------------- events -- */

static void record_export(bb_java_buffer *exporter, int flags, int64_t bytes)
{
    JNIEnv *env = bb_enter_java();
    if (env == NULL) {
        PyErr_Clear(); /* a forked child records nothing */
        return;
    }
    const jvalue *given = BB_ARGUMENTS({.l = exporter->base.object}, {.i = flags}, {.j = bytes});
    bb_discard(env, bb_call_java_with_gil(env, &bb_java.tracing.exported, NULL, given));
}

static void record_release(bb_java_buffer *exporter, int flags, int64_t bytes, int64_t since)
{
    bb_pending pending;
    bb_pending_set_aside(&pending);
    JNIEnv *env = bb_enter_java_to_release();
    if (env != NULL) {
        const jvalue *given =
            BB_ARGUMENTS({.l = exporter->base.object}, {.i = flags}, {.j = bytes}, {.j = nanoseconds() - since});
        bb_discard(env, bb_call_java_with_gil(env, &bb_java.tracing.released, NULL, given));
    }
    bb_pending_put_back(&pending);
}

static void acquired(bb_java_buffer *exporter, int flags, int64_t bytes, bb_origin *origin, bool with_stacks,
                     bool with_event)
{
    if (with_stacks) {
        take_stacks(origin);
    }
    if (with_event) {
        record_export(exporter, flags, bytes);
    }
}

void bb_trace_acquired(bb_java_buffer *exporter, int flags, int64_t bytes, bb_origin *origin)
{
    int32_t traced = bb_traced();
    if (traced != 0) {
        acquired(exporter, flags, bytes, origin, is_turn(traced), traced & BB_TRACE_EVENTS);
    }
}

void bb_trace_released(bb_java_buffer *exporter, int flags, int64_t bytes, bb_origin *origin)
{
    if (bb_traced() & BB_TRACE_EVENTS) {
        record_release(exporter, flags, bytes, origin->since);
    }
    Py_CLEAR(origin->acquisition);
}

/* --------------------------------------------------------------- exports of known memory -- */

bb_trace *bb_trace_known(bb_java_buffer *exporter, int flags, int64_t bytes)
{
    int32_t traced = bb_traced();
    bool with_stacks = is_turn(traced);
    bool with_event = traced & BB_TRACE_EVENTS;
    bb_trace *trace = with_stacks || with_event ? malloc(sizeof *trace) : NULL;
    if (trace == NULL) {
        return NULL;
    }
    *trace = (bb_trace){.exporter = exporter, .flags = flags, .bytes = bytes};
    bb_origin_begin(&trace->origin);
    acquired(exporter, flags, bytes, &trace->origin, with_stacks, with_event);
    bb_ring_add(&traces_out, &trace->link);
    atomic_fetch_add_explicit(&exporter->traced, 1, memory_order_relaxed);
    return trace;
}

void bb_trace_end(bb_trace *trace)
{
    bb_ring_remove(&traces_out, &trace->link);
    atomic_fetch_sub_explicit(&trace->exporter->traced, 1, memory_order_relaxed);
    bb_trace_released(trace->exporter, trace->flags, trace->bytes, &trace->origin);
    free(trace);
}

void bb_traces_visit(bb_outstanding_visitor visit, void *data)
{
    pthread_mutex_lock(&traces_out.lock);
    for (bb_link *link = traces_out.ends.next; link != &traces_out.ends; link = link->next) {
        const bb_trace *trace = (const bb_trace *)link;
        const bb_outstanding row = {.exporter = (PyObject *)trace->exporter,
                                    .flags = trace->flags,
                                    .bytes = trace->bytes,
                                    .origin = trace->origin};
        visit(&row, data);
    }
    pthread_mutex_unlock(&traces_out.lock);
}
