/*
 * Signals that both runtimes want.
 *
 * Those that end a process (SIGINT, SIGTERM, SIGHUP) stay Python's. A JVM takes them while it starts, unless
 * they are ignored then; so they are ignored for that time, and blocked, which makes one that comes meanwhile
 * wait instead of being lost. (The kernel drops a signal at once only if its action is to ignore it and the
 * process's first thread does not block it: of a JVM started by another thread, one that comes in that time is
 * lost.)
 *
 * Those that report faults (SIGSEGV and its kin) are the JVM's: its compiled code reads through null and
 * guarded pages on purpose, and its handler turns that into exceptions and stops. A handler over the JVM's ends
 * the process at the next such read. Who had a handler before the JVM came is called by it for faults that are
 * not Java's.
 *
 * Those that Python handles in a process that Java started are forwarded to Python's main thread. The system
 * delivers them to any, most often to the thread that started the JVM; CPython's handler then takes note, but what
 * its main thread waits in is not interrupted. CPython's end leaves their default actions, with which SIGTERM ends
 * the JVM without its shutdown hooks; so each goes back to what it was before CPython started.
 *
 * Owns: what the handlers were before CPython started. Written once, before other threads can get at CPython;
 * read-only then.
 */
#include "base/bb.h"

#include "process/signals.h"

#include <dlfcn.h>
#include <pthread.h>
#include <string.h>

static const int ending_signals[BB_ENDING_SIGNALS] = {SIGINT, SIGTERM, SIGHUP};
static const int fault_signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL};
enum { FAULT_SIGNALS = sizeof fault_signals / sizeof *fault_signals };

static struct sigaction of_jvm[FAULT_SIGNALS];
static struct sigaction before_python[NSIG];
static bool was_read[NSIG]; /* the C library keeps some for itself */
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

/* CPython's one handler, and the thread it is to run on: written before `forward` is installed. */
static void (*python_handler)(int);
static pthread_t python_main_thread;

static void forward(int number)
{
    if (pthread_equal(pthread_self(), python_main_thread)) {
        python_handler(number);
    } else {
        pthread_kill(python_main_thread, number);
    }
}

PyObject *bb_forward_signal(PyObject *module, PyObject *number)
{
    (void)module;
    struct sigaction now;
    long signal = PyLong_AsLong(number);
    if (signal == -1 && PyErr_Occurred()) {
        return NULL;
    }
    if (sigaction((int)signal, NULL, &now) == 0 && !(now.sa_flags & SA_SIGINFO) && now.sa_handler != SIG_DFL &&
        now.sa_handler != SIG_IGN && now.sa_handler != forward) {
        python_handler = now.sa_handler;
        python_main_thread = pthread_self();
        now.sa_handler = forward;
        sigaction((int)signal, &now, NULL);
    }
    Py_RETURN_NONE;
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
    /* Straight, for nothing may fail on the way: Python's end would leave the signals with nobody. */
    PyCFunction function = PyCFunction_GetFunction(disable);
    PyObject *was_enabled = function == NULL ? NULL : function(PyCFunction_GetSelf(disable), NULL);
    bb_signals_give_back_faults();
    return was_enabled;
}
