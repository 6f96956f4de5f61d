/*
 * Blocks of native memory, zeroed.
 *
 * Large blocks are mapped, aligned, and advised for huge pages before their first page is touched. The kernel can
 * follow the advice only for aligned memory. numpy's own allocator does the same; without it numpy runs 1.2 to 1.3
 * times slower over such memory. The system zeroes mapped pages at their first use.
 *
 * A block may be vacated before it is freed. Its addresses then stay mapped and read as zeros, because a consumer may
 * have kept an address without an export. The pages of a large block go back to the system, huge pages included. The
 * pages of a small block also hold other memory of the C library.
 *
 * Owns nothing: a block belongs to its NativeBlock in Java. Threads: any, with or without the GIL.
 */
#include "base/bb.h"

#include "base/block.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { HUGE_PAGE = 2 << 20, ALIGNMENT = 64 };

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

static void *allocate_small(size_t size)
{
    size_t rounded = (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
    void *memory = aligned_alloc(ALIGNMENT, rounded);
    return memory == NULL ? NULL : memset(memory, 0, rounded);
}

jlong JNICALL bb_block_allocate(JNIEnv *env, jclass class, jlong byte_size)
{
    (void)env;
    (void)class;
    size_t size = (size_t)byte_size;
    if (size > SIZE_MAX / 2) {
        return 0;
    }
    return (jlong)(intptr_t)(is_large(size) ? map_aligned(size) : allocate_small(size));
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

void JNICALL bb_block_free(JNIEnv *env, jclass class, jlong address, jlong byte_size)
{
    (void)env;
    (void)class;
    size_t size = (size_t)byte_size;
    void *memory = (void *)(intptr_t)address;
    if (is_large(size)) {
        munmap(memory, whole_pages(size));
    } else {
        free(memory);
    }
}
