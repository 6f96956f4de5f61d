/*
 * Fault injection: which call fails, which sites were met, and what the library has not given back.
 *
 * The fault build links the library's unchanged sources with stand-ins for every function that can fail. The linker's
 * --wrap replaces functions of the C library and of CPython (fault_memory.c, fault_python.c). A copy of the JNI table
 * replaces those of JNI (fault_jni.c). A site is the address that a stand-in returns to; tools/test/faults turns it
 * into a file and a line.
 *
 * The Python side (python-tests/faults) and the Java side (FaultPrograms.java) use the exported functions below. They
 * arm the n-th call, run a scenario, and read what happened. While the library is being loaded and while the process
 * ends, neither side can act. The environment then controls it: BB_FAULT_ARM has two numbers, the arguments of
 * bb_fault_arm. BB_FAULT_JVM says that the JVM exists already. BB_FAULT_REPORT names the file that is written when
 * the process ends.
 *
 * Threads: any; all state is atomic. Sites are counted only while armed.
 */
#include "fault.h"

#include "base/block.h"

#include <dlfcn.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXPORTED __attribute__((visibility("default")))

/* Symbols of the linker: the beginning of this library and the end of its code. */
extern const char __ehdr_start[] __attribute__((visibility("hidden")));
extern const char etext[] __attribute__((visibility("hidden")));

enum { SITES = 1024, VIOLATIONS = 64, REMEMBERED = 4096 };

typedef struct bb_fault_site {
    const char *function;
    uint64_t offset; /* of the return address in this library */
    int64_t met;
    int64_t failed;
} bb_fault_site;

typedef struct bb_fault_breach {
    const char *function;
    const char *rule;
    uint64_t offset;
} bb_fault_breach;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static bb_fault_site sites[SITES];
static bb_fault_breach breaches[VIOLATIONS];
static size_t breach_count;

static atomic_bool armed;
static _Atomic(int64_t) calls;  /* since it was armed */
static _Atomic(int64_t) first;  /* the first call that fails */
static _Atomic(int64_t) last;   /* the last call that fails */
static _Atomic(int64_t) second; /* one more call that fails */
static atomic_bool only_one;    /* only calls of one thread are counted and fail */
static _Thread_local bool the_one;
static _Atomic(int64_t) failures;
static _Atomic(uint64_t) failed_offset; /* of the first failure since it was armed */
static _Atomic(int64_t) balances[BB_BALANCES];
static _Atomic(uint64_t) order[REMEMBERED]; /* the site of each call, since it was armed */

static uint64_t offset_of(const void *address)
{
    return (uint64_t)((const char *)address - __ehdr_start);
}

bool bb_fault_is_ours(const void *return_address)
{
    const char *address = return_address;
    return address > __ehdr_start && address < etext;
}

static void count_site(const char *function, uint64_t offset, bool fails)
{
    pthread_mutex_lock(&lock);
    for (size_t probe = 0; probe < SITES; probe++) {
        bb_fault_site *site = &sites[(offset + probe) % SITES];
        if (site->function == NULL) {
            *site = (bb_fault_site){.function = function, .offset = offset};
        }
        if (site->offset == offset) {
            site->met++;
            site->failed += fails;
            break;
        }
    }
    pthread_mutex_unlock(&lock);
}

bool bb_fault_at(const char *function, const void *return_address)
{
    if (!atomic_load(&armed) || (atomic_load(&only_one) && !the_one)) {
        return false;
    }
    int64_t number = atomic_fetch_add(&calls, 1) + 1;
    bool fails = (number >= atomic_load(&first) && number <= atomic_load(&last)) || number == atomic_load(&second);
    uint64_t offset = offset_of(return_address);
    if (fails && atomic_fetch_add(&failures, 1) == 0) {
        atomic_store(&failed_offset, offset);
    }
    if (number <= REMEMBERED) {
        atomic_store(&order[number - 1], offset);
    }
    count_site(function, offset, fails);
    return fails;
}

void bb_fault_violation(const char *function, const char *rule, const void *return_address)
{
    pthread_mutex_lock(&lock);
    if (breach_count < VIOLATIONS) {
        breaches[breach_count++] = (bb_fault_breach){function, rule, offset_of(return_address)};
    }
    pthread_mutex_unlock(&lock);
}

void bb_fault_balance_add(enum bb_fault_balance balance, int64_t change)
{
    atomic_fetch_add(&balances[balance], change);
}

/* ---------------------------------------------------------------------- for the Python side -- */

static void arm(int64_t first_call, int64_t last_call, int64_t second_call, bool of_this_thread)
{
    the_one = of_this_thread;
    atomic_store(&calls, 0);
    atomic_store(&failures, 0);
    atomic_store(&failed_offset, 0);
    atomic_store(&first, first_call);
    atomic_store(&last, last_call);
    atomic_store(&second, second_call);
    atomic_store(&only_one, of_this_thread);
    atomic_store(&armed, true);
}

/* From now on calls are counted, and the calls from first_call to last_call fail. */
EXPORTED void bb_fault_arm(int64_t first_call, int64_t last_call)
{
    arm(first_call, last_call, 0, false);
}

/* These two calls fail, and no other. */
EXPORTED void bb_fault_arm_two(int64_t first_call, int64_t second_call)
{
    arm(first_call, first_call, second_call, false);
}

/* Like bb_fault_arm, for the calling thread's calls only. */
EXPORTED void bb_fault_arm_thread(int64_t first_call, int64_t last_call)
{
    arm(first_call, last_call, 0, true);
}

/* Returns how many calls failed. */
EXPORTED int64_t bb_fault_disarm(void)
{
    atomic_store(&armed, false);
    return atomic_load(&failures);
}

/* The site of the first failure. */
EXPORTED uint64_t bb_fault_failed_offset(void)
{
    return atomic_load(&failed_offset);
}

EXPORTED int64_t bb_fault_balance(int which)
{
    int64_t balance = atomic_load(&balances[which]);
    return which == BB_MAPPED ? balance - (int64_t)bb_block_kept_bytes() : balance;
}

/* A user of the C API has deleted a local reference that the library made for it. */
EXPORTED void bb_fault_user_deleted_reference(void)
{
    bb_fault_balance_add(BB_LOCAL_REFS, -1);
}

/* Copies the i-th entry of the table. Returns 0 if it is empty, -1 if there is no such entry. */
EXPORTED int bb_fault_site_at(int index, bb_fault_site *site)
{
    if (index < 0 || index >= SITES) {
        return -1;
    }
    pthread_mutex_lock(&lock);
    *site = sites[index];
    pthread_mutex_unlock(&lock);
    return site->function != NULL;
}

/* The same for the violations; 0 if there is no such entry. */
EXPORTED int bb_fault_breach_at(int index, bb_fault_breach *breach)
{
    pthread_mutex_lock(&lock);
    int known = index >= 0 && (size_t)index < breach_count;
    if (known) {
        *breach = breaches[index];
    }
    pthread_mutex_unlock(&lock);
    return known;
}

/* -------------------------------------------------------------------- for the environment -- */

/* Writes JSON. */
static void write_report(FILE *file)
{
    fprintf(file, "{\"failures\": %" PRId64 ", \"offset\": %" PRIu64 ", \"balances\": [", atomic_load(&failures),
            atomic_load(&failed_offset));
    for (int i = 0; i < BB_BALANCES; i++) {
        fprintf(file, "%s%" PRId64, i == 0 ? "" : ", ", bb_fault_balance(i));
    }
    fprintf(file, "], \"order\": [");
    for (int64_t i = 0; i < atomic_load(&calls) && i < REMEMBERED; i++) {
        fprintf(file, "%s%" PRIu64, i == 0 ? "" : ", ", atomic_load(&order[i]));
    }
    fprintf(file, "], \"sites\": [");
    const char *comma = "";
    for (size_t i = 0; i < SITES; i++) {
        if (sites[i].function != NULL) {
            fprintf(file, "%s[\"%s\", %" PRIu64 ", %" PRId64 ", %" PRId64 "]", comma, sites[i].function,
                    sites[i].offset, sites[i].met, sites[i].failed);
            comma = ", ";
        }
    }
    fprintf(file, "], \"breaches\": [");
    for (size_t i = 0; i < breach_count; i++) {
        fprintf(file, "%s[\"%s\", \"%s\", %" PRIu64 "]", i == 0 ? "" : ", ", breaches[i].function, breaches[i].rule,
                breaches[i].offset);
    }
    fprintf(file, "]}\n");
}

__attribute__((destructor)) void bb_fault_report(void)
{
    const char *path = getenv("BB_FAULT_REPORT");
    FILE *file = path == NULL ? NULL : fopen(path, "w");
    if (file == NULL) {
        return;
    }
    atomic_store(&armed, false);
    pthread_mutex_lock(&lock);
    write_report(file);
    pthread_mutex_unlock(&lock);
    fclose(file);
}

/*
 * A library that could not be initialised is unloaded. But from now on the JVM's table points here, so the library
 * must stay.
 */
static void stay_loaded(void)
{
    Dl_info here;
    if (dladdr(__ehdr_start, &here) != 0) {
        dlopen(here.dli_fname, RTLD_NOW | RTLD_NOLOAD | RTLD_NODELETE);
    }
}

__attribute__((constructor)) static void begin(void)
{
    const char *numbers = getenv("BB_FAULT_ARM");
    int64_t from, to;
    if (getenv("BB_FAULT_JVM") != NULL) {
        stay_loaded();
        bb_fault_join_vm();
    }
    if (numbers != NULL && sscanf(numbers, "%" SCNd64 " %" SCNd64, &from, &to) == 2) {
        bb_fault_arm(from, to);
    }
}
