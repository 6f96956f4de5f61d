/* Work for Python that a thread defers because it must not wait for the GIL. */
#ifndef BB_PYTHON_WORK_H
#define BB_PYTHON_WORK_H

#include "base/bb.h"

#include "base/deferred.h"

/*
 * Defers an action to a thread that has the GIL. The main thread runs it, or the next call into Java if that comes
 * first. The action is dropped once the interpreter has begun to end. If `entry` is not NULL, it is part of `data`, and
 * this cannot fail. If it is NULL, an entry is allocated. Needs no GIL.
 */
void bb_defer_to_python(bb_deferred *entry, bb_deferred_action action, void *data);

/* Does the deferred work. Needs the GIL. */
static inline void bb_do_python_work(void)
{
    bb_deferrals_run(&bb_for_python, NULL);
}

/* The same at the end of a release. A pending exception survives. Needs the GIL. */
void bb_do_python_work_keeping_exception(void);

#endif
