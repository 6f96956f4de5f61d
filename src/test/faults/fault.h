/* Calls that fail on request: what the fault-injection build (tools/test/faults) puts between the library and its runtimes. */
#ifndef BB_FAULT_H
#define BB_FAULT_H

#include <jni.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * Asked by every stand-in before it calls the real function: whether this call fails. Counts the call for
 * its site, which is the place in the library that the stand-in returns to.
 */
#define BB_FAULT(function) bb_fault_at((function), __builtin_return_address(0))
bool bb_fault_at(const char *function, const void *return_address);

/* Whether an address is in this library, not in a JVM or a CPython that share the same tables. */
bool bb_fault_is_ours(const void *return_address);

/* Something that must never be done, such as a JNI call while an exception is pending. */
void bb_fault_violation(const char *function, const char *rule, const void *return_address);

/* What the library has and must give back. */
enum bb_fault_balance {
    BB_BLOCKS, /* malloc and its kin */
    BB_MAPPED, /* bytes of mmap */
    BB_GLOBAL_REFS,
    BB_LOCAL_REFS,
    BB_CRITICALS, /* pinned arrays */
    BB_BALANCES
};
void bb_fault_balance_add(enum bb_fault_balance balance, int64_t change);

/* Whether a call of Java fails: then a local reference to what it throws, otherwise NULL. */
jthrowable bb_fault_upcall(JNIEnv *env, const char *function, const void *return_address);

/* Whether a method gives something up (release, close, run). It is called, and throws afterwards. */
bool bb_fault_gives_up(jmethodID method);

/* The stand-in for JNI_CreateJavaVM; `real` makes the JVM, whose tables are then replaced. */
void *bb_fault_create_vm(void *real);

/* Replaces the tables of the JVM that runs: of the process that Java started. */
void bb_fault_join_vm(void);

/* Writes the file BB_FAULT_REPORT, before the process ends in a way that runs no destructors. */
void bb_fault_report(void);

#endif
