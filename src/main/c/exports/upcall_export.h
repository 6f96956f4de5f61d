/* Exports by upcall: memory of exporters that Java asks for each export. */
#ifndef BB_UPCALL_EXPORT_H
#define BB_UPCALL_EXPORT_H

#include "base/bb.h"

#include "base/java_objects.h"

/* Acquires an export. `view` is filled in last. 0, or -1 with an exception set. With the GIL. */
int bb_get_by_upcall(bb_java_buffer *self, Py_buffer *view, int flags);

/* Releases it. Cannot fail. An exception that is pending survives. With the GIL. */
void bb_release_by_upcall(bb_java_buffer *self, Py_buffer *view);

/* Raises BufferError with the exporter's class and the reason. -1. */
int bb_refuse_export(bb_java_buffer *self, const char *reason);

#endif
