/*
 * The door into Python: every native method that touches Python uses one of the functions below.
 *
 * Both check that enough of the stack is left, and take the GIL. They make the recursion limit fit the stack (entry.c).
 * Then they run the operation, take what Python raises off the thread, and give the GIL up. They throw in Java last, so
 * no operation and no destructor runs with a Java exception pending.
 */
#ifndef BB_PYTHON_DOOR_H
#define BB_PYTHON_DOOR_H

#include "base/bb.h"

#include "base/deferred.h"
#include "runtimes/java_door.h"

/* The operands of a native method. Each operation uses some. */
typedef struct bb_operands {
    jlong object;          /* address of the operation's object: a Python object, a lease */
    jlong slots;           /* address of the slots of arguments */
    jint number;           /* a count, or flags */
    jint wanted;           /* of a function: nothing, the truth or the value of its result; a bb_wanted */
    jstring text;          /* a name */
    jobject reference;     /* any other Java object */
    jobjectArray refs;     /* the objects that the slots refer to */
    jobjectArray keywords; /* names of the last arguments */
} bb_operands;

/*
 * An operation in Python; it runs with the GIL. It returns the native method's result or the exception to throw. Or
 * it leaves a Python exception set, which is thrown as a PythonException.
 */
typedef bb_outcome (*bb_operation)(JNIEnv *env, const bb_operands *operands);

/*
 * Runs the operation, or throws. Throws IllegalStateException once Python has ended, and StackOverflowError if too
 * little of the stack is left. After a throw this returns 0 with the exception pending, and the native method returns
 * at once.
 */
jvalue bb_in_python(JNIEnv *env, bb_operation operation, const bb_operands *operands);

/* How far a thread came on its way into Python. */
enum bb_admission { BB_DONE, BB_PYTHON_HAS_ENDED, BB_STACK_IS_SHORT };

/*
 * The same for releases and queries, which throw nothing if the operation did not run: the result says so. `value`
 * may be NULL.
 */
enum bb_admission bb_in_python_if_possible(JNIEnv *env, bb_operation operation, const bb_operands *operands,
                                           jvalue *value);

/*
 * Runs an action that gives something back, on a thread of which nothing is known. With the GIL the action runs at
 * once; without it, after the thread has entered Python. At the bottom of a stack, and in a subinterpreter, it is
 * deferred, with `entry`, which is part of `data`. Once Python has ended, it does not run.
 */
void bb_give_back_in_python(bb_deferred *entry, bb_deferred_action action, void *data);

#endif
