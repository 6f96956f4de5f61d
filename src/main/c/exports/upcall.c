/*
 * The two ways from C into Export.java: upcall stubs of java.lang.foreign, and JNI.
 *
 * A stub costs a third of a JNI call, because the JIT compiler knows which method it calls. Java makes the stubs on a
 * background thread (Upcalls.java) and passes their addresses to C. Until then, C uses JNI.
 *
 * An exception that escapes from a stub ends the JVM. Export catches every exception and keeps it until C fetches it.
 * It cannot catch a stack overflow before its first statement. Therefore C uses a stub only if the thread has enough
 * stack left. That is as much as the JVM's guard zones and the first frames of Export can need. Deeper down C uses
 * JNI, which throws StackOverflowError.
 *
 * Owns: the stubs' addresses, written once. For each thread, the address above which its stack must stay.
 *
 * Threads: any, with or without the GIL.
 */
#include "base/bb.h"

#include "exports/upcall.h"

#include "runtimes/java_door.h"
#include "runtimes/java_ids.h"
#include "runtimes/stack.h"

enum { STACK_MARGIN = 384 * 1024 };

typedef jint (*acquire_stub)(jint number, jint flags, jlong block, jint capacity);
typedef jint (*release_stub)(jint number);

static _Atomic(acquire_stub) stub_of_acquire;
static _Atomic(release_stub) stub_of_release;

/* The lowest address at which this thread may use a stub. NULL: not computed yet. */
static BB_THREAD_LOCAL char *stack_floor;

void JNICALL bb_use_stubs(JNIEnv *env, jclass class, jlong acquire, jlong release)
{
    (void)env;
    (void)class;
    atomic_store(&stub_of_release, (release_stub)(intptr_t)release);
    atomic_store(&stub_of_acquire, (acquire_stub)(intptr_t)acquire);
}

static bool has_stack_left(void)
{
    char here;
    if (stack_floor == NULL) {
        uintptr_t end = bb_stack_end();
        stack_floor = end == 0 ? (char *)UINTPTR_MAX : (char *)end + STACK_MARGIN;
    }
    return &here > stack_floor;
}

/* The exception that Export caught and kept until C fetches it. */
static jthrowable left_by(JNIEnv *env, jint number)
{
    bb_outcome left = bb_call_java_outside(env, &bb_java.export.take_thrown, NULL, BB_ARGUMENTS({.i = number}));
    return left.value.l != NULL ? left.value.l : left.thrown;
}

/* `thrown` escaped from Export: a stack overflow before its first statement. Export catches everything else. */
static bb_upcall result(JNIEnv *env, jint number, jint outcome, jthrowable thrown)
{
    if (thrown != NULL) {
        return (bb_upcall){BB_NOT_REACHED, thrown};
    }
    return (bb_upcall){BB_REACHED, outcome == BB_UPCALL_DONE ? NULL : left_by(env, number)};
}

bb_upcall bb_upcall_acquire(JNIEnv *env, jint number, int flags, void *block, jint capacity)
{
    jlong address = (jlong)(intptr_t)block;
    acquire_stub stub = atomic_load_explicit(&stub_of_acquire, memory_order_acquire);
    if (stub != NULL && has_stack_left()) {
        return result(env, number, stub(number, (jint)flags, address, capacity), NULL);
    }
    const jvalue *given = BB_ARGUMENTS({.i = number}, {.i = flags}, {.j = address}, {.i = capacity});
    bb_outcome called = bb_call_java_outside(env, &bb_java.export.acquire, NULL, given);
    return result(env, number, called.value.i, called.thrown);
}

bb_upcall bb_upcall_release(JNIEnv *env, jint number)
{
    release_stub stub = atomic_load_explicit(&stub_of_release, memory_order_acquire);
    if (stub != NULL && has_stack_left()) {
        return result(env, number, stub(number), NULL);
    }
    bb_outcome called = bb_call_java_outside(env, &bb_java.export.release, NULL, BB_ARGUMENTS({.i = number}));
    return result(env, number, called.value.i, called.thrown);
}
