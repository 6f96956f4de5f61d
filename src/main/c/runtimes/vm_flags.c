/*
 * HotSpot's flags.
 *
 * libjvm describes its own structures for debuggers, in tables that it exports (vmStructs.cpp): names of types and
 * fields, with offsets and addresses. The tables say how to read themselves. So this file finds the array of flags, and
 * a flag in it, without knowing HotSpot's headers. A table or a field that is missing is an answer: not known.
 *
 * The management beans have the same values. The first look at them takes some thirty milliseconds of a start.
 *
 * Owns: where the flags are, found once. Threads: any. HotSpot fills the tables before it runs Java, and the flags read
 * here stay as they are.
 */
#include "base/bb.h"

#include "runtimes/vm_flags.h"

#include <dlfcn.h>
#include <pthread.h>
#include <string.h>

enum { LONGEST_NAME = 64 };

/* The value of an exported variable, 0 if there is none. */
static uint64_t exported(void *libjvm, const char *name)
{
    const uint64_t *variable = dlsym(libjvm, name);
    return variable == NULL ? 0 : *variable;
}

static const char *text_field(const char *entry, uint64_t offset)
{
    const char *text;
    memcpy(&text, entry + offset, sizeof text);
    return text;
}

static uint64_t number_field(const char *entry, uint64_t offset)
{
    uint64_t number;
    memcpy(&number, entry + offset, sizeof number);
    return number;
}

/* The size of a type, 0 if the table does not have it. */
static uint64_t size_of(void *libjvm, const char *type)
{
    uint64_t name = exported(libjvm, "gHotSpotVMTypeEntryTypeNameOffset");
    uint64_t size = exported(libjvm, "gHotSpotVMTypeEntrySizeOffset");
    uint64_t stride = exported(libjvm, "gHotSpotVMTypeEntryArrayStride");
    const char *entry = (const char *)(uintptr_t)exported(libjvm, "gHotSpotVMTypes");
    /* The last entry has no name. */
    for (; entry != NULL && stride != 0 && text_field(entry, name) != NULL; entry += stride) {
        if (strcmp(text_field(entry, name), type) == 0) {
            return number_field(entry, size);
        }
    }
    return 0;
}

/* The entry of a field of JVMFlag, or NULL. */
static const char *field_entry(void *libjvm, const char *field)
{
    uint64_t type_name = exported(libjvm, "gHotSpotVMStructEntryTypeNameOffset");
    uint64_t field_name = exported(libjvm, "gHotSpotVMStructEntryFieldNameOffset");
    uint64_t stride = exported(libjvm, "gHotSpotVMStructEntryArrayStride");
    const char *entry = (const char *)(uintptr_t)exported(libjvm, "gHotSpotVMStructs");
    for (; entry != NULL && stride != 0 && text_field(entry, type_name) != NULL; entry += stride) {
        if (strcmp(text_field(entry, type_name), "JVMFlag") == 0 && strcmp(text_field(entry, field_name), field) == 0) {
            return entry;
        }
    }
    return NULL;
}

/* Sets the value of a static field of 8 bytes. False if it is not described. */
static bool static_field(void *libjvm, const char *field, uint64_t *value)
{
    const char *entry = field_entry(libjvm, field);
    const char *place = entry == NULL ? NULL
                                      : text_field(entry, exported(libjvm, "gHotSpotVMStructEntryAddressOffset"));
    if (place == NULL) {
        return false;
    }
    *value = number_field(place, 0);
    return true;
}

/* Sets the offset of a field in each flag. False if it is not described. */
static bool field_offset(void *libjvm, const char *field, uint64_t *offset)
{
    const char *entry = field_entry(libjvm, field);
    if (entry != NULL) {
        *offset = number_field(entry, exported(libjvm, "gHotSpotVMStructEntryOffsetOffset"));
    }
    return entry != NULL;
}

/* The array of flags, as the tables describe it; no flags if they do not. */
static struct {
    uint64_t first;
    uint64_t count;
    uint64_t size;
    uint64_t name;  /* offset in a flag */
    uint64_t value; /* offset in a flag of the value's address */
} flags;

static void find_flags(void)
{
    void *libjvm = dlopen(BB_LIBJVM, RTLD_NOW | RTLD_NOLOAD);
    if (libjvm == NULL) {
        return;
    }
    uint64_t count;
    flags.size = size_of(libjvm, "JVMFlag");
    if (flags.size != 0 && static_field(libjvm, "flags", &flags.first) && static_field(libjvm, "numFlags", &count) &&
        field_offset(libjvm, "_name", &flags.name) && field_offset(libjvm, "_addr", &flags.value)) {
        flags.count = flags.first == 0 ? 0 : count;
    }
    dlclose(libjvm);
}

/* The place of a flag's value, or NULL. */
static const char *find_flag(const char *wanted)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, find_flags);
    const char *flag = (const char *)(uintptr_t)flags.first;
    for (uint64_t i = 0; i < flags.count; i++, flag += flags.size) {
        const char *found = text_field(flag, flags.name);
        if (found != NULL && strcmp(found, wanted) == 0) {
            return text_field(flag, flags.value);
        }
    }
    return NULL;
}

jlong JNICALL bb_vm_flag(JNIEnv *env, jclass class, jstring name, jint byte_size)
{
    (void)class;
    jchar units[LONGEST_NAME];
    char wanted[LONGEST_NAME + 1] = {0};
    jsize length = (*env)->GetStringLength(env, name);
    if (length > LONGEST_NAME) {
        return -1;
    }
    (*env)->GetStringRegion(env, name, 0, length, units);
    for (jsize i = 0; i < length; i++) {
        wanted[i] = (char)units[i]; /* names of flags are ASCII */
    }
    const char *place = find_flag(wanted);
    if (place == NULL) {
        return -1;
    }
    return byte_size == 1 ? *place != 0 : (jlong)number_field(place, 0);
}
