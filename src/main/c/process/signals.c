/*
 * Signals that both runtimes want.
 *
 * The signals that end a process (SIGINT, SIGTERM, SIGHUP) stay with Python. A starting JVM takes them unless they
 * are ignored. So they are ignored and blocked for that time. A blocked signal that arrives in that time waits
 * instead of being lost. One case remains: the thread that starts the JVM is not the process's first one. The kernel
 * drops an ignored signal at once if the first thread does not block it. So a signal that arrives in that time is
 * lost.
 *
 * The signals that report faults (SIGSEGV and its kin) belong to the JVM. Its compiled code reads through null and
 * guarded pages on purpose. Its handler turns those faults into exceptions and stops. A handler that replaces the
 * JVM's ends the process at the next such read. The JVM calls the handler that was there before it for faults that
 * are not Java's.
 *
 * When a CPython that Java started ends, it leaves the default actions. SIGTERM would then end the JVM without its
 * shutdown hooks. So each signal goes back to its action from before CPython started.
 *
 * Owns: the handlers from before CPython started. Threads: any. One thread writes them, before others can reach
 * CPython; afterwards they are read-only.
 */
#include "base/bb.h"

#include "process/signals.h"

#include <dlfcn.h>
#include <string.h>

static const int ending_signals[BB_ENDING_SIGNALS] = {SIGINT, SIGTERM, SIGHUP};
static const int fault_signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL};
enum { FAULT_SIGNALS = sizeof fault_signals / sizeof *fault_signals };

static struct sigaction of_jvm[FAULT_SIGNALS];
static struct sigaction before_python[NSIG];
static bool was_read[NSIG]; /* the C library keeps some signals for itself */
static bool noted;

void bb_signals_set_aside(bb_signals_aside *kept)
{
    const struct sigaction ignore = {.sa_handler = SIG_IGN};
    sigset_t ending;
    sigemptyset(&ending);
    for (int i = 0; i < BB_ENDING_SIGNALS; i++) {
        sigaddset(&ending, ending_signals[i]);
    }
    pthread_sigmask(SIG_BLOCK, &ending, &kept->mask);
    for (int i = 0; i < BB_ENDING_SIGNALS; i++) {
        sigaction(ending_signals[i], &ignore, &kept->actions[i]);
    }
}

void bb_signals_put_back(const bb_signals_aside *kept)
{
    for (int i = 0; i < BB_ENDING_SIGNALS; i++) {
        sigaction(ending_signals[i], &kept->actions[i], NULL);
    }
    pthread_sigmask(SIG_SETMASK, &kept->mask, NULL);
}

void bb_signals_note_jvm(void)
{
    for (int i = 0; i < FAULT_SIGNALS; i++) {
        sigaction(fault_signals[i], NULL, &of_jvm[i]);
    }
    for (int number = 1; number < NSIG; number++) {
        was_read[number] = sigaction(number, NULL, &before_python[number]) == 0;
    }
    noted = true;
}

static bool is_without_handler(const struct sigaction *action)
{
    return !(action->sa_flags & SA_SIGINFO) && (action->sa_handler == SIG_DFL || action->sa_handler == SIG_IGN);
}

void bb_signals_give_back(bool all)
{
    struct sigaction now;
    for (int number = 1; noted && number < NSIG; number++) {
        if (was_read[number] && sigaction(number, NULL, &now) == 0 && (all || is_without_handler(&now))) {
            sigaction(number, &before_python[number], NULL);
        }
    }
}

PyObject *bb_jvm_has_fault_signals(PyObject *module, PyObject *unused)
{
    (void)module;
    (void)unused;
    struct sigaction now;
    Dl_info place;
    sigaction(SIGSEGV, NULL, &now);
    bool known = (now.sa_flags & SA_SIGINFO) && dladdr((void *)(intptr_t)now.sa_sigaction, &place) != 0;
    return PyBool_FromLong(known && place.dli_fname != NULL && strstr(place.dli_fname, "libjvm.") != NULL);
}

void bb_signals_give_back_faults(void)
{
    for (int i = 0; noted && i < FAULT_SIGNALS; i++) {
        sigaction(fault_signals[i], &of_jvm[i], NULL);
    }
}

PyObject *bb_give_back_fault_signals(PyObject *module, PyObject *unused)
{
    (void)module;
    (void)unused;
    bb_signals_give_back_faults();
    Py_RETURN_NONE;
}

PyObject *bb_disable_faulthandler(PyObject *module, PyObject *disable)
{
    (void)module;
    /*
     * Calls it directly, because nothing may fail on the way: otherwise Python's end would leave the signals without
     * a handler.
     */
    PyCFunction function = PyCFunction_GetFunction(disable);
    PyObject *was_enabled = function == NULL ? NULL : function(PyCFunction_GetSelf(disable), NULL);
    bb_signals_give_back_faults();
    return was_enabled;
}
