/*
 * Calls that fail on request. The fault-injection build (tools/test/faults) puts these stand-ins between the library
 * and its runtimes.
 */
#ifndef BB_FAULT_H
#define BB_FAULT_H

#include <jni.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * Whether this call fails. Every stand-in asks before it calls the real function. Counts the call for its site, which
 * is the place in the library that the stand-in returns to.
 */
#define BB_FAULT(function) bb_fault_at((function), __builtin_return_address(0))
bool bb_fault_at(const char *function, const void *return_address);

/* Whether an address is in this library, not in a JVM or a CPython that shares the same tables. */
bool bb_fault_is_ours(const void *return_address);

/* Notes a forbidden act, such as a JNI call while an exception is pending. */
void bb_fault_violation(const char *function, const char *rule, const void *return_address);

/* What the library obtains and must give back. */
enum bb_fault_balance {
    BB_BLOCKS, /* malloc and its kin */
    BB_MAPPED, /* bytes of mmap */
    BB_GLOBAL_REFS,
    BB_LOCAL_REFS,
    BB_CRITICALS, /* pinned arrays */
    BB_BALANCES
};
void bb_fault_balance_add(enum bb_fault_balance balance, int64_t change);

/* Whether a call of Java fails. If so, a local reference to the exception that it throws, otherwise NULL. */
jthrowable bb_fault_upcall(JNIEnv *env, const char *function, const void *return_address);

/* Whether a method gives something up (release, close, run). Such a method is called, and throws afterwards. */
bool bb_fault_gives_up(jmethodID method);

/* Replaces the native methods that return a reference by stand-ins, which count it. Exports get no upcall stubs. */
void bb_fault_stand_in_for(JNINativeMethod *methods, jint count);

/* The stand-in for JNI_CreateJavaVM. It calls `real`, then replaces the tables of the new JVM. */
void *bb_fault_create_vm(void *real);

/* Replaces the tables of the running JVM, in a process that Java started. */
void bb_fault_join_vm(void);

/* Writes the file BB_FAULT_REPORT. Call it before an end of the process that runs no destructors. */
void bb_fault_report(void);

#endif
