/*
 * Stopping the JVM that this library created, before the process's exit destroys what it runs on.
 *
 * exit() runs the destructors of libjvm while Java's daemon threads, compilers and collectors keep running. They then
 * use what is destroyed. Under the parallel collector, every process with allocating Java threads crashed. So exit()
 * first halts the JVM, which stops all of these at a safepoint. Java's own launcher does the same.
 *
 * The thread that halts a JVM never returns, but exit() has to continue. So exit() makes a thread for it and waits:
 *
 *     exit():           stop_jvm ------ waits ------------------------------------- destructors, exit code
 *     the new thread:       halt_jvm -- Runtime.halt(), where it stays
 *     the JVM's thread:                               bb_jvm_has_stopped, where it stays
 *
 * This happens after Python's end, not at it: until exit() exports and leases still go back to their exporters.
 *
 * Owns: whether exit() waits, and for what it waits; the lock guards both. Threads: any thread may call exit().
 */
#include "base/bb.h"

#include "process/jvm_stop.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "base/stop.h"
#include "runtimes/attachment.h"
#include "runtimes/java_door.h"
#include "runtimes/java_ids.h"
#include "runtimes/reach.h"

/* A JVM stops within milliseconds, unless one of its compilations or an agent delays it. */
enum { PATIENCE_SECONDS = 2 };

static JavaVM *stoppable_vm; /* NULL: the JVM need not be stopped */

static pthread_mutex_t stop_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static bool exits;
static bool is_done;

static void done(void)
{
    is_done = true;
    pthread_cond_signal(&changed);
}

void bb_jvm_has_stopped(void)
{
    pthread_mutex_lock(&stop_lock);
    bool is_for_exit = exits;
    done();
    pthread_mutex_unlock(&stop_lock);
    if (is_for_exit) {
        bb_stop_for_ever();
    }
}

/* Returns only if the JVM refuses; exit() then continues without the halt. */
static void *halt_jvm(void *unused)
{
    JNIEnv *env;
    JavaVMAttachArgs arguments = {.version = JNI_VERSION_10, .name = (char *)"bufferbridge: the process exits"};
    if ((*stoppable_vm)->AttachCurrentThreadAsDaemon(stoppable_vm, (void **)&env, &arguments) == JNI_OK) {
        bb_call_java_outside(env, &bb_java.process_end.halt, NULL, NULL);
    }
    pthread_mutex_lock(&stop_lock);
    done();
    pthread_mutex_unlock(&stop_lock);
    return unused;
}

static void wait_until_done(void)
{
    struct timespec deadline;
    clock_gettime(CLOCK_REALTIME, &deadline);
    deadline.tv_sec += PATIENCE_SECONDS;
    while (!is_done && pthread_cond_timedwait(&changed, &stop_lock, &deadline) == 0) {
    }
}

static void stop_jvm(void)
{
    if (!bb_java_is_running()) {
        return; /* a forked child, or a start that failed */
    }
    /*
     * Detaches this thread first. Otherwise the JVM would wait for it for a while, because a thread in native code
     * may return.
     */
    bb_attachment_end();
    pthread_mutex_lock(&stop_lock);
    exits = true;
    pthread_t thread;
    if (pthread_create(&thread, NULL, halt_jvm, NULL) == 0) {
        pthread_detach(thread);
        wait_until_done();
    }
    pthread_mutex_unlock(&stop_lock);
    bb_reach_note_jvm_end();
}

int bb_jvm_stop_at_exit(JavaVM *running)
{
    if (stoppable_vm == NULL && atexit(stop_jvm) != 0) {
        PyErr_NoMemory();
        return -1;
    }
    stoppable_vm = running;
    return 0;
}
