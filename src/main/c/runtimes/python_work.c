/*
 * Work for Python that a thread defers because it must not wait for the GIL.
 *
 * Owns nothing: the work is in bb_for_python. Threads: any.
 */
#include "base/bb.h"

#include "runtimes/python_work.h"

#include "base/deferred.h"
#include "base/pending.h"
#include "runtimes/gate.h"

void bb_do_python_work_keeping_exception(void)
{
    if (atomic_load_explicit(&bb_for_python.first, memory_order_relaxed) == NULL) {
        return;
    }
    bb_pending pending;
    bb_pending_set_aside(&pending);
    bb_do_python_work();
    bb_pending_put_back(&pending);
}

static int do_pending_work(void *unused)
{
    (void)unused;
    bb_do_python_work();
    return 0;
}

void bb_defer_to_python(bb_deferred *entry, bb_deferred_action action, void *data)
{
    if (bb_gate_enter() == BB_GATE_IS_CLOSED) {
        return; /* without Python, a Python object stays */
    }
    if (bb_deferrals_add(&bb_for_python, entry, action, data)) {
        /* Fails if many calls are pending already. Those calls, or the next call into Java, then do this work too. */
        Py_AddPendingCall(do_pending_work, NULL);
    }
    bb_gate_leave();
}
