/* Traces: since when, on which thread and from where memory is out. */
#ifndef BB_TRACE_H
#define BB_TRACE_H

#include "base/bb.h"

#include "base/java_objects.h"
#include "base/ring.h"

/* What is traced beyond the counts; org.bufferbridge.Tracing has the same bits, and sets them. */
enum {
    BB_TRACE_EVENTS = 1,      /* Flight Recorder records exports and releases */
    BB_TRACE_SOME_STACKS = 2, /* leak level advanced: of one acquisition in BB_TRACE_INTERVAL */
    BB_TRACE_ALL_STACKS = 4,  /* leak level paranoid */
};

enum { BB_TRACE_INTERVAL = 64 };

/* 0 as long as nobody looks: the only cost of all this on the fast path. */
BB_SHARED _Atomic(int32_t) bb_tracing;

static inline int32_t bb_traced(void)
{
    return atomic_load_explicit(&bb_tracing, memory_order_relaxed);
}

/* Of one export or lease. All zero: not known, of an export that is counted only. */
typedef struct bb_origin {
    int64_t since;         /* nanoseconds since 1970, as precise as a cheap clock is */
    unsigned long thread;  /* as threading.get_ident() names it */
    PyObject *acquisition; /* bufferbridge._trace.Acquisition with the stacks, owned; or NULL */
} bb_origin;

/* Now, on this thread, without stacks; written field by field, because a copy of what was just written waits for it. */
void bb_origin_begin(bb_origin *origin);

/* For a granted export by upcall: stacks, if it is this one's turn, and an event. */
void bb_trace_acquired(bb_java_buffer *exporter, int flags, int64_t bytes, bb_origin *origin);

/* For its release. A pending exception survives. */
void bb_trace_released(bb_java_buffer *exporter, int flags, int64_t bytes, bb_origin *origin);

/* The trace of one export of known memory, for its `internal`; NULL when it is not traced. */
typedef struct bb_trace bb_trace;
bb_trace *bb_trace_known(bb_java_buffer *exporter, int flags, int64_t bytes);

/* Ends a trace, with the export. A pending exception survives. */
void bb_trace_end(bb_trace *trace);

/* For a new lease: stacks, if every lease is traced. */
void bb_trace_leased(bb_origin *origin);

/* For memory that is held from now on: a new Acquisition if every one is traced, else NULL. Raises nothing. */
PyObject *bb_trace_held(void);

/* A new Acquisition: this thread and its stacks of both languages; `previous` or NULL is what was known before. */
PyObject *bb_trace_acquisition(PyObject *java_stack, PyObject *previous);

/* One export or lease that is out, as the lists tell it. Everything is borrowed. */
typedef struct bb_outstanding {
    PyObject *owner;
    int flags;
    int64_t bytes;
    bool retained;   /* a lease beyond its call */
    int64_t exports; /* of a holding */
    int64_t address; /* of a holding */
    bb_origin origin;
} bb_outstanding;

typedef void (*bb_outstanding_visitor)(const bb_outstanding *out, void *data);

/* The traces of exports of known memory. */
bb_ring *bb_traces_ring(void);

/* Calls `visit` for each traced export of known memory; under the list's lock, so it must not call out. */
void bb_traces_visit(bb_outstanding_visitor visit, void *data);

/* Native method of org.bufferbridge.NativeLibrary. */
void JNICALL bb_native_set_tracing(JNIEnv *env, jclass class, jint bits);

#endif
