/* Work for Python that was put off by a thread that must not wait for the GIL. */
#ifndef BB_PYTHON_WORK_H
#define BB_PYTHON_WORK_H

#include "base/bb.h"

#include "base/deferred.h"

/*
 * Leaves an action to a thread that has the GIL: the main thread, or the next call into Java, whichever comes first.
 * Dropped once the interpreter has begun to end. `entry` is part of `data`, so that this cannot fail; or NULL, and then
 * one is allocated. Needs no GIL.
 */
void bb_do_in_python_later(bb_deferred *entry, bb_deferred_action action, void *data);

/* Does what was put off. Needs the GIL. */
static inline void bb_do_python_work(void)
{
    bb_deferrals_run(&bb_for_python, NULL);
}

/* The same at the end of a release, where an exception may be on its way: that survives. Needs the GIL. */
void bb_do_python_work_beside_exception(void);

#endif
