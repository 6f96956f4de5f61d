/*
 * A thread's entry into Python.
 *
 * Owns: how often each thread is inside, and what its last outermost entry has done to its recursion limit.
 *
 * Threads: any; calls nest.
 */
#include "base/bb.h"

#include "runtimes/entry.h"

#include "runtimes/carrier.h"
#include "runtimes/gate.h"
#include "runtimes/thread_state.h"

/* How often the calling thread is inside: calls nest. */
static BB_THREAD_LOCAL int depth;

/* What the thread's last outermost entry has done to the limit of its kept state. */
static BB_THREAD_LOCAL bb_recursion kept_recursion;

/* Stops a Python thread that has no future (bb_gate_stop_abandoned); not a Java thread, or one that is inside. */
static void stop_if_abandoned(void)
{
    if (depth == 0 && PyGILState_GetThisThreadState() != NULL && bb_kept_state == NULL) {
        bb_gate_stop_abandoned();
    }
}

/*
 * The outermost entries of a Java thread leave its limit lowered: most come from the same place of its stack as the last
 * one. All others put back what they found, which calls further up have set.
 */
static void limit_recursion(bb_entry *entry)
{
    entry->recursion.counter = NULL;
    if (entry->gil.how != BB_WITH_THE_KEPT_STATE || depth > 0) {
        bb_stack_limit_recursion(bb_gil_state(&entry->gil), &entry->recursion);
    } else if (!bb_stack_is_limited(&kept_recursion)) {
        bb_stack_put_back(&kept_recursion);
        bb_stack_limit_recursion(bb_kept_state, &kept_recursion);
    }
}

bool bb_python_enter(bb_entry *entry)
{
    int64_t others = depth > 0 ? bb_gate_look() : bb_gate_enter();
    if (others == BB_GATE_IS_CLOSED) {
        stop_if_abandoned();
        return false;
    }
    entry->waiting = bb_carrier != BB_NO_CARRIER && depth == 0 ? bb_carrier_begin() : NULL;
    entry->gil.how = BB_WITH_PYGILSTATE; /* not outside any more, while the GIL is waited for */
    if (bb_kept_state == NULL) {
        bb_thread_state_keep();
    }
    bb_gil_take(&entry->gil, others == 0);
    limit_recursion(entry);
    depth++;
    return true;
}

void bb_python_leave(bb_entry *entry)
{
    depth--;
    bb_stack_put_back(&entry->recursion);
    bb_gil_give_up(&entry->gil);
    if (depth == 0) {
        if (entry->waiting != NULL) {
            bb_carrier_end(entry->waiting);
        }
        bb_gate_leave();
    }
}

bool bb_python_is_inside(void)
{
    return depth > 0 || (PyGILState_GetThisThreadState() != NULL && bb_kept_state == NULL);
}
