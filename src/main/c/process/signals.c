/*
 * Signals that both runtimes want.
 *
 * The signals that end a process (SIGINT, SIGTERM, SIGHUP) stay with Python. A starting JVM takes them unless they
 * are ignored. So they are ignored and blocked for that time. A blocked signal that arrives in that time waits
 * instead of being lost. One case remains: a thread other than the process's first one starts the JVM. The kernel
 * drops an ignored signal at once if the first thread does not block it. So a signal that arrives in that time is
 * lost.
 *
 * The signals that report faults (SIGSEGV and its kin) belong to the JVM. Its compiled code reads through null and
 * guarded pages on purpose. Its handler turns those faults into exceptions and stops. A handler that replaces the
 * JVM's ends the process at the next such read. The JVM calls the handler that was there before it for faults that
 * are not Java's.
 *
 * In a process that Java started, the signals that Python handles are forwarded to Python's main thread. The system
 * delivers them to any thread, most often to the one that started the JVM. CPython's handler then notes the signal
 * but does not interrupt a wait of its main thread. When CPython ends, it leaves the default actions. SIGTERM would
 * then end the JVM without its shutdown hooks. So each signal goes back to its action from before CPython started.
 *
 * Owns: the handlers from before CPython started. They are written once, before other threads can reach CPython;
 * afterwards they are read-only.
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

/* CPython's one handler, and the thread that it must run on. Written before `forward` is installed. */
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
    /*
     * Calls it directly, because nothing may fail on the way: otherwise Python's end would leave the signals without
     * a handler.
     */
    PyCFunction function = PyCFunction_GetFunction(disable);
    PyObject *was_enabled = function == NULL ? NULL : function(PyCFunction_GetSelf(disable), NULL);
    bb_signals_give_back_faults();
    return was_enabled;
}
