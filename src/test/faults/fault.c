/*
 * Fault injection: which call fails, where calls were met, and what the library has not given back.
 *
 * The fault build links the library's unchanged sources with stand-ins for every function that can fail:
 * those of the C library and of CPython by the linker's --wrap (fault_memory.c, fault_python.c), JNI's by a
 * copy of its table (fault_jni.c). A site is the address a stand-in returns to; tools/faults turns it into a
 * file and a line.
 *
 * The Python side (python-tests/faults.py) controls it through the exported functions below: it arms the
 * n-th call, runs a scenario, and reads what happened.
 *
 * Threads: any; all state is atomic. Sites are counted only while armed.
 */
#include "fault.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <string.h>

#define EXPORTED __attribute__((visibility("default")))

/* The linker's: where this library begins and where its code ends. */
extern const char __ehdr_start[] __attribute__((visibility("hidden")));
extern const char etext[] __attribute__((visibility("hidden")));

enum { SITES = 1024, VIOLATIONS = 64 };

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
static _Atomic(int64_t) first;  /* the call that fails */
static _Atomic(int64_t) last;   /* and the last that fails */
static _Atomic(int64_t) failures;
static _Atomic(uint64_t) failed_offset; /* of the first failure since it was armed */
static _Atomic(int64_t) balances[BB_BALANCES];

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
    if (!atomic_load(&armed)) {
        return false;
    }
    int64_t number = atomic_fetch_add(&calls, 1) + 1;
    bool fails = number >= atomic_load(&first) && number <= atomic_load(&last);
    uint64_t offset = offset_of(return_address);
    if (fails && atomic_fetch_add(&failures, 1) == 0) {
        atomic_store(&failed_offset, offset);
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

/* From now on calls are counted, and those from the first-th to the last-th fail. */
EXPORTED void bb_fault_arm(int64_t first_call, int64_t last_call)
{
    atomic_store(&calls, 0);
    atomic_store(&failures, 0);
    atomic_store(&failed_offset, 0);
    atomic_store(&first, first_call);
    atomic_store(&last, last_call);
    atomic_store(&armed, true);
}

/* How many calls failed. */
EXPORTED int64_t bb_fault_disarm(void)
{
    atomic_store(&armed, false);
    return atomic_load(&failures);
}

/* Which site failed first. */
EXPORTED uint64_t bb_fault_failed_offset(void)
{
    return atomic_load(&failed_offset);
}

EXPORTED int64_t bb_fault_balance(int which)
{
    return atomic_load(&balances[which]);
}

/* The i-th entry of the table; false where there is none. */
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

/* The same of what was done and must not be. */
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
