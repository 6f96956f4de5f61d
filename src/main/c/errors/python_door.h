/*
 * The door into Python: every native method of Java's that touches Python does so by one of the functions below.
 *
 * Both look whether enough of the stack is left, take the GIL, make the recursion limit fit the stack (entry.c), run the
 * operation, take what Python raises off the thread, and give the GIL up. What is to be thrown in Java is thrown last, so
 * no operation and no destructor runs with a Java exception pending.
 */
#ifndef BB_PYTHON_DOOR_H
#define BB_PYTHON_DOOR_H

#include "base/bb.h"

#include "runtimes/java_door.h"

/* What a native method was given. Each operation uses some. */
typedef struct bb_operands {
    jlong object;          /* address of what is operated on: a Python object, a lease */
    jlong slots;           /* address of the slots of arguments */
    jint number;           /* a count, or flags */
    jstring text;          /* a name */
    jobject reference;     /* any other object of Java's */
    jobjectArray refs;     /* what the slots refer to */
    jobjectArray keywords; /* names of the last arguments */
} bb_operands;

/*
 * What is done in Python, with the GIL. It answers what the native method returns, or what is to be thrown; or it leaves a
 * Python exception set, which is thrown as a PythonException.
 */
typedef bb_outcome (*bb_operation)(JNIEnv *env, const bb_operands *operands);

/*
 * Does it, or throws: also IllegalStateException once Python has ended, and StackOverflowError where too little of the
 * stack is left. What was thrown is pending when this returns 0, and the native method returns at once.
 */
jvalue bb_in_python(JNIEnv *env, bb_operation operation, const bb_operands *operands);

/* How far a thread came that asked to be let in. */
enum bb_admission { BB_DONE, BB_PYTHON_HAS_ENDED, BB_STACK_IS_SHORT };

/* The same for releases and questions, which throw nothing: what was not done is told. `outcome` may be NULL. */
enum bb_admission bb_in_python_if_possible(JNIEnv *env, bb_operation operation, const bb_operands *operands,
                                           jvalue *value);

#endif
