/*
 * The two ways from C into org.bufferbridge.Export: upcall stubs of java.lang.foreign, and JNI.
 *
 * A stub costs a third of a JNI call, because the JIT compiler knows what is called. Java makes the stubs
 * beside the program (Upcalls.java) and hands over their addresses; until then, JNI is taken.
 *
 * An exception that escapes from a stub ends the JVM. Export catches all of them and leaves them to be
 * fetched; what it cannot catch is a stack that overflows before its first statement. So a stub is taken
 * only where the thread has as much left as the JVM's own guard zones and Export's first frames can need;
 * deeper down it is JNI, which throws StackOverflowError.
 *
 * Owns: the stubs' addresses, written once, and for each thread the address its stack must stay above.
 * Threads: any, with or without the GIL.
 */
#include "upcall.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "errors.h"
#include "java_ids.h"
#include "runtime.h"

enum { STACK_MARGIN = 384 * 1024 };

typedef jint (*acquire_stub)(jint number, jint flags, jlong block, jint capacity);
typedef jint (*release_stub)(jint number);

static _Atomic(acquire_stub) stub_of_acquire;
static _Atomic(release_stub) stub_of_release;
static size_t java_stack_size;

/* The lowest address at which this thread may take a stub; NULL: not looked for yet. */
static BB_THREAD_LOCAL char *stack_floor;

void JNICALL bb_use_stubs(JNIEnv *env, jclass class, jlong acquire, jlong release, jlong stack_size)
{
    (void)env;
    (void)class;
    java_stack_size = (size_t)stack_size;
    atomic_store(&stub_of_release, (release_stub)(intptr_t)release);
    atomic_store(&stub_of_acquire, (acquire_stub)(intptr_t)acquire);
}

/* The JVM gives the thread that created the process less stack than the system does: the smaller one counts. */
static char *find_stack_floor(void)
{
    size_t size = 0;
#ifdef __APPLE__
    char *base = pthread_get_stackaddr_np(pthread_self());
    size = pthread_get_stacksize_np(pthread_self());
#else
    pthread_attr_t attributes;
    void *lowest = NULL;
    if (pthread_getattr_np(pthread_self(), &attributes) != 0) {
        return (char *)UINTPTR_MAX;
    }
    pthread_attr_getstack(&attributes, &lowest, &size);
    pthread_attr_destroy(&attributes);
    char *base = (char *)lowest + size;
#endif
    if (java_stack_size > 0 && java_stack_size < size) {
        size = java_stack_size;
    }
    return size > STACK_MARGIN ? base - size + STACK_MARGIN : base;
}

static bool has_stack_left(void)
{
    char here;
    if (stack_floor == NULL) {
        stack_floor = find_stack_floor();
    }
    return &here > stack_floor;
}

/* What Export caught and left to be fetched. */
static jthrowable left_by(JNIEnv *env, jint number)
{
    jthrowable left = (*env)->CallStaticObjectMethod(env, bb_java.export.class, bb_java.export.take_thrown, number);
    jthrowable thrown = bb_thrown(env);
    return left != NULL ? left : thrown;
}

jthrowable bb_upcall_acquire(JNIEnv *env, jint number, int flags, void *block, jint capacity)
{
    jlong address = (jlong)(intptr_t)block;
    acquire_stub stub = atomic_load_explicit(&stub_of_acquire, memory_order_acquire);
    jthrowable thrown = NULL;
    jint outcome;
    if (stub != NULL && has_stack_left()) {
        outcome = stub(number, (jint)flags, address, capacity);
    } else {
        outcome = (*env)->CallStaticIntMethod(env, bb_java.export.class, bb_java.export.acquire, number,
                                              (jint)flags, address, capacity);
        thrown = bb_thrown(env);
    }
    return thrown != NULL ? thrown : outcome == BB_UPCALL_DONE ? NULL : left_by(env, number);
}

jthrowable bb_upcall_release(JNIEnv *env, jint number, bool *reached)
{
    release_stub stub = atomic_load_explicit(&stub_of_release, memory_order_acquire);
    jthrowable thrown = NULL;
    jint outcome;
    if (stub != NULL && has_stack_left()) {
        outcome = stub(number);
    } else {
        outcome = (*env)->CallStaticIntMethod(env, bb_java.export.class, bb_java.export.release, number);
        thrown = bb_thrown(env);
    }
    *reached = thrown == NULL;
    return thrown != NULL ? thrown : outcome == BB_UPCALL_DONE ? NULL : left_by(env, number);
}
