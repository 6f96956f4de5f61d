/* JavaBuffer: a Java object that can export its memory. */
#ifndef BB_JAVA_BUFFER_H
#define BB_JAVA_BUFFER_H

#include "base/bb.h"

#include "objects/java_object.h"

typedef struct bb_holding bb_holding;
typedef struct bb_export bb_export;

typedef struct bb_java_buffer {
    bb_java_object base;
    /*
     * Of an exporter: the exports that are out. Of known memory, the state of the holding too:
     * BB_NOT_HELD, BB_CHANGING, or held with so many exports out. One word, so that taking an export
     * and letting go of the memory exclude each other.
     */
    _Atomic(int64_t) exports;
    _Atomic(int64_t) traced; /* known memory: how many of them have a trace, see trace.h */
    bb_holding *holding;    /* known memory; valid while exports >= 0 */
    _Atomic(jobject) exporter; /* BufferExporter by upcall, global reference; NULL before the first export */
    _Atomic(int) may_block; /* enum bb_blocking */
    _Atomic(jobject) kept_view; /* by upcall: BufferView whose address may have been kept, global reference; or NULL */
    bb_export *spares;      /* by upcall: records for exports to come; guarded as the list of exports is */
    int spare_count;
    jobject block;          /* NativeBlock that belongs to this object, global reference, or NULL; never changes */
    atomic_bool escaped;    /* Java code was given the object, and may keep it */
    atomic_bool freed;      /* release() has ended the use of the block; set while exports is BB_CHANGING */
} bb_java_buffer;

#define BB_FREED "the memory was freed by release()"

enum { BB_NOT_HELD = -1, BB_CHANGING = -2 };

/* BufferExporter.mayBlock(), asked before the first export. */
enum bb_blocking { BB_BLOCKING_UNKNOWN = 0, BB_MAY_BLOCK = 1, BB_NEVER_BLOCKS = 2 };

extern PyTypeObject *bb_java_buffer_type;

int bb_java_buffer_init(PyObject *module);

/* Completes a new object, all zero but for its base. */
void bb_java_buffer_new(bb_java_buffer *self);

#endif
