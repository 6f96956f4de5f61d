/* Reports to the loggers of both languages and to Flight Recorder. */
#ifndef BB_REPORT_H
#define BB_REPORT_H

#include "base/bb.h"

#include "tracing/trace.h"

/*
 * Reports a request that fails with the pending exception, which survives. A BufferError is a refusal, and both
 * languages are told. Any other exception is not a refusal, and this does nothing. `exporter` is a str that names the
 * refusing object.
 */
void bb_report_refusal(PyObject *exporter, int flags);

/*
 * Reports a lease of `object` that was retained, never closed, and is no longer reachable. `flags` and `bytes` are
 * those of its buffer. A pending exception survives.
 */
void bb_report_leak(PyObject *object, int flags, Py_ssize_t bytes, const bb_origin *origin);

#endif
