/*
 * Blocks of native memory, zeroed unless the caller overwrites all of it.
 *
 * Large blocks are mapped, aligned, and advised for huge pages before their first page is touched. The kernel can
 * follow the advice only for aligned memory. numpy's own allocator does the same; without it numpy runs 1.2 to 1.3
 * times slower over such memory. The system zeroes mapped pages at their first use.
 *
 * A block may be vacated before it is freed. Its addresses then stay mapped and read as zeros, because a consumer may
 * have kept an address without an export. The pages of a large block go back to the system, huge pages included. The
 * pages of a small block also hold other memory of the C library.
 *
 * The last large blocks that were freed with their pages are kept for the next ones, up to 32 MiB in all, as the C
 * library does with memory of its own. So a program that makes one copy after the other does not have the system zero
 * each. An entry of kept_blocks is an address, whose low bits are its number of huge pages; 0 is no block.
 *
 * A block belongs to its NativeBlock in Java, and the kept ones to this file. A thread that takes an entry out by an
 * atomic exchange owns it. Threads: any, with or without the GIL.
 */
#include "base/bb.h"

#include "base/block.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { HUGE_PAGE = 2 << 20, ALIGNMENT = 64, KEPT_BLOCKS = 4, KEPT_PAGES = 16 };

static _Atomic(uintptr_t) kept_blocks[KEPT_BLOCKS];
static _Atomic(size_t) kept_pages;
static _Atomic(unsigned) kept_turn;

static size_t whole_pages(size_t size)
{
    return (size + HUGE_PAGE - 1) & ~(size_t)(HUGE_PAGE - 1);
}

static bool is_large(size_t size)
{
    return size >= 2 * (size_t)HUGE_PAGE;
}

/* Maps one huge page more than is needed and unmaps the parts outside the aligned range. */
static void *map_aligned(size_t size)
{
    size_t needed = whole_pages(size);
    size_t mapped = needed + HUGE_PAGE;
    char *start = mmap(NULL, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (start == MAP_FAILED) {
        return NULL;
    }
    char *aligned = (char *)whole_pages((size_t)start);
    if (aligned > start) {
        munmap(start, (size_t)(aligned - start));
    }
    munmap(aligned + needed, mapped - needed - (size_t)(aligned - start));
#ifdef MADV_HUGEPAGE
    madvise(aligned, needed, MADV_HUGEPAGE); /* only advice: a refusal does no harm */
#endif
    return aligned;
}

static void *allocate_small(size_t size, bool zeroed)
{
    size_t rounded = (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
    void *memory = aligned_alloc(ALIGNMENT, rounded);
    return memory == NULL || !zeroed ? memory : memset(memory, 0, rounded);
}

/* False if the system refuses, for example because the pages are locked in memory. */
static bool give_pages_back(void *memory, size_t size)
{
#ifdef __linux__
    /* Does not map new pages over the old ones: if that fails, the old mapping may be lost already. */
    return madvise(memory, size, MADV_DONTNEED) == 0;
#else
    int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED;
    return mmap(memory, size, PROT_READ | PROT_WRITE, flags, -1, 0) != MAP_FAILED;
#endif
}

static size_t pages_of(uintptr_t entry)
{
    return entry & (HUGE_PAGE - 1);
}

/* For an entry that was taken out of the table. */
static void unmap_kept(uintptr_t entry)
{
    if (entry != 0) {
        munmap((void *)(entry - pages_of(entry)), pages_of(entry) * HUGE_PAGE);
        atomic_fetch_sub(&kept_pages, pages_of(entry));
    }
}

/* Puts a block into the table, whose oldest entries make room. False if there is no room for it. */
static bool keep(void *memory, size_t size)
{
    size_t pages = whole_pages(size) / HUGE_PAGE;
    if (pages > KEPT_PAGES) {
        return false;
    }
    size_t before = atomic_fetch_add(&kept_pages, pages);
    for (int i = 0; i < KEPT_BLOCKS && before + pages > KEPT_PAGES; i++) {
        unsigned oldest = atomic_fetch_add(&kept_turn, 1) % KEPT_BLOCKS;
        unmap_kept(atomic_exchange(&kept_blocks[oldest], 0));
        before = atomic_load(&kept_pages) - pages;
    }
    if (before + pages > KEPT_PAGES) { /* other threads keep blocks, too */
        atomic_fetch_sub(&kept_pages, pages);
        return false;
    }
    unsigned place = atomic_fetch_add(&kept_turn, 1) % KEPT_BLOCKS;
    unmap_kept(atomic_exchange(&kept_blocks[place], (uintptr_t)memory | pages));
    return true;
}

/* A kept block of that size, with what was in it; or NULL. */
static void *take_kept(size_t size)
{
    size_t pages = whole_pages(size) / HUGE_PAGE;
    for (int i = 0; i < KEPT_BLOCKS; i++) {
        uintptr_t entry = atomic_load(&kept_blocks[i]);
        if (entry != 0 && pages_of(entry) == pages && atomic_compare_exchange_strong(&kept_blocks[i], &entry, 0)) {
            atomic_fetch_sub(&kept_pages, pages);
            return (void *)(entry - pages);
        }
    }
    return NULL;
}

/* False if there were none. */
static bool unmap_all_kept(void)
{
    bool any = false;
    for (int i = 0; i < KEPT_BLOCKS; i++) {
        uintptr_t entry = atomic_exchange(&kept_blocks[i], 0);
        any |= entry != 0;
        unmap_kept(entry);
    }
    return any;
}

size_t bb_block_kept_bytes(void)
{
    return atomic_load(&kept_pages) * HUGE_PAGE;
}

static void *allocate_large(size_t size, bool zeroed)
{
    void *memory = take_kept(size);
    if (memory == NULL) {
        return map_aligned(size);
    }
    if (zeroed && !give_pages_back(memory, whole_pages(size))) {
        memset(memory, 0, size);
    }
    return memory;
}

static void *allocate(size_t size, bool zeroed)
{
    return is_large(size) ? allocate_large(size, zeroed) : allocate_small(size, zeroed);
}

jlong JNICALL bb_block_allocate(JNIEnv *env, jclass class, jlong byte_size, jboolean zeroed)
{
    (void)env;
    (void)class;
    size_t size = (size_t)byte_size;
    if (size > SIZE_MAX / 2) {
        return 0;
    }
    void *memory = allocate(size, zeroed);
    if (memory == NULL && unmap_all_kept()) {
        memory = allocate(size, zeroed); /* the kept blocks are no reason to fail */
    }
    return (jlong)(intptr_t)memory;
}

jboolean JNICALL bb_block_vacate(JNIEnv *env, jclass class, jlong address, jlong byte_size)
{
    (void)env;
    (void)class;
    size_t size = (size_t)byte_size;
    void *memory = (void *)(intptr_t)address;
    if (is_large(size) && give_pages_back(memory, whole_pages(size))) {
        return JNI_TRUE;
    }
    memset(memory, 0, size); /* small and large blocks read alike */
    return JNI_FALSE;
}

void JNICALL bb_block_free(JNIEnv *env, jclass class, jlong address, jlong byte_size, jboolean has_pages)
{
    (void)env;
    (void)class;
    size_t size = (size_t)byte_size;
    void *memory = (void *)(intptr_t)address;
    if (!is_large(size)) {
        free(memory);
    } else if (!has_pages || !keep(memory, size)) {
        munmap(memory, whole_pages(size));
    }
}
