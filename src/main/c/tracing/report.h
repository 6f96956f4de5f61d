/* Reports: what the loggers of both languages, and Flight Recorder, are told. */
#ifndef BB_REPORT_H
#define BB_REPORT_H

#include "base/bb.h"

#include "tracing/trace.h"

/*
 * For a request that fails with the pending exception, which survives: a BufferError is a refusal, and told
 * to both languages; anything else is no refusal. `owner` is the str that names who refuses.
 */
void bb_report_refusal(PyObject *owner, int flags);

/*
 * For a lease of `object` that was retained, never closed, and cannot be reached any more. `flags` and `bytes` are those
 * of its buffer. A pending exception survives.
 */
void bb_report_leak(PyObject *object, int flags, Py_ssize_t bytes, const bb_origin *origin);

#endif
