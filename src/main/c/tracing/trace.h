/* Traces of exports and leases that are out: their time, thread and place of acquisition. */
#ifndef BB_TRACE_H
#define BB_TRACE_H

#include "base/bb.h"

#include "base/java_objects.h"
#include "base/ring.h"

/* What is traced beyond the counts. Tracing.java has the same bits and sets them. */
enum {
    BB_TRACE_EVENTS = 1,      /* Flight Recorder records exports and releases */
    BB_TRACE_SOME_STACKS = 2, /* leak level advanced: stacks of one acquisition in BB_TRACE_INTERVAL */
    BB_TRACE_ALL_STACKS = 4,  /* leak level paranoid: stacks of every acquisition */
};

enum { BB_TRACE_INTERVAL = 64 };

/* 0 while nothing is traced: reading it is the only cost of tracing on the fast path. */
BB_SHARED _Atomic(int32_t) bb_tracing;

static inline int32_t bb_traced(void)
{
    return atomic_load_explicit(&bb_tracing, memory_order_relaxed);
}

/* The origin of one export or lease. All fields are zero if it is not known, as for an export that is only counted. */
typedef struct bb_origin {
    int64_t since;         /* nanoseconds since 1970, with the precision of a cheap clock */
    unsigned long thread;  /* the value of threading.get_ident() */
    PyObject *acquisition; /* bufferbridge._reports.trace.Acquisition with the stacks, owned; or NULL */
} bb_origin;

/*
 * Sets the time and the thread, without stacks. It writes field by field, because copying a struct that was just
 * written would stall.
 */
void bb_origin_begin(bb_origin *origin);

/* For a granted export by upcall: takes stacks if this export is due for them, and records an event. */
void bb_trace_acquired(bb_java_buffer *exporter, int flags, int64_t bytes, bb_origin *origin);

/* For the release of such an export. A pending exception survives. */
void bb_trace_released(bb_java_buffer *exporter, int flags, int64_t bytes, bb_origin *origin);

/* The trace of one export of known memory, for the `internal` of its Py_buffer; NULL if it is not traced. */
typedef struct bb_trace bb_trace;
bb_trace *bb_trace_known(bb_java_buffer *exporter, int flags, int64_t bytes);

/* Ends a trace, together with its export. A pending exception survives. */
void bb_trace_end(bb_trace *trace);

/* For a new lease: takes stacks if every lease is traced. */
void bb_trace_leased(bb_origin *origin);

/* For memory that is held from now on: a new Acquisition if all memory is traced, otherwise NULL. Raises nothing. */
PyObject *bb_trace_held(void);

/* A new Acquisition: this thread and its stacks of both languages. `previous` is what was known before, or NULL. */
PyObject *bb_trace_acquisition(PyObject *java_place, PyObject *previous);

/* One export, lease or holding that is out, as the lists show it. All references are borrowed. */
typedef struct bb_outstanding {
    PyObject *exporter;
    int flags;
    int64_t bytes;
    int retained;    /* 1 for a lease that lasts beyond its call, 2 if nobody has to close it either */
    int64_t exports; /* holdings only */
    int64_t address; /* holdings only */
    bb_origin origin;
} bb_outstanding;

typedef void (*bb_outstanding_visitor)(const bb_outstanding *out, void *data);

/* The traces of exports of known memory. */
bb_ring *bb_traces_ring(void);

/* Calls `visit` for each traced export of known memory. It runs under the list's lock, so it must not call out. */
void bb_traces_visit(bb_outstanding_visitor visit, void *data);

/* Native method of Natives.java. */
void JNICALL bb_native_set_tracing(JNIEnv *env, jclass class, jint bits);

#endif
