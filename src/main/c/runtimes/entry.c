/*
 * A thread's entry into Python.
 *
 * Owns: how often each thread is inside, and how its last outermost entry changed its recursion limit.
 *
 * Threads: any; entries nest.
 */
#include "base/bb.h"

#include "runtimes/entry.h"

#include "runtimes/carrier.h"
#include "runtimes/gate.h"
#include "runtimes/thread_state.h"

/* How often the calling thread is inside: entries nest. */
static BB_THREAD_LOCAL int depth;

/* How the thread's last outermost entry changed the limit of its kept state. */
static BB_THREAD_LOCAL bb_recursion kept_recursion;

/*
 * Stops a Python daemon thread that must not return to Python (bb_gate_stop_abandoned). Does not stop a Java thread,
 * or a thread that is inside.
 */
static void stop_if_abandoned(void)
{
    if (depth == 0 && PyGILState_GetThisThreadState() != NULL && bb_kept_state == NULL) {
        bb_gate_stop_abandoned();
    }
}

/*
 * The outermost entries of a Java thread leave its limit lowered. Most come from the same stack depth as the last one.
 * All other entries restore the limit that they found, which callers further up have set.
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
    entry->gil.how = BB_WITH_PYGILSTATE; /* no longer BB_OUTSIDE while the thread waits for the GIL */
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
