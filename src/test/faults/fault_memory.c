/* Stand-ins for the C library: refusals of memory, threads, thread-specific keys, and libraries. */
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>

#include "fault.h"

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *block, size_t size);
void *__real_aligned_alloc(size_t alignment, size_t size);
char *__real_strdup(const char *text);
void __real_free(void *block);
/* CPython asks for offsets of 64 bits, and with them mmap() has this name. */
void *__real_mmap64(void *address, size_t size, int protection, int flags, int file, off_t offset);
int __real_munmap(void *address, size_t size);
int __real_pthread_key_create(pthread_key_t *key, void (*destructor)(void *));
int __real_pthread_setspecific(pthread_key_t key, const void *value);
int __real_pthread_getattr_np(pthread_t thread, pthread_attr_t *attributes);
int __real_pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*start)(void *), void *data);
int __real_atexit(void (*function)(void));
void *__real_dlopen(const char *path, int flags);
void *__real_dlsym(void *library, const char *name);
_Noreturn void __real__Exit(int status);

static void *counted(void *block)
{
    bb_fault_balance_add(BB_BLOCKS, block != NULL);
    return block;
}

void *__wrap_malloc(size_t size)
{
    return BB_FAULT("malloc") ? NULL : counted(__real_malloc(size));
}

void *__wrap_calloc(size_t count, size_t size)
{
    return BB_FAULT("calloc") ? NULL : counted(__real_calloc(count, size));
}

void *__wrap_realloc(void *block, size_t size)
{
    if (BB_FAULT("realloc")) {
        return NULL;
    }
    return block == NULL ? counted(__real_realloc(NULL, size)) : __real_realloc(block, size);
}

void *__wrap_aligned_alloc(size_t alignment, size_t size)
{
    return BB_FAULT("aligned_alloc") ? NULL : counted(__real_aligned_alloc(alignment, size));
}

char *__wrap_strdup(const char *text)
{
    return BB_FAULT("strdup") ? NULL : counted(__real_strdup(text));
}

void __wrap_free(void *block)
{
    bb_fault_balance_add(BB_BLOCKS, -(block != NULL));
    __real_free(block);
}

void *__wrap_mmap64(void *address, size_t size, int protection, int flags, int file, off_t offset)
{
    if (BB_FAULT("mmap64")) {
        errno = ENOMEM;
        return MAP_FAILED;
    }
    void *mapped = __real_mmap64(address, size, protection, flags, file, offset);
    bb_fault_balance_add(BB_MAPPED, mapped == MAP_FAILED ? 0 : (int64_t)size);
    return mapped;
}

int __wrap_munmap(void *address, size_t size)
{
    bb_fault_balance_add(BB_MAPPED, -(int64_t)size);
    return __real_munmap(address, size);
}

int __wrap_pthread_key_create(pthread_key_t *key, void (*destructor)(void *))
{
    return BB_FAULT("pthread_key_create") ? EAGAIN : __real_pthread_key_create(key, destructor);
}

int __wrap_pthread_setspecific(pthread_key_t key, const void *value)
{
    return BB_FAULT("pthread_setspecific") ? ENOMEM : __real_pthread_setspecific(key, value);
}

int __wrap_pthread_getattr_np(pthread_t thread, pthread_attr_t *attributes)
{
    return BB_FAULT("pthread_getattr_np") ? ENOMEM : __real_pthread_getattr_np(thread, attributes);
}

int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*start)(void *), void *data)
{
    return BB_FAULT("pthread_create") ? EAGAIN : __real_pthread_create(thread, attributes, start, data);
}

int __wrap_atexit(void (*function)(void))
{
    return BB_FAULT("atexit") ? -1 : __real_atexit(function);
}

void *__wrap_dlopen(const char *path, int flags)
{
    /* Opens a path that does not exist, so dlerror has a text. */
    return BB_FAULT("dlopen") ? __real_dlopen("/injected", RTLD_NOW) : __real_dlopen(path, flags);
}

void *__wrap_dlsym(void *library, const char *name)
{
    if (BB_FAULT("dlsym")) {
        return __real_dlsym(library, "injected");
    }
    void *symbol = __real_dlsym(library, name);
    return strcmp(name, "JNI_CreateJavaVM") == 0 ? bb_fault_create_vm(symbol) : symbol;
}

/* This call does not fail, but no report could be written later. */
_Noreturn void __wrap__Exit(int status)
{
    bb_fault_report();
    __real__Exit(status);
}
